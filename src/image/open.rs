//! Opening an image: recognizes the format of a file and checks its header and tables.

use super::foreign::refuse_foreign;
use super::image_file::ImageFile;
use super::in_memory::InMemory;
use super::index::{Index, IndexPage};
use super::options::{Info, OpenOptions, MAX_DECODE_AHEAD, MAX_THREADS};
use super::reader::ReaderState;
use super::storage::{Buffer, LentMemory, MemoryNeeds};
use super::threads::Threads;
use crate::error::{Error, ErrorKind, Result};
use crate::format::{iso, Format, ImageHeader, PROBE_SIZE};
use crate::io::ReadAt;

/// Opens the file whose header is `header`. Returns the open file and the state of its first
/// reader, which is a decoder with its buffers. If `memory` is `None`, this state allocates memory
/// on the heap. Otherwise it uses only `memory`, which the caller lends.
///
/// # Errors
///
/// [`ErrorKind::Argument`] if an option is out of its range. Other kinds if the file is too short,
/// its index is damaged or its format is foreign. The errors that the source returns.
pub(super) fn open<S: ReadAt>(
    source: S,
    header: &ImageHeader,
    options: &OpenOptions,
    memory: Option<LentMemory>,
) -> Result<(ImageFile<S>, ReaderState)> {
    if options.threads > MAX_THREADS || options.decode_ahead > MAX_DECODE_AHEAD {
        return Err(ErrorKind::Argument.into());
    }
    let low_memory = cfg!(cso_rt) || options.low_memory || memory.is_some();
    // The option is the number of blocks whose index entries are loaded at once. If it is 0, the
    // default, and the caller lends the memory, the whole index is loaded at once.
    let page_blocks = match options.index_page_blocks {
        0 if memory.is_some() => header.blocks,
        blocks => blocks,
    };
    // Whether opening the image loads the whole index.
    let is_whole = options.index_page_blocks == 0
        && (options.check_index || low_memory || cfg!(not(feature = "std")));
    let has_reader_page = memory.is_some() || cfg!(cso_rt);
    let mut state = if low_memory {
        ReaderState::with_capacity(&MemoryNeeds::of(header, page_blocks.max(1))?, memory)?
    } else {
        ReaderState::new()?
    };
    let mut file = ImageFile {
        source,
        header: *header,
        index: Index::ReaderPage(page_blocks.max(1)),
        in_memory: InMemory::default(),
        threads: Threads::new(options, low_memory),
        low_memory,
    };
    if header.format == Format::Iso {
        return Ok((file, state));
    }
    if let Err(error) = check_end(&file, &mut state.page) {
        return Err(name_if_foreign(&file, &mut state, error));
    }
    if !has_reader_page {
        file.index = Index::new(&file.source, header, page_blocks, is_whole)?;
    }
    if is_whole || options.check_index {
        for block in 0..header.blocks {
            file.locate(&mut state.page, block)?;
        }
    }
    refuse_foreign(&file, &mut state)?;
    if !low_memory {
        // Free the buffer that `refuse_foreign` used. Later, only low-memory mode uses this buffer.
        state.compressed = Buffer::new();
    }
    Ok((file, state))
}

/// Fails if the file ends before the end of the image's last block. Replaces the content of `page`
/// by the index entry of that block.
fn check_end<S: ReadAt>(file: &ImageFile<S>, page: &mut IndexPage) -> Result<()> {
    let header = &file.header;
    let last = header.blocks - 1;
    page.load(&file.source, header, last, 1)?;
    match page.entry(last) {
        Some(record) if header.min_file_len(record) > header.file_len => {
            Err(Error::new(ErrorKind::Truncated).at(header.file_len))
        }
        _ => Ok(()),
    }
}

/// Returns the error to report for a file that is shorter than its index requires. If the file has
/// a foreign format, the error names that format. Otherwise the error is `short`.
///
/// An Xbox image consists of several files, and the index in its first file describes the blocks of
/// all of them. Therefore its first file always seems too short.
fn name_if_foreign<S: ReadAt>(file: &ImageFile<S>, state: &mut ReaderState, short: Error) -> Error {
    match refuse_foreign(file, state) {
        Err(e) if [ErrorKind::ForeignXbox, ErrorKind::ForeignLzoZiso].contains(&e.kind()) => e,
        _ => short,
    }
}

/// Recognizes an image by the first bytes of its file, without opening it. Checks only the header.
///
/// `head` has to contain the first bytes of the file, and `file_len` is the number of bytes in the
/// whole file. A compressed format is recognized if `head` has [`PROBE_SIZE`] bytes. An
/// uncompressed image is recognized only if `head` has [`PROBE_SIZE_ISO`](crate::PROBE_SIZE_ISO)
/// bytes.
///
/// # Errors
///
/// The errors that [`Image::open`](crate::Image::open) returns for a damaged or unknown header.
///
/// ```
/// let head = b"CISO\x18\0\0\0\0\x80\x0c\0\0\0\0\0\0\x08\0\0\x01\0\0\0";
/// let info = cso::probe(head, 500_000)?;
/// assert_eq!((info.format, info.sectors), (cso::Format::CsoV1, 400));
/// # Ok::<(), cso::Error>(())
/// ```
pub fn probe(head: &[u8], file_len: u64) -> Result<Info> {
    let identifier = head.get(iso::IDENTIFIER_OFFSET as usize..);
    let header = match ImageHeader::parse(head, file_len)? {
        Some(header) => header,
        None if identifier.is_some_and(|rest| rest.starts_with(&iso::IDENTIFIER)) => {
            iso::header(file_len)?
        }
        None => return Err(ErrorKind::UnknownFormat.into()),
    };
    Ok(Info::of(&header))
}

/// Reads and checks the header of an image.
///
/// # Errors
///
/// The kinds that describe a damaged or unknown header, and the errors that the source returns.
pub(crate) fn read_header<S: ReadAt>(source: &S, options: &OpenOptions) -> Result<ImageHeader> {
    let file_len = source.size()?;
    let mut head = [0; PROBE_SIZE];
    let count = file_len.min(PROBE_SIZE as u64) as usize;
    source.read_exact_at(0, &mut head[..count])?;
    match ImageHeader::parse(&head[..count], file_len)? {
        Some(mut header) => {
            if header.format.is_ciso() {
                let mut entry = [0; 4];
                source.read_exact_at(header.tables.index, &mut entry)?;
                header.fit_index_to_first_entry(u32::from_le_bytes(entry))?;
            }
            Ok(header)
        }
        None if options.accept_unrecognized || has_iso_identifier(source, file_len)? => {
            iso::header(file_len)
        }
        None => Err(ErrorKind::UnknownFormat.into()),
    }
}

/// Returns whether the file has the identifier of an uncompressed ISO 9660 image.
fn has_iso_identifier<S: ReadAt>(source: &S, file_len: u64) -> Result<bool> {
    let mut identifier = [0; iso::IDENTIFIER.len()];
    if file_len < iso::IDENTIFIER_OFFSET + identifier.len() as u64 {
        return Ok(false);
    }
    source.read_exact_at(iso::IDENTIFIER_OFFSET, &mut identifier)?;
    Ok(identifier == iso::IDENTIFIER)
}
