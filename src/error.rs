//! The error type of this crate: a small value without strings, which needs no allocation.

use core::ffi::CStr;
use core::fmt;

/// Result of every function of this crate that can fail.
pub type Result<T> = core::result::Result<T, Error>;

/// The kind of a failure.
///
/// Each kind has a number that never changes, because C programs compare it. The functions of the C
/// API return it with a minus sign. Later versions of this crate may add kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
#[repr(i32)]
pub enum ErrorKind {
    /// An option or argument is out of its documented range, or a C program passed NULL for a
    /// pointer that must not be NULL.
    Argument = 1,
    /// An allocation failed, or the memory that the caller provided is too small.
    OutOfMemory = 2,
    /// There is no file or directory with this name.
    NotFound = 3,
    /// The operating system denies access to the file.
    PermissionDenied = 4,
    /// The path names a directory.
    IsDirectory = 5,
    /// The operating system failed to read from a file, or the `read_at` of a
    /// [source](crate::ReadAt) failed.
    Read = 6,
    /// The operating system failed to write to a file, or the `write_all_at` of a
    /// [sink](crate::WriteAt) failed.
    Write = 7,
    /// The output cannot be written, because the device is full, the user's quota is used up, or
    /// the file system does not allow a file of this size.
    NoSpace = 8,
    /// The input and the output are the same file. The file was not changed.
    SameFile = 9,
    /// The output file exists, and the options do not allow replacing it.
    AlreadyExists = 10,
    /// The caller's progress callback stopped the operation.
    Cancelled = 11,
    /// A requested sector or block lies past the end of the image. Nothing was read.
    OutOfRange = 12,
    /// The library detected a bug of its own. The open image must not be used any more.
    Internal = 13,
    /// The path names a pipe, a socket or a device. Only regular files can be opened.
    NotAFile = 14,

    /// The file has no bytes.
    Empty = 20,
    /// The file is not a disc image of a known format.
    UnknownFormat = 21,
    /// The file is shorter than its header or its index requires.
    Truncated = 22,
    /// The file is a GameCube or Wii CISO image. That format begins with the same bytes as CSO, and
    /// this crate does not read it.
    ForeignGameCube = 23,
    /// The file is an Xbox CISO image. That format begins with the same bytes as CSO, and this
    /// crate does not read it.
    ForeignXbox = 24,
    /// The file is a ZISO image with LZO blocks. That format begins with the same bytes as ZSO, and
    /// this crate does not read it.
    ForeignLzoZiso = 25,
    /// The header states its own size, and the format does not allow this size.
    HeaderSize = 26,
    /// The header states a version that the format does not have.
    Version = 27,
    /// The block size that the header states, or that was requested for the output, is not
    /// supported.
    BlockSize = 28,
    /// The header states an index shift that is not supported. The index shift is the number of
    /// bits by which index entries are shifted left to get offsets in bytes.
    IndexShift = 29,
    /// The header states an image size of zero, or a size that gives more than 2^31 - 1 blocks or
    /// 2^32 - 1 sectors.
    ImageSize = 30,
    /// An index entry states a lower offset in the file than the entry before it.
    IndexOrder = 31,
    /// According to the index, a block overlaps the index itself, another table of the file or
    /// another block.
    IndexOverlap = 32,
    /// According to the index, a block extends past the end of the file.
    IndexRange = 33,
    /// According to the index, a block has an impossible number of bytes in the file. There are too
    /// few to decode to a whole block, or more than any compressed block of this size needs.
    BlockLength = 34,
    /// In a DAX file, the table of stored areas ("NC areas") names blocks that the image does not
    /// have. A stored area is a range of blocks that are not compressed.
    NcTable = 35,
    /// The header of a JISO file names an unknown compression method.
    Method = 36,
    /// The image, or its compressed file, is larger than the output format allows.
    TooLarge = 37,

    /// The compressed data of a block is damaged.
    BlockData = 40,
    /// A block decodes to fewer bytes than it has in the decoded image.
    BlockShort = 41,
    /// The checksum of a block does not match its data.
    Checksum = 42,
    /// A block was encoded for the output, and the result does not decode to the original data
    /// again. Every encoded block is checked in this way.
    Mismatch = 43,
    /// The MD5 of the decoded image differs from the MD5 in the header of a JISO file.
    Digest = 44,
}

macro_rules! texts {
    ($($kind:ident: $text:literal,)*) => {
        /// All kinds, in the order of the arguments of `texts!`.
        const ALL: &[ErrorKind] = &[$(ErrorKind::$kind),*];

        const fn c_text(kind: ErrorKind) -> &'static CStr {
            match kind {
                $(ErrorKind::$kind => $text,)*
            }
        }
    };
}

