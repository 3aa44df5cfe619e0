//! Checks that opening and reading any bytes does not panic, and that the results with the whole
//! index in memory equal those with index pages. The fuzz target for the reader uses this file too.

use cso::{Error, Image, OpenOptions};

/// Sizes of index pages in blocks to compare with the whole, checked index, and whether to open in
/// low-memory mode. 0 keeps all entries that were loaded.
const PAGES: [(u32, bool); 6] = [
    (0, false),
    (1, false),
    (7, false),
    (2048, false),
    (1, true),
    (7, true),
];

/// Number of blocks to read at the start of an image, and again at its end.
const BLOCKS: u64 = 24;

/// Opens `file` in every way and reads it. Returns the number of blocks that could be read, or the
/// error of opening it with the whole index.
pub fn exercise(file: &[u8]) -> Result<usize, Error> {
    let whole = Image::open_with(file, &OpenOptions::new().check_index(true));
    let mut paged = Vec::new();
    for (page, low_memory) in PAGES {
        match (&whole, open(file, page, low_memory)) {
            (Ok(whole), Ok(image)) => {
                assert_eq!(whole.info(), image.info());
                paged.push(image);
            }
            // The index is invalid. With index pages, an entry is checked when its page is loaded.
            (Err(_), Ok(image)) => paged.push(image),
            (Err(_), Err(_)) => {}
            (Ok(_), Err(e)) => {
                panic!("opens with the whole index, but not with pages of {page} blocks: {e}")
            }
        }
    }
    let mut outcomes = paged.iter().map(read);
    match whole {
        Ok(whole) => {
            let expected = read(&whole);
            for outcome in outcomes {
                assert!(
                    outcome == expected,
                    "the whole index and an index page give different results"
                );
            }
            Ok(expected.iter().filter(|block| block.is_ok()).count())
        }
        Err(e) => {
            if let Some(first) = outcomes.next() {
                for other in outcomes {
                    assert!(
                        other == first,
                        "index pages of two sizes give different results"
                    );
                }
            }
            Err(e)
        }
    }
}

fn open(file: &[u8], page: u32, low_memory: bool) -> Result<Image<&[u8]>, Error> {
    let options = OpenOptions::new()
        .index_page_blocks(page)
        .low_memory(low_memory);
    Image::open_with(file, &options)
}

/// Reads blocks at both ends of the image: each in parts and whole, then in sequence, then several
/// with one request.
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
            assert!(
                all.ends_with(middle),
                "a part of a block differs from the whole"
            );
        }
        let span = image.block_span(block as u32);
        if all.is_ok() {
            let span = span.expect("a block that can be read has a span");
            assert!(span.offset + u64::from(span.len) <= info.file_size);
        }
        results.push(all);
    }
    for block in 0..blocks.min(BLOCKS) {
        let (start, len) = extent(block);
        let again = part(image, start, len);
        assert!(
            again == results[block as usize],
            "a sequence of requests gives different results"
        );
    }
    // A request fails at the first block that cannot be read, which is the same one for all
    // options.
    let some = (BLOCKS * block_size).min(info.size).min(1 << 18);
    results.push(part(image, 0, some));
    results
}

fn part(image: &Image<&[u8]>, offset: u64, len: u64) -> Result<Vec<u8>, Error> {
    let mut bytes = vec![0; len as usize];
    let count = image.read_at(offset, &mut bytes)?;
    assert_eq!(
        count as u64, len,
        "a read within the image returns fewer bytes"
    );
    Ok(bytes)
}
