//! Every type and constant that C sees, and nothing else.
//!
//! This file stands alone, without a `use` of the rest of the crate: the header is generated from
//! it, and a test compiles it together with that header and compares the two. Its comments are
//! the header's manual, so they speak to a C programmer.

use core::ffi::c_void;

/// Bytes of a sector, in every format.
pub const CSO_SECTOR_SIZE: u32 = 2048;

/// The smallest block size that an image may have, in bytes.
pub const CSO_MIN_BLOCK_SIZE: u32 = 2048;

/// The largest block size that an image may have, in bytes.
pub const CSO_MAX_BLOCK_SIZE: u32 = 16777216;

/// How many of a file's first bytes cso_probe() needs to recognise a compressed image.
pub const CSO_PROBE_SIZE: u32 = 48;

/// How many of a file's first bytes cso_probe() needs to recognise a plain image too.
pub const CSO_PROBE_SIZE_ISO: u32 = 32774;

/// In cso_error: no block is known.
pub const CSO_NO_BLOCK: u32 = 0xFFFF_FFFF;

/// In cso_error: no place in the file is known.
pub const CSO_NO_OFFSET: u64 = 0xFFFF_FFFF_FFFF_FFFF;

/// The lowest compression level: the shortest time.
pub const CSO_MIN_LEVEL: u32 = 1;

/// The highest compression level: the smallest file, in the longest time.
pub const CSO_MAX_LEVEL: u32 = 10;

/// The compression level that 0 stands for.
pub const CSO_DEFAULT_LEVEL: u32 = 6;

/// The largest value of the cost options of cso_compress_options, in percent.
pub const CSO_MAX_COST: u32 = 1000;

/// The most threads that may be asked for.
pub const CSO_MAX_THREADS: u32 = 1024;

/// Flag of cso_open_options: take a file of no known format for a plain image, for sectors without
/// ISO 9660 descriptors.
pub const CSO_OPEN_ACCEPT_UNRECOGNIZED: u32 = 1;

/// Flag of cso_open_options: use little memory. All of it is allocated when the image is opened, and
/// the compressed bytes of a read wait at the end of the caller's own buffer. Best for one thread.
/// A freestanding library always does so, and so does one that reads in memory that was lent.
pub const CSO_OPEN_LOW_MEMORY: u32 = 2;

/// Flag of cso_open_options: read the whole index when the image is opened and check every entry of
/// it, so that a damaged one is a failure of opening. It takes some ten milliseconds for each GB of
/// the image.
pub const CSO_OPEN_CHECK_INDEX: u32 = 4;

/// Flag of cso_source: the callbacks cannot run in two threads at once (they seek and then read,
/// say), so the library must never call two of them at the same time.
pub const CSO_SOURCE_SERIALIZE: u32 = 1;

/// Flag of cso_compress_options: do not decode each block again to compare it with its original. Not
/// together with CSO_COMPRESS_VERIFY.
pub const CSO_COMPRESS_NO_VERIFY: u32 = 1;

/// Flag of cso_compress_options: pad the output with zeros to a multiple of 2048 bytes, as files on
/// a PS2 hard disk need it.
pub const CSO_COMPRESS_PAD: u32 = 2;

/// Flag of cso_compress_options, for DAX alone: write version 1, which stores frames that do not
/// compress as they are. Version 0, the default, is read by the oldest loaders.
pub const CSO_COMPRESS_DAX_AREAS: u32 = 4;

/// Flag of cso_compress_options, for cso_compress_file() alone: take an input of no known format for
/// a plain image.
pub const CSO_COMPRESS_ACCEPT_UNRECOGNIZED: u32 = 8;

/// Flag of cso_compress_options, for cso_compress_file() alone: an output that exists already is
/// CSO_ERR_ALREADY_EXISTS and is left alone.
pub const CSO_COMPRESS_KEEP_EXISTING: u32 = 16;

/// Flag of cso_compress_options: decode each block again to compare it with its original, at any
/// level. Without it that is done at levels 5 and up, where it is cheap beside encoding.
pub const CSO_COMPRESS_VERIFY: u32 = 32;