// The description of each kind. The kinds have to be in the order of their numbers.
texts! {
    Argument: c"an argument is out of its documented range",
    OutOfMemory: c"not enough memory",
    NotFound: c"no such file or directory",
    PermissionDenied: c"permission denied",
    IsDirectory: c"this is a directory, not a file",
    Read: c"reading failed",
    Write: c"writing failed",
    NoSpace: c"no space is left on the device",
    SameFile: c"input and output are the same file",
    AlreadyExists: c"the output already exists",
    Cancelled: c"cancelled by the caller",
    OutOfRange: c"the range lies past the end of the image",
    Internal: c"internal error (a bug in this library)",
    NotAFile: c"this is not a regular file",

    Empty: c"the file is empty",
    UnknownFormat: c"this is not a disc image of a known format",
    Truncated: c"the file is truncated",
    ForeignGameCube: c"this is a GameCube or Wii CISO image, another format with the same magic",
    ForeignXbox: c"this is an Xbox CISO image, another format with the same magic",
    ForeignLzoZiso: c"this is a ZISO image with LZO blocks, another format with the same magic",
    HeaderSize: c"the format does not allow this header size",
    Version: c"the format does not have this version",
    BlockSize: c"the block size is not supported",
    IndexShift: c"the index shift is not supported",
    ImageSize: c"the image size is zero or impossibly large",
    IndexOrder: c"the index is not in ascending order",
    IndexOverlap: c"a block overlaps the tables or another block",
    IndexRange: c"a block extends past the end of the file",
    BlockLength: c"the stored size of a block is impossible",
    NcTable: c"the table of stored areas is out of range",
    Method: c"the compression method is unknown",
    TooLarge: c"the image is too large for the output format",

    BlockData: c"the data of a block does not decode",
    BlockShort: c"a block decodes to too few bytes",
    Checksum: c"the checksum of a block does not match its data",
    Mismatch: c"a block decodes to other data than was encoded",
    Digest: c"the digest of the image does not match the one in its header",
}

impl ErrorKind {
    /// All kinds, in the order of their numbers.
    pub const ALL: &'static [ErrorKind] = ALL;

    /// Returns a description of the kind in plain English, without a full stop at the end.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self.c_text().to_str() {
            Ok(text) => text,
            Err(_) => "",
        }
    }

    /// Returns the result of [`text`](Self::text) as a C string.
    pub(crate) const fn c_text(self) -> &'static CStr {
        c_text(self)
    }
}

/// A failure. It has a kind and, if they are known, the number of the block, the offset in the file
/// and the error number of the operating system.
///
/// A [source](crate::ReadAt) or [sink](crate::WriteAt) of your own reports a failure with
/// [`Error::new`]. If the failure has a number that helps to find its cause, add the number with
/// [`with_os`](Self::with_os).
///
/// ```
/// use cso::{Error, ErrorKind};
///
/// let error = Error::new(ErrorKind::BlockData).in_block(12).at(30864);
/// assert_eq!(error.kind(), ErrorKind::BlockData);
/// assert_eq!((error.block(), error.offset()), (Some(12), Some(30864)));
/// assert_eq!(
///     error.to_string(),
///     "block 12 at byte 30864: the data of a block does not decode"
/// );
/// ```
//
// Every `Result` of this crate has space for an `Error`, so this struct is kept small. Its fields
// are numbers instead of `Option`s. A field that is unknown is 0, and its bit in `known` is not
// set.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Error {
    offset: u64,
    block: u32,
    os: i32,
    kind: ErrorKind,
    known: u8,
}

/// Bits of the field `known`. `BLOCK`, `OFFSET` and `OS` are set if the fields `block`, `offset`
/// and `os` have a value. `OUTPUT` is set if the failure concerns the output file instead of the
/// input file.
const BLOCK: u8 = 1;
const OFFSET: u8 = 2;
const OS: u8 = 4;
const OUTPUT: u8 = 8;

impl Error {
    /// Returns an error of this kind, without a block, an offset or an error number.
    #[must_use]
    pub const fn new(kind: ErrorKind) -> Self {
        Error {
            offset: 0,
            block: 0,
            os: 0,
            kind,
            known: 0,
        }
    }

    /// Adds the number of the block in which the failure occurred, and returns the error. The first
    /// block of an image has the number 0. If the error already has a block number, keeps that
    /// number.
    #[must_use]
    pub const fn in_block(mut self, block: u32) -> Self {
        if self.known & BLOCK == 0 {
            self.block = block;
            self.known |= BLOCK;
        }
        self
    }

    /// Adds the offset in the file at which the failure occurred, in bytes, and returns the error.
    /// If the error already has an offset, keeps that offset.
    #[must_use]
    pub const fn at(mut self, offset: u64) -> Self {
        if self.known & OFFSET == 0 {
            self.offset = offset;
            self.known |= OFFSET;
        }
        self
    }

    /// Sets the error number, and returns the error. The number is that of the operating system, or
    /// any other number that a source or sink reports.
    #[must_use]
    pub const fn with_os(mut self, os: i32) -> Self {
        self.os = os;
        self.known |= OS;
        self
    }

    /// Marks the error as a failure of the output file instead of the input file, and returns the
    /// error.
    #[must_use]
    pub const fn on_output(mut self) -> Self {
        self.known |= OUTPUT;
        self
    }

