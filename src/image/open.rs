//! Opening: which format it is, and whether its tables can be true.

use super::index::{Index, Window};
use super::memory::{Memory, Needs};
#[cfg(feature = "std")]
use super::pages::Pages;
use super::pool::Pool;
use super::scratch::Scratch;
#[cfg(feature = "std")]
use super::Crew;
use super::{Image, Info, OpenOptions, MAX_DECODE_AHEAD, MAX_THREADS};
use crate::error::{Error, ErrorKind, Result};
use crate::format::{iso, Format, ImageHeader, PROBE_SIZE};
use crate::io::ReadAt;

impl<S: ReadAt> Image<S> {
    /// Opens an image of any known format.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open). What is wrong with the index is found when the block is read that
    /// the entry is of, unless [`OpenOptions::check_index`] is set.
    pub fn open_with(source: S, options: &OpenOptions) -> Result<Self> {
        let header = read_header(&source, options)?;
        Self::open_in(source, &header, options, None)
    }

    /// Opens the image with this header, which takes its memory from what the caller lends, if he
    /// does.
    pub(crate) fn open_in(
        source: S,
        header: &ImageHeader,
        options: &OpenOptions,
        memory: Option<Memory>,
    ) -> Result<Self> {
        if options.threads > MAX_THREADS || options.decode_ahead > MAX_DECODE_AHEAD {
            return Err(ErrorKind::Argument.into());
        }
        let low_memory = cfg!(cso_rt) || options.low_memory || memory.is_some();
        // In lent memory the whole index is a window too.
        let window = match options.index_page_blocks {
            0 if memory.is_some() => header.blocks,
            blocks => blocks,
        };
        let at_once = options.index_page_blocks == 0
            && (options.check_index || low_memory || cfg!(not(feature = "std")));
        #[cfg(not(cso_rt))]
        let whole = at_once && memory.is_none();
        let scratch = if low_memory {
            Scratch::with_room(&Needs::of(header, window.max(1))?, memory)?
        } else {
            Scratch::new()?
        };
        let mut image = Image {
            source,
            header: *header,
            index: Index::Windows(window.max(1)),
            scratches: Pool::new(scratch),
            low_memory,
            #[cfg(feature = "std")]
            kept: super::kept::Kept::new(),
            #[cfg(feature = "std")]
            crew: crew_for(options, low_memory),
            #[cfg(feature = "std")]
            decode_ahead: options.decode_ahead,
        };
        if header.format != Format::Iso {
            if let Err(short) = image.check_end() {
                return Err(image.named_if_foreign(short));
            }
            #[cfg(not(cso_rt))]
            if whole {
                image.index = Index::Whole(image.load_whole()?);
            }
            #[cfg(feature = "std")]
            if window == 0 && !whole {
                image.index = Index::Pages(Pages::new(&image.header)?);
            }
            if at_once || options.check_index {
                image.check_index()?;
            }
            image.refuse_foreign()?;
        }
        Ok(image)
    }

    #[cfg(not(cso_rt))]
    fn load_whole(&self) -> Result<Window> {
        let mut whole = Window::new();
        whole.load(&self.source, &self.header, 0, self.header.blocks)?;
        Ok(whole)
    }

    /// Looks at every entry of the index.
    fn check_index(&self) -> Result<()> {
        self.with_scratch(|scratch| {
            for block in 0..self.header.blocks {
                self.locate(&mut scratch.window, block)?;
            }
            Ok(())
        })
    }

    /// Finds out whether the file is as long as the end of its tables says.
    fn check_end(&self) -> Result<()> {
        let last = self.header.blocks - 1;
        self.with_scratch(|scratch| {
            let window = &mut scratch.window;
            window.load(&self.source, &self.header, last, 1)?;
            match window.entry(last) {
                Some(entry) if self.header.min_file_len(entry) > self.header.file_len => {
                    Err(Error::new(ErrorKind::Truncated).at(self.header.file_len))
                }
                _ => Ok(()),
            }
        })
    }
}

/// The threads that the options ask for, if they do. A reader among them is not counted.
#[cfg(feature = "std")]
fn crew_for(options: &OpenOptions, low_memory: bool) -> Option<Crew> {
    let beside = options.threads.saturating_sub(1);
    let workers = beside.max(u32::from(options.decode_ahead != 0));
    (workers != 0 && !low_memory).then(|| Crew::new(workers as usize))
}

/// What the first bytes of a file say: a header, or the mark of a plain image.
///
/// `head` is the beginning of a file of `file_len` bytes: [`PROBE_SIZE`] of them tell all compressed
/// formats, a plain image wants `0x8006`. Nothing behind the header is checked.
///
/// # Errors
///
/// As [`Image::open`], as far as a header can tell.
pub fn probe(head: &[u8], file_len: u64) -> Result<Info> {
    let mark = iso::IDENTIFIER_OFFSET as usize;
    let header = match ImageHeader::parse(head, file_len)? {
        Some(header) => header,
        None if head
            .get(mark..)
            .is_some_and(|rest| rest.starts_with(&iso::IDENTIFIER)) =>
        {
            iso::header(file_len)?
        }
        None => return Err(ErrorKind::UnknownFormat.into()),
    };
    Ok(Info::from(&header))
}

/// The header of the image that `source` has the bytes of.
pub(crate) fn read_header<S: ReadAt>(source: &S, options: &OpenOptions) -> Result<ImageHeader> {
    let file_len = source.size()?;
    let mut head = [0; PROBE_SIZE];
    let count = file_len.min(PROBE_SIZE as u64) as usize;
    source.read_exact_at(0, &mut head[..count])?;
    match ImageHeader::parse(&head[..count], file_len)? {
        Some(mut header) => {
            if header.format.is_ciso() {
                let mut word = [0; 4];
                source.read_exact_at(header.tables.index, &mut word)?;
                header.fit_index_to_first_entry(u32::from_le_bytes(word))?;
            }
            Ok(header)
        }
        None if options.accept_unrecognized || has_iso_mark(source, file_len)? => {
            iso::header(file_len)
        }
        None => Err(ErrorKind::UnknownFormat.into()),
    }
}

fn has_iso_mark<S: ReadAt>(source: &S, file_len: u64) -> Result<bool> {
    let mut mark = [0; iso::IDENTIFIER.len()];
    if file_len < iso::IDENTIFIER_OFFSET + mark.len() as u64 {
        return Ok(false);
    }
    source.read_exact_at(iso::IDENTIFIER_OFFSET, &mut mark)?;
    Ok(mark == iso::IDENTIFIER)
}