/// Flag of cso_decompress_options, for cso_decompress_file() alone: take an input of no known
/// format for a plain image.
pub const CSO_DECOMPRESS_ACCEPT_UNRECOGNIZED: u32 = 1;

/// Flag of cso_decompress_options, for cso_decompress_file() alone: an output that exists already
/// is CSO_ERR_ALREADY_EXISTS and is left alone.
pub const CSO_DECOMPRESS_KEEP_EXISTING: u32 = 2;

/// Flag for the CRC-32 of the image, in cso_verify_options (leave it out) and in cso_digests (it is
/// there).
pub const CSO_DIGEST_CRC32: u32 = 1;

/// Flag for the MD5 of the image, used as CSO_DIGEST_CRC32.
pub const CSO_DIGEST_MD5: u32 = 2;

/// Flag for the SHA-1 of the image, used as CSO_DIGEST_CRC32.
pub const CSO_DIGEST_SHA1: u32 = 4;

/// Flag of cso_precache_options: keep what the image decodes to, which reads then only copy. Without
/// it the file is kept, which takes less; reads decode from it.
pub const CSO_PRECACHE_DECODED: u32 = 1;

/// The largest decode_ahead of cso_open_options, in bytes.
pub const CSO_MAX_DECODE_AHEAD: u32 = 16777216;

/// What a function returns: CSO_OK, or one of the negative numbers of enum cso_status_code.
///
/// Later versions may add codes: treat every negative number as a failure.
pub type cso_status = i32;

/// The values of cso_status. A number once given never changes its meaning.
#[repr(i32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum cso_status_code {
    /// Success.
    CSO_OK = 0,
    /// An argument is NULL or out of its documented range, a struct_size is impossible, a reserved
    /// field is not zero, or a flag is unknown. A mistake in the calling program.
    CSO_ERR_ARGUMENT = -1,
    /// There is not enough memory. The call may be repeated when there is more.
    CSO_ERR_OUT_OF_MEMORY = -2,
    /// There is no file or directory of this name. Of the output, it is its directory.
    CSO_ERR_NOT_FOUND = -3,
    /// The system does not permit this access.
    CSO_ERR_PERMISSION_DENIED = -4,
    /// The path names a directory.
    CSO_ERR_IS_DIRECTORY = -5,
    /// The operating system or the source's read_at reported a failure; os_error has its number. The
    /// handle stays usable, so the read may be tried again.
    CSO_ERR_READ = -6,
    /// The operating system or the sink's write_at reported a failure; os_error has its number.
    CSO_ERR_WRITE = -7,
    /// The output does not fit on the device, in the quota, or in the largest file that the file
    /// system can hold.
    CSO_ERR_NO_SPACE = -8,
    /// Input and output are the same file, by whatever names. Nothing was touched.
    CSO_ERR_SAME_FILE = -9,
    /// The output exists, and the caller asked to keep it. Nothing was touched.
    CSO_ERR_ALREADY_EXISTS = -10,
    /// The progress callback asked to stop. No output is left behind.
    CSO_ERR_CANCELLED = -11,
    /// The sectors or the block lie past the end of the image. Nothing was read.
    CSO_ERR_OUT_OF_RANGE = -12,
    /// A defect of this library. Every later call with the handle returns this too; close it.
    CSO_ERR_INTERNAL = -13,
    /// The path names a pipe, a socket or a device, where a regular file is needed.
    CSO_ERR_NOT_A_FILE = -14,
    /// The file has no bytes.
    CSO_ERR_EMPTY = -20,
    /// The file is no disc image of a known format. CSO_OPEN_ACCEPT_UNRECOGNIZED takes it for a plain one.
    CSO_ERR_UNKNOWN_FORMAT = -21,
    /// The file ends before what its header or its index announces: a download that did not finish.
    CSO_ERR_TRUNCATED = -22,
    /// A GameCube or Wii image, another format with the same magic.
    CSO_ERR_FOREIGN_GAMECUBE = -23,
    /// An Xbox image, another format with the same magic.
    CSO_ERR_FOREIGN_XBOX = -24,
    /// A ZISO image with LZO blocks, another format with the same magic.
    CSO_ERR_FOREIGN_LZO_ZISO = -25,
    /// The header states a header size that its format does not allow.
    CSO_ERR_HEADER_SIZE = -26,
    /// The header states a version that its format does not have.
    CSO_ERR_VERSION = -27,
    /// The block size of the image, or the one asked for, is not one that the format has.
    CSO_ERR_BLOCK_SIZE = -28,
    /// The header states an index shift that is not supported.
    CSO_ERR_INDEX_SHIFT = -29,
    /// The header states an image size of zero, or one that is impossibly large.
    CSO_ERR_IMAGE_SIZE = -30,
    /// The index runs backwards: the file is damaged.
    CSO_ERR_INDEX_ORDER = -31,
    /// A block overlaps the tables or another block: the file is damaged.
    CSO_ERR_INDEX_OVERLAP = -32,
    /// A block lies past the end of the file: the file is damaged or truncated.
    CSO_ERR_INDEX_RANGE = -33,
    /// A block is stored in more bytes, or in fewer, than it can be: the file is damaged.
    CSO_ERR_BLOCK_LENGTH = -34,
    /// DAX: the table of uncompressed areas is out of range: the file is damaged.
    CSO_ERR_NC_TABLE = -35,
    /// JISO: the compression method is unknown.
    CSO_ERR_METHOD = -36,
    /// The image is larger than the output format can address; another format may do.
    CSO_ERR_TOO_LARGE = -37,
    /// The data of a block does not decode: the file is damaged. Other blocks may be whole.
    CSO_ERR_BLOCK_DATA = -40,
    /// A block decodes to fewer bytes than it must: the file is damaged. Other blocks may be whole.
    CSO_ERR_BLOCK_SHORT = -41,
    /// The checksum of a block does not match its data: the file is damaged. Other blocks may be
    /// whole.
    CSO_ERR_CHECKSUM = -42,
    /// A block that was just encoded does not decode to what it was made from. No output is left
    /// behind. Suspect the machine's memory first.
    CSO_ERR_MISMATCH = -43,
    /// JISO: the MD5 of the image does not match the one in its header.
    CSO_ERR_DIGEST = -44,
}

