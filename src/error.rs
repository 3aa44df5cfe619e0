//! Error type shared by all modules: a small value without strings or allocation.

use core::ffi::CStr;
use core::fmt;

/// Result of every function of this crate that can fail.
pub type Result<T> = core::result::Result<T, Error>;

/// The kind of a failure.
///
/// The numbers never change: they are part of the C API, where they are negative. Later versions
/// may add kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
#[repr(i32)]
pub enum ErrorKind {
    /// An option is out of its documented range, or a required pointer from C is NULL.
    Argument = 1,
    /// There is not enough memory.
    OutOfMemory = 2,
    /// There is no file or directory with this name.
    NotFound = 3,
    /// The operating system denies access to the file.
    PermissionDenied = 4,
    /// The path names a directory.
    IsDirectory = 5,
    /// The operating system, or the `read_at` of a source, reported a failure.
    Read = 6,
    /// The operating system, or the `write_all_at` of a sink, reported a failure.
    Write = 7,
    /// The output does not fit on the device, in the user's quota, or in the largest file of the
    /// file system.
    NoSpace = 8,
    /// Input and output are the same file. It was not changed.
    SameFile = 9,
    /// The output exists, and the options do not allow replacing it.
    AlreadyExists = 10,
    /// The caller's progress callback stopped the task.
    Cancelled = 11,
    /// A requested sector or block lies past the end of the image. Nothing was read.
    OutOfRange = 12,
    /// A bug in this library. The image or handle must not be used any more.
    Internal = 13,
    /// The path names a pipe, a socket or a device. Only regular files can be opened.
    NotAFile = 14,

    /// The file has no bytes.
    Empty = 20,
    /// The file is not a disc image of a known format.
    UnknownFormat = 21,
    /// The file is shorter than its header or its index requires.
    Truncated = 22,
    /// A GameCube or Wii CISO image, which is another format with the magic of CSO.
    ForeignGameCube = 23,
    /// An Xbox CISO image, which is another format with the magic of CSO.
    ForeignXbox = 24,
    /// A ZISO image with LZO blocks, which is another format with the magic of ZSO.
    ForeignLzoZiso = 25,
    /// The header contains a header size that its format does not allow.
    HeaderSize = 26,
    /// The header contains a version that its format does not have.
    Version = 27,
    /// The block size in the header, or the one requested for the output, is not supported.
    BlockSize = 28,
    /// The index shift in the header is not supported.
    IndexShift = 29,
    /// The image size in the header is zero, or the image has more than 2^31 - 1 blocks or
    /// 2^32 - 1 sectors.
    ImageSize = 30,
    /// An index entry contains a lower position than the entry before it.
    IndexOrder = 31,
    /// A block overlaps the index, another table or another block.
    IndexOverlap = 32,
    /// A block extends past the end of the file.
    IndexRange = 33,
    /// The index gives a block more bytes than any compressed form of it takes, or too few to
    /// decode to the block.
    BlockLength = 34,
    /// DAX: the table of areas of stored blocks ("NC" areas) names blocks that the image does not
    /// have.
    NcTable = 35,
    /// JISO: the compression method is unknown.
    Method = 36,
    /// The image is larger than the output format can address.
    TooLarge = 37,

    /// The compressed data of a block is damaged.
    BlockData = 40,
    /// A block decodes to fewer bytes than the block has in the image.
    BlockShort = 41,
    /// The checksum of a block does not match its data.
    Checksum = 42,
    /// A block was encoded and does not decode to the original data.
    Mismatch = 43,
    /// JISO: the MD5 of the decoded image does not match the one in the header.
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

// The kinds are in the order of their numbers.
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

    /// Returns a sentence in plain English that describes the kind, without a full stop.
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

/// A failure: its kind and, if known, the block, the offset in the file and the operating system's
/// error number.
///
/// A source or sink of your own reports a failure with [`Error::new`] and, if it has a number that
/// helps to find the cause, [`with_os`](Self::with_os).
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
// Every `Result` of this crate has space for an `Error`, so this struct is kept small: its fields
// are not `Option`s. If a field is unknown, it is 0 and its bit in `known` is not set.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Error {
    offset: u64,
    block: u32,
    os: i32,
    kind: ErrorKind,
    known: u8,
}

/// Bits of the field `known`. `BLOCK`, `OFFSET` and `OS` are set if the field of that name is
/// known. `OUTPUT` is set if the failure is one of the output.
const BLOCK: u8 = 1;
const OFFSET: u8 = 2;
const OS: u8 = 4;
const OUTPUT: u8 = 8;

impl Error {
    /// Returns an error of which only the kind is known.
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

    /// Returns the error with the number of the block in which it occurred. An error that already
    /// has a block keeps it.
    #[must_use]
    pub const fn in_block(mut self, block: u32) -> Self {
        if self.known & BLOCK == 0 {
            self.block = block;
            self.known |= BLOCK;
        }
        self
    }

    /// Returns the error with the offset in the file, in bytes, at which it occurred. An error that
    /// already has an offset keeps it.
    #[must_use]
    pub const fn at(mut self, offset: u64) -> Self {
        if self.known & OFFSET == 0 {
            self.offset = offset;
            self.known |= OFFSET;
        }
        self
    }

    /// Returns the error with the operating system's error number, or another number that a source
    /// or sink reports.
    #[must_use]
    pub const fn with_os(mut self, os: i32) -> Self {
        self.os = os;
        self.known |= OS;
        self
    }

    /// Returns the error marked as a failure of the output.
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
    /// C callback returned.
    #[must_use]
    pub const fn os_error(&self) -> Option<i32> {
        match self.known & OS {
            0 => None,
            _ => Some(self.os),
        }
    }

    /// Returns whether the output of a conversion failed, not its input. Block and offset then
    /// belong to the output.
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
    /// Passes the error to `put` as text, in several pieces:
    /// `block 12 at byte 30864: the data of a block does not decode (os error 5)`.
    ///
    /// The text is built without `core::fmt`, and the pieces are bytes and not `str`, to make the
    /// library smaller. On a PSP, `core::fmt` would be a tenth of its code, and so would the check
    /// that bytes are valid UTF-8.
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

/// Writes the decimal digits of `number` to the end of `digits` and returns them.
///
/// The division by 10 works on parts of 16 bits, because 32-bit machines have no instruction that
/// divides 64-bit numbers.
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
