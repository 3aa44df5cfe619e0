//! What must hold for any bytes at all: opening and reading them does not panic, and an index
//! held whole and an index read in windows agree. Shared with the fuzz target.

use cso::{Error, Image, OpenOptions};

/// Windows of the index that are tried beside the whole index that was checked, and whether with
/// little memory. 0 keeps what is touched.
const WINDOWS: [(u32, bool); 6] = [
    (0, false),
    (1, false),
    (7, false),
    (2048, false),
    (1, true),
    (7, true),
];

/// Blocks that are read from the start of an image, and again from its end.
const BLOCKS: u64 = 24;

/// Opens `file` in every way and reads it. Returns how many blocks could be read, or what opening
/// it with the whole index reported.
pub fn exercise(file: &[u8]) -> Result<usize, Error> {
    let whole = Image::open_with(file, &OpenOptions::new().check_index(true));
    let mut windowed = Vec::new();
    for (window, low_memory) in WINDOWS {
        match (&whole, open(file, window, low_memory)) {
            (Ok(whole), Ok(image)) => {
                assert_eq!(whole.info(), image.info());
                windowed.push(image);
            }
            // A windowed index is checked when it is touched.
            (Err(_), Ok(image)) => windowed.push(image),
            (Err(_), Err(_)) => {}
            (Ok(_), Err(e)) => panic!("opens whole, but not with a window of {window}: {e}"),
        }
    }
    let mut outcomes = windowed.iter().map(read);
    match whole {
        Ok(whole) => {
            let expected = read(&whole);
            for outcome in outcomes {
                assert!(outcome == expected, "a windowed index reads otherwise");
            }
            Ok(expected.iter().filter(|block| block.is_ok()).count())
        }
        Err(e) => {
            if let Some(first) = outcomes.next() {
                for other in outcomes {
                    assert!(other == first, "windows of two sizes read otherwise");
                }
            }
            Err(e)
        }
    }
}

fn open(file: &[u8], window: u32, low_memory: bool) -> Result<Image<&[u8]>, Error> {
    let options = OpenOptions::new()
        .index_page_blocks(window)
        .low_memory(low_memory);
    Image::open_with(file, &options)
}

/// Reads single blocks from both ends, in parts and whole, then one after the other, then several at
/// once.
fn read(image: &Image<&[u8]>) -> Vec<Result<Vec<u8>, Error>> {
    let info = image.info();
    let block_size = u64::from(info.block_size);
    let blocks = u64::from(info.blocks);
    let extent = |block: u64| {
        let start = block * block_size;
        (start, block_size.min(info.size - start).min(1 << 16))
    };
    let mut results = Vec::new();
    for block in (0..blocks.min(BLOCKS)).chain(blocks.saturating_sub(BLOCKS)..blocks) {
        let (start, len) = extent(block);
        let middle = part(image, start + len / 2, len - len / 2);
        let all = part(image, start, len);
        if let (Ok(middle), Ok(all)) = (&middle, &all) {
            assert!(all.ends_with(middle), "a part of a block is not its part");
        }
        let span = image.block_span(block as u32);
        if all.is_ok() {
            let span = span.expect("a block that is read lies somewhere");
            assert!(span.offset + u64::from(span.len) <= info.file_size);
        }
        results.push(all);
    }
    for block in 0..blocks.min(BLOCKS) {
        let (start, len) = extent(block);
        let again = part(image, start, len);
        assert!(again == results[block as usize], "a run reads otherwise");
    }
    // Stops at the first bad block, which is the same one for everyone.
    let some = (BLOCKS * block_size).min(info.size).min(1 << 18);
    results.push(part(image, 0, some));
    results
}

fn part(image: &Image<&[u8]>, offset: u64, len: u64) -> Result<Vec<u8>, Error> {
    let mut bytes = vec![0; len as usize];
    let count = image.read_at(offset, &mut bytes)?;
    assert_eq!(count as u64, len, "a read within the image is never short");
    Ok(bytes)
}