/// The formats. Later versions may add some.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum cso_format {
    /// A plain disc image, not compressed.
    CSO_FORMAT_ISO = 1,
    /// CSO version 1: deflate. Read by every PSP loader and emulator.
    CSO_FORMAT_CSO_V1 = 2,
    /// CSO version 2: deflate or LZ4, block by block.
    CSO_FORMAT_CSO_V2 = 3,
    /// ZSO: LZ4. Faster to read, larger.
    CSO_FORMAT_ZSO = 4,
    /// DAX: zlib, in frames of 8192 bytes.
    CSO_FORMAT_DAX = 5,
    /// JISO: LZO1X or deflate. It is read, and not written.
    CSO_FORMAT_JISO = 6,
}

/// How a block is stored.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum cso_coding {
    /// As it is.
    CSO_CODING_STORED = 1,
    /// Raw deflate (RFC 1951).
    CSO_CODING_DEFLATE = 2,
    /// Deflate with the zlib wrapping (RFC 1950).
    CSO_CODING_ZLIB = 3,
    /// One LZ4 block.
    CSO_CODING_LZ4 = 4,
    /// One LZO1X block.
    CSO_CODING_LZO = 5,
}

/// A failure in detail. The library fills it in; see "Errors" above.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct cso_error {
    /// Set by the caller: sizeof(cso_error).
    pub struct_size: u32,
    /// What the function returned. CSO_OK when there was no failure.
    pub status: cso_status,
    /// The block in which it went wrong, counted from 0, or CSO_NO_BLOCK.
    pub block: u32,
    /// The operating system's error number (errno, or GetLastError() on Windows), or the negative
    /// value that a callback of a source returned, or the value that one of a sink returned. What
    /// does not fit in 32 bits is the nearest that does. 0 when there is none.
    pub os_error: i32,
    /// The byte of the file at which it went wrong, or CSO_NO_OFFSET.
    pub offset: u64,
    /// 1 when it is the output that failed (block and offset are then places in the output), else 0.
    pub on_output: u32,
    /// 0.
    pub reserved: u32,
}