    /// Returns the kind of the failure.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Returns the number of the block in which the failure occurred, or `None` if it is not known.
    /// The first block has the number 0.
    #[must_use]
    pub const fn block(&self) -> Option<u32> {
        match self.known & BLOCK {
            0 => None,
            _ => Some(self.block),
        }
    }

    /// Returns the offset in the file, in bytes, at which the failure occurred, or `None` if it is
    /// not known.
    #[must_use]
    pub const fn offset(&self) -> Option<u64> {
        match self.known & OFFSET {
            0 => None,
            _ => Some(self.offset),
        }
    }

    /// Returns the operating system's error number (`errno` on POSIX systems), or the number that a
    /// C callback returned, or `None` if there is no number.
    #[must_use]
    pub const fn os_error(&self) -> Option<i32> {
        match self.known & OS {
            0 => None,
            _ => Some(self.os),
        }
    }

    /// Returns whether writing the output failed while an image was compressed or decompressed. If
    /// so, the block and the offset are those of the output file. Otherwise they are those of the
    /// input file.
    #[must_use]
    pub const fn is_on_output(&self) -> bool {
        self.known & OUTPUT != 0
    }
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        Error::new(kind)
    }
}

impl Error {
    /// Passes the text of the error to `put`, in several pieces. An example of the whole text is
    /// `block 12 at byte 30864: the data of a block does not decode (os error 5)`.
    ///
    /// Two things keep the library small: the text is built without `core::fmt`, and the pieces are
    /// byte slices instead of `str`. On a PSP, `core::fmt` would be a tenth of the library's code,
    /// and the check that bytes are valid UTF-8 another tenth.
    pub(crate) fn put_text(&self, put: &mut dyn FnMut(&[u8])) {
        let mut digits = [0; 20];
        if let Some(block) = self.block() {
            put(b"block ");
            put(decimal(block.into(), &mut digits));
        }
        if let Some(offset) = self.offset() {
            put(match self.block() {
                Some(_) => b" at byte ",
                None => b"at byte ",
            });
            put(decimal(offset, &mut digits));
        }
        if self.known & (BLOCK | OFFSET) != 0 {
            put(b": ");
        }
        put(self.kind.c_text().to_bytes());
        if let Some(os) = self.os_error() {
            put(if os < 0 {
                b" (os error -"
            } else {
                b" (os error "
            });
            put(decimal(os.unsigned_abs().into(), &mut digits));
            put(b")");
        }
    }
}

/// Writes the decimal digits of `number` to the end of `digits` and returns the slice that has
/// them.
///
/// Divides by 10 as in long division on paper, where a digit is a group of 16 bits. This needs only
/// divisions of 32-bit numbers, because 32-bit machines have no instruction that divides 64-bit
/// numbers.
fn decimal(mut number: u64, digits: &mut [u8; 20]) -> &[u8] {
    let mut start = digits.len();
    for at in (0..digits.len()).rev() {
        let (mut quotient, mut rest) = (0, 0);
        for shift in [48, 32, 16, 0] {
            let part = rest << 16 | (number >> shift) as u32 & 0xFFFF;
            quotient = quotient << 16 | u64::from(part / 10);
            rest = part % 10;
        }
        digits[at] = b'0' + rest as u8;
        start = at;
        number = quotient;
        if number == 0 {
            break;
        }
    }
    &digits[start..]
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut result = Ok(());
        self.put_text(&mut |piece| {
            let text = core::str::from_utf8(piece).unwrap_or_default();
            result = result.and_then(|()| f.write_str(text));
        });
        result
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {self}", self.kind)
    }
}

impl core::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    #[test]
    fn text_has_block_offset_and_os_error() {
        let error = Error::new(ErrorKind::Read)
            .in_block(12)
            .at(30864)
            .with_os(5);
        assert_eq!(
            error.to_string(),
            "block 12 at byte 30864: reading failed (os error 5)"
        );
        assert_eq!(
            Error::new(ErrorKind::Empty).to_string(),
            "the file is empty"
        );
    }

    #[test]
    fn text_has_all_digits_of_numbers() {
        let text = |error: Error| error.to_string();
        let read = Error::new(ErrorKind::Read);
        for offset in [0, 9, 10, 4294967296, u64::MAX] {
            let expected = std::format!("at byte {offset}: reading failed");
            assert_eq!(text(read.at(offset)), expected);
        }
        for os in [0, -1, i32::MIN, i32::MAX] {
            let expected = std::format!("block 0: reading failed (os error {os})");
            assert_eq!(text(read.in_block(0).with_os(os)), expected);
        }
    }

    #[test]
    fn first_block_and_offset_are_kept() {
        let error = Error::new(ErrorKind::Read)
            .in_block(1)
            .in_block(2)
            .at(3)
            .at(4);
        assert_eq!((error.block(), error.offset()), (Some(1), Some(3)));
    }

    #[test]
    fn kinds_are_in_the_order_of_their_numbers_and_texts_are_unique() {
        for (i, a) in ErrorKind::ALL.iter().enumerate() {
            for b in &ErrorKind::ALL[i + 1..] {
                assert!((*a as i32) < *b as i32);
                assert_ne!(a.text(), b.text());
            }
        }
    }
}
