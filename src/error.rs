//! What can go wrong, as one small value: no strings, no allocation.

use core::ffi::CStr;
use core::fmt;

/// The result of everything in this crate that can fail.
pub type Result<T> = core::result::Result<T, Error>;

macro_rules! error_kinds {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $text:literal;)*) => {
        /// The kind of a failure.
        ///
        /// The numbers are part of the C API (there they are negative) and never change.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        #[repr(i32)]
        pub enum ErrorKind {
            $(
                #[doc = $text]
                $(#[$doc])*
                $name = $code,
            )*
        }

        impl ErrorKind {
            /// Every kind there is, in the order of their numbers.
            pub const ALL: &'static [ErrorKind] = &[$(ErrorKind::$name),*];

            /// One sentence in plain English, without a full stop.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self.c_text().to_str() {
                    Ok(text) => text,
                    Err(_) => "",
                }
            }

            /// The same sentence for C.
            pub(crate) const fn c_text(self) -> &'static CStr {
                match self {
                    $(ErrorKind::$name => const { c_str(concat!($text, "\0")) },)*
                }
            }
        }
    };
}

/// A literal that ends with NUL.
const fn c_str(text: &'static str) -> &'static CStr {
    match CStr::from_bytes_with_nul(text.as_bytes()) {
        Ok(text) => text,
        Err(_) => panic!("a text has a NUL inside"),
    }
}

error_kinds! {
    /// A caller's mistake: an option out of its range, or a pointer that must not be NULL.
    Argument = 1, "an argument is out of its documented range";
    OutOfMemory = 2, "not enough memory";
    NotFound = 3, "no such file or directory";
    PermissionDenied = 4, "permission denied";
    IsDirectory = 5, "this is a directory, not a file";
    /// The operating system, or the source's `read_at`, reported a failure.
    Read = 6, "reading failed";
    /// The operating system, or the sink, reported a failure.
    Write = 7, "writing failed";
    NoSpace = 8, "no space is left on the device";
    /// Nothing was touched.
    SameFile = 9, "input and output are the same file";
    /// Only where the caller asked not to replace it.
    AlreadyExists = 10, "the output exists already";
    /// The caller's progress callback asked to stop.
    Cancelled = 11, "cancelled by the caller";
    /// Nothing was read.
    OutOfRange = 12, "the range lies past the end of the image";
    /// A defect of this library; the handle must not be used any more.
    Internal = 13, "internal error (a defect of this library)";

    /// A pipe, a socket or a device where a regular file is wanted.
    NotAFile = 14, "this is not a regular file";

    Empty = 20, "the file is empty";
    UnknownFormat = 21, "this is no disc image of a known format";
    /// The file ends before what its header or its index announces.
    Truncated = 22, "the file is truncated";
    ForeignGameCube = 23, "this is a GameCube or Wii CISO image, another format with the same magic";
    ForeignXbox = 24, "this is an Xbox CISO image, another format with the same magic";
    ForeignLzoZiso = 25, "this is a ZISO image with LZO blocks, another format with the same magic";
    HeaderSize = 26, "the header size is not one that this format allows";
    Version = 27, "the version is not one that this format has";
    BlockSize = 28, "the block size is not supported";
    IndexShift = 29, "the index shift is not supported";
    /// Zero, or more blocks or sectors than a u32 can count.
    ImageSize = 30, "the image size is zero or impossibly large";
    IndexOrder = 31, "the index runs backwards";
    IndexOverlap = 32, "a block overlaps the tables or another block";
    IndexRange = 33, "a block lies past the end of the file";
    /// Longer than a block can be, or too short to hold the data it stands for.
    BlockLength = 34, "the stored length of a block is impossible";
    NcTable = 35, "the table of uncompressed areas is out of range";
    Method = 36, "the compression method is unknown";
    /// More than the output format can address.
    TooLarge = 37, "the image is too large for the output format";

    BlockData = 40, "the data of a block does not decode";
    BlockShort = 41, "a block decodes to fewer bytes than it must";
    Checksum = 42, "the checksum of a block does not match its data";
    /// The block that was just encoded does not decode to what it was made from.
    Mismatch = 43, "a block does not read back as it was written";
    /// JISO carries the MD5 of the whole image.
    Digest = 44, "the digest of the image does not match the one in its header";
}

/// A failure: its kind and, where they are known, the block, the place in the file and the
/// operating system's own error number.
//
// Every result in this crate has room for one, so it is kept small: what is not known is 0, and has
// no bit in `known`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Error {
    offset: u64,
    block: u32,
    os: i32,
    kind: ErrorKind,
    known: u8,
}

/// The bits of `known`: the fields that say something, and that it is the output which failed.
const BLOCK: u8 = 1;
const OFFSET: u8 = 2;
const OS: u8 = 4;
const OUTPUT: u8 = 8;