/// What an image is.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct cso_info {
    /// Set by the caller: sizeof(cso_info).
    pub struct_size: u32,
    /// One of enum cso_format.
    pub format: u32,
    /// The version field as it stands in the file; 0 where the format has none.
    pub version: u32,
    /// Bytes of a decoded block.
    pub block_size: u32,
    /// Bytes of the decoded image.
    pub size: u64,
    /// Bytes of the file. 0 from cso_probe(), which does not see it.
    pub file_size: u64,
    /// Sectors of 2048 bytes in the decoded image; the last one may be partial.
    pub sectors: u32,
    /// Blocks in the image.
    pub blocks: u32,
    /// Blocks begin at multiples of (1 << index_shift) bytes of the file.
    pub index_shift: u32,
    /// 1 when the header states the MD5 of the decoded image (JISO), else 0.
    pub has_md5: u32,
    /// That MD5, else zeros. Opening does not check it; cso_verify() does.
    pub md5: [u8; 16],
}

/// Where a block lies in the file, and how it is stored.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct cso_block {
    /// Set by the caller: sizeof(cso_block).
    pub struct_size: u32,
    /// One of enum cso_coding.
    pub coding: u32,
    /// First byte in the file.
    pub offset: u64,
    /// Bytes in the file; padding after the data may be among them.
    pub stored_size: u32,
    /// Bytes of the decoded image in this block: the block size, or less in the last block.
    pub size: u32,
}

/// Reads up to len bytes of the file, from byte offset on, into buf.
///
/// Returns how many bytes were read: from 1 to len, or 0 when offset is at or past the end. A
/// negative value is a failure: the library returns CSO_ERR_READ with that value in os_error.
/// The library asks again for what is missing. See cso_source for the threads that call it.
pub type cso_read_at_fn = Option<
    unsafe extern "C" fn(user: *mut c_void, offset: u64, buf: *mut c_void, len: usize) -> i64,
>;

/// Returns how many bytes the file has; a negative value is a failure, as for cso_read_at_fn.
pub type cso_size_fn = Option<unsafe extern "C" fn(user: *mut c_void) -> i64>;

/// Releases the source's resources.
pub type cso_close_fn = Option<unsafe extern "C" fn(user: *mut c_void)>;

/// A source of bytes of the caller's own: a file descriptor, a virtual file system, a network.
///
/// The struct is copied by cso_open_source(); what user points at must live until cso_close().
///
/// The callbacks are called by the threads that use the handle, and by threads of the library
/// within cso_verify(), cso_precache(), cso_compress() and cso_decompress(): at the same time, unless flags has
/// CSO_SOURCE_SERIALIZE. They must not unwind (no C++ exception, no longjmp) and must not call this
/// library with the same handle.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct cso_source {
    /// Set by the caller: sizeof(cso_source).
    pub struct_size: u32,
    /// 0 or CSO_SOURCE_SERIALIZE.
    pub flags: u32,
    /// Handed to each callback; the library does not look at it.
    pub user: *mut c_void,
    /// Required.
    pub read_at: cso_read_at_fn,
    /// Required. The size must not change while the handle is open.
    pub size: cso_size_fn,
    /// May be NULL. Called once, as the last callback, by the cso_close() of a handle that was
    /// opened; never when opening failed: the source is then still the caller's.
    pub close: cso_close_fn,
}

/// How to open an image. All zeros but struct_size are the defaults.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct cso_open_options {
    /// Set by the caller: sizeof(cso_open_options).
    pub struct_size: u32,
    /// CSO_OPEN_* or-ed together.
    pub flags: u32,
    /// How many blocks' index entries each reader keeps in memory at a time. 0 keeps all that was
    /// read of the index: 4 bytes for each block (6 for DAX) when every part of the image was touched.
    /// Either way opening reads next to nothing, and an entry is checked when its block is asked for.
    ///
    /// In a freestanding library, and with CSO_OPEN_LOW_MEMORY, 0 reads the whole index when the image is
    /// opened, as with CSO_OPEN_CHECK_INDEX.
    pub index_page_blocks: u32,
    /// 0.
    pub reserved: u32,
    /// NULL, or where to tell a failure in detail. Set error->struct_size.
    pub error: *mut cso_error,
    /// NULL, or memory for the handle and all that belongs to it, in place of the heap's: of any
    /// alignment, the library's alone until cso_close(), which frees nothing then. Should opening
    /// fail, it is the caller's again.
    ///
    /// A freestanding library then allocates nothing at all. A hosted one still does, in three
    /// places: a list of the decoders, a state of libdeflate if it was built with that, and a decoder
    /// with its buffers for every further thread that reads at the same time.
    pub memory: *mut c_void,
    /// Bytes at memory: as many as cso_memory_needed() tells, or more. With fewer, opening is
    /// CSO_ERR_OUT_OF_MEMORY.
    pub memory_size: usize,
    /// Threads that decode a large request (64 KiB or more), the calling one among them, up to
    /// CSO_MAX_THREADS. 0 and 1 leave it to the calling thread alone. All readers of the handle share
    /// them. They are started when they are first needed, end in cso_close(), and never call the
    /// source. Ignored by a freestanding library, with CSO_OPEN_LOW_MEMORY and in memory that was lent.
    pub threads: u32,
    /// In a run of requests, have so many bytes of the image that come next decoded by a thread beside
    /// the caller's, up to CSO_MAX_DECODE_AHEAD; 0 for none. Their compressed bytes are read by the
    /// calling thread, in its turn. A request elsewhere ends it. For programs that read little at a
    /// time and must not wait. Ignored where threads is.
    pub decode_ahead: u32,
}

/// How far a long task has come. Later versions may add fields at the end.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct cso_progress {
    /// Bytes of the decoded image that are done.
    pub done: u64,
    /// Bytes of the decoded image.
    pub total: u64,
    /// Bytes written so far; 0 when nothing is written.
    pub written: u64,
}

/// Called now and then during a long task, by the thread that started it.
///
/// Returns 0 to go on; any other value stops the task, which then returns CSO_ERR_CANCELLED. The
/// struct is gone when the callback returns. It must not unwind (no C++ exception, no longjmp).
pub type cso_progress_fn =
    Option<unsafe extern "C" fn(user: *mut c_void, progress: *const cso_progress) -> i32>;

/// What was written.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct cso_summary {
    /// Set by the caller: sizeof(cso_summary).
    pub struct_size: u32,
    /// Blocks in all.
    pub blocks: u32,
    /// Bytes of the decoded image.
    pub image_size: u64,
    /// Bytes of the output.
    pub file_size: u64,
    /// Blocks that are stored as they are.
    pub stored_blocks: u32,
    /// Blocks that are LZ4.
    pub lz4_blocks: u32,
    /// Blocks that are deflate.
    pub deflate_blocks: u32,
    /// 0.
    pub reserved: u32,
}

/// How to compress. All zeros but struct_size are the defaults.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct cso_compress_options {
    /// Set by the caller: sizeof(cso_compress_options).
    pub struct_size: u32,
    /// CSO_COMPRESS_* or-ed together.
    pub flags: u32,
    /// CSO_FORMAT_CSO_V1, CSO_FORMAT_CSO_V2, CSO_FORMAT_ZSO or CSO_FORMAT_DAX. 0 stands for
    /// CSO_FORMAT_CSO_V1, which the most programs read.
    pub format: u32,
    /// Bytes of a block: a power of two from 2048 to 16 MiB; for DAX 8192. 0 stands for 2048 (for DAX
    /// 8192). Many loaders on real hardware read nothing but 2048.
    pub block_size: u32,
    /// How much time to spend for a smaller file: 1 to 10. 0 stands for CSO_DEFAULT_LEVEL.
    pub level: u32,
    /// Threads that compress, up to CSO_MAX_THREADS. 0 stands for one for each core. The output is
    /// the same for any number.
    pub threads: u32,
    /// Store a block as it is although it compresses, where that is at most this many percent
    /// larger: faster to read. 0 to CSO_MAX_COST.
    pub stored_cost: u32,
    /// CSO v2: prefer LZ4 where it is at most this many percent larger than deflate: faster to read.
    /// 0 to CSO_MAX_COST.
    pub lz4_cost: u32,
    /// NULL, or what to call with the progress.
    pub progress: cso_progress_fn,
    /// Handed to progress.
    pub user: *mut c_void,
    /// NULL, or where to tell a failure in detail. Set error->struct_size.
    pub error: *mut cso_error,
    /// NULL, or where to tell on success what was written. Set summary->struct_size.
    pub summary: *mut cso_summary,
}