impl Error {
    /// A failure of which only the kind is known.
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

    /// The same failure, in block `block` unless a block is named already.
    #[must_use]
    pub const fn in_block(mut self, block: u32) -> Self {
        if self.known & BLOCK == 0 {
            self.block = block;
            self.known |= BLOCK;
        }
        self
    }

    /// The same failure, at byte `offset` of the file unless a place is named already.
    #[must_use]
    pub const fn at(mut self, offset: u64) -> Self {
        if self.known & OFFSET == 0 {
            self.offset = offset;
            self.known |= OFFSET;
        }
        self
    }

    /// The same failure with the operating system's error number.
    #[must_use]
    pub const fn with_os(mut self, os: i32) -> Self {
        self.os = os;
        self.known |= OS;
        self
    }

    /// The same failure, of the output and not of the input.
    #[must_use]
    pub const fn on_output(mut self) -> Self {
        self.known |= OUTPUT;
        self
    }

    /// What went wrong.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The block in which it went wrong, counted from 0.
    #[must_use]
    pub const fn block(&self) -> Option<u32> {
        match self.known & BLOCK {
            0 => None,
            _ => Some(self.block),
        }
    }

    /// The byte of the compressed file at which it went wrong.
    #[must_use]
    pub const fn offset(&self) -> Option<u64> {
        match self.known & OFFSET {
            0 => None,
            _ => Some(self.offset),
        }
    }

    /// The operating system's error number (`errno`), or what a C callback returned.
    #[must_use]
    pub const fn os_error(&self) -> Option<i32> {
        match self.known & OS {
            0 => None,
            _ => Some(self.os),
        }
    }

    /// Whether it is the output of a conversion that failed; block and offset are then its.
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
    /// Hands the failure over as text, piece by piece:
    /// `block 12 at byte 30864: the data of a block does not decode (os error 5)`.
    ///
    /// The machinery of `core::fmt` would be a tenth of the library on a PSP, and so would be what
    /// finds out that plain English is UTF-8.
    pub(crate) fn tell(&self, put: &mut dyn FnMut(&[u8])) {
        let mut room = [0; 20];
        if let Some(block) = self.block() {
            put(b"block ");
            put(decimal(block.into(), &mut room));
        }
        if let Some(offset) = self.offset() {
            put(match self.block() {
                Some(_) => b" at byte ",
                None => b"at byte ",
            });
            put(decimal(offset, &mut room));
        }
        if self.known & (BLOCK | OFFSET) != 0 {
            put(b": ");
        }
        put(self.kind.c_text().to_bytes());
        if let Some(os) = self.os_error() {
            put(match os < 0 {
                true => b" (os error -",
                false => b" (os error ",
            });
            put(decimal(os.unsigned_abs().into(), &mut room));
            put(b")");
        }
    }
}

/// The digits of a number. It is divided by 10 in parts of 16 bits, which every machine can do.
fn decimal(mut number: u64, room: &mut [u8; 20]) -> &[u8] {
    let mut start = room.len();
    for at in (0..room.len()).rev() {
        let (mut quotient, mut rest) = (0, 0);
        for shift in [48, 32, 16, 0] {
            let part = rest << 16 | (number >> shift) as u32 & 0xFFFF;
            quotient = quotient << 16 | u64::from(part / 10);
            rest = part % 10;
        }
        room[at] = b'0' + rest as u8;
        start = at;
        number = quotient;
        if number == 0 {
            break;
        }
    }
    &room[start..]
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut told = Ok(());
        self.tell(&mut |piece| {
            let text = core::str::from_utf8(piece).unwrap_or_default();
            told = told.and_then(|()| f.write_str(text));
        });
        told
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
    fn names_the_block_the_place_and_the_system_error() {
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
    fn numbers_are_told_in_full() {
        let told = |error: Error| error.to_string();
        let read = Error::new(ErrorKind::Read);
        for offset in [0, 9, 10, 4294967296, u64::MAX] {
            let expected = std::format!("at byte {offset}: reading failed");
            assert_eq!(told(read.at(offset)), expected);
        }
        for os in [0, -1, i32::MIN, i32::MAX] {
            let expected = std::format!("block 0: reading failed (os error {os})");
            assert_eq!(told(read.in_block(0).with_os(os)), expected);
        }
    }

    #[test]
    fn the_first_place_named_stays() {
        let error = Error::new(ErrorKind::Read)
            .in_block(1)
            .in_block(2)
            .at(3)
            .at(4);
        assert_eq!((error.block(), error.offset()), (Some(1), Some(3)));
    }

    #[test]
    fn numbers_and_texts_are_unique() {
        for (i, a) in ErrorKind::ALL.iter().enumerate() {
            for b in &ErrorKind::ALL[i + 1..] {
                assert!((*a as i32) < *b as i32);
                assert_ne!(a.text(), b.text());
            }
        }
    }
}