/// How to decompress. All zeros but struct_size are the defaults.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct cso_decompress_options {
    /// Set by the caller: sizeof(cso_decompress_options).
    pub struct_size: u32,
    /// CSO_DECOMPRESS_* or-ed together.
    pub flags: u32,
    /// Threads that decode, up to CSO_MAX_THREADS. 0 stands for one for each core.
    pub threads: u32,
    /// 0.
    pub reserved: u32,
    /// NULL, or what to call with the progress.
    pub progress: cso_progress_fn,
    /// Handed to progress.
    pub user: *mut c_void,
    /// NULL, or where to tell a failure in detail. Set error->struct_size.
    pub error: *mut cso_error,
    /// NULL, or where to tell on success what was written. Set summary->struct_size.
    pub summary: *mut cso_summary,
}

/// Writes the len bytes at data to the output, from byte offset on.
///
/// Returns 0 when all of them are written. Any other value is a failure: the library returns
/// CSO_ERR_WRITE with that value in os_error and does not call again. What was never written
/// before offset must read as zeros. It is called by the thread that started the task, and must
/// not unwind.
pub type cso_write_at_fn = Option<
    unsafe extern "C" fn(user: *mut c_void, offset: u64, data: *const c_void, len: usize) -> i32,
>;

/// An output of the caller's own. It is written at any place, for an image's header and index come
/// last. After a failure or a cancel it holds an incomplete image: discard it.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct cso_sink {
    /// Set by the caller: sizeof(cso_sink).
    pub struct_size: u32,
    /// 0.
    pub reserved: u32,
    /// Handed to write_at; the library does not look at it.
    pub user: *mut c_void,
    /// Required.
    pub write_at: cso_write_at_fn,
}

/// How to verify. All zeros but struct_size are the defaults: all digests.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct cso_verify_options {
    /// Set by the caller: sizeof(cso_verify_options).
    pub struct_size: u32,
    /// Digests to leave out: CSO_DIGEST_* or-ed together.
    pub without: u32,
    /// Threads that decode, up to CSO_MAX_THREADS. 0 stands for one for each core.
    pub threads: u32,
    /// 0.
    pub reserved: u32,
    /// NULL, or what to call with the progress.
    pub progress: cso_progress_fn,
    /// Handed to progress.
    pub user: *mut c_void,
}

/// How to bring an image into memory. All zeros but struct_size are the defaults.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct cso_precache_options {
    /// Set by the caller: sizeof(cso_precache_options).
    pub struct_size: u32,
    /// 0 or CSO_PRECACHE_DECODED.
    pub flags: u32,
    /// The most bytes of memory that it may take. 0 stands for any number.
    pub max_bytes: u64,
    /// Threads that decode, up to CSO_MAX_THREADS. 0 stands for one for each core.
    pub threads: u32,
    /// 0.
    pub reserved: u32,
    /// NULL, or what to call with the progress, in bytes of the decoded image or, where the file is
    /// brought, of the file.
    pub progress: cso_progress_fn,
    /// Handed to progress.
    pub user: *mut c_void,
}

/// The digests of a decoded image.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct cso_digests {
    /// Set by the caller: sizeof(cso_digests).
    pub struct_size: u32,
    /// Which of them are there: CSO_DIGEST_* or-ed together. The others are zero.
    pub present: u32,
    /// CRC-32 as in zip and gzip.
    pub crc32: u32,
    /// MD5.
    pub md5: [u8; 16],
    /// SHA-1.
    pub sha1: [u8; 20],
}
