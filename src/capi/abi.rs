//! All types and constants of the C API.
//!
//! This file uses nothing of the rest of the crate, because a test compiles it alone, together with
//! the header that is generated from it, and compares the two. Its comments are part of the header,
//! so they are written for C programmers.

use core::ffi::c_void;

/// Size of a sector in bytes, in every format.
pub const CSO_SECTOR_SIZE: u32 = 2048;

/// Smallest block size of an image, in bytes.
pub const CSO_MIN_BLOCK_SIZE: u32 = 2048;

/// Largest block size of an image, in bytes.
pub const CSO_MAX_BLOCK_SIZE: u32 = 16777216;

/// Number of bytes from the beginning of a file that cso_probe() needs to recognize a compressed
/// image.
pub const CSO_PROBE_SIZE: u32 = 48;

/// Number of bytes from the beginning of a file that cso_probe() needs to recognize an ISO file.
pub const CSO_PROBE_SIZE_ISO: u32 = 32774;

/// Value of cso_error.block if the block is not known.
pub const CSO_NO_BLOCK: u32 = 0xFFFF_FFFF;

/// Value of cso_error.offset if the position in the file is not known.
pub const CSO_NO_OFFSET: u64 = 0xFFFF_FFFF_FFFF_FFFF;

/// Lowest compression level. It takes the least time.
pub const CSO_MIN_LEVEL: u32 = 1;

/// Highest compression level. It makes the smallest file and takes the most time.
pub const CSO_MAX_LEVEL: u32 = 10;

/// Compression level that is used if cso_compress_options.level is 0.
pub const CSO_DEFAULT_LEVEL: u32 = 6;

/// Largest value of stored_cost and lz4_cost in cso_compress_options, in percent.
pub const CSO_MAX_COST: u32 = 1000;

/// Largest value of the field threads in each options struct.
pub const CSO_MAX_THREADS: u32 = 1024;

/// Flag of cso_open_options: open a file of an unknown format as an uncompressed image. Without
/// this flag, a file in none of the compressed formats opens only if it contains ISO 9660
/// descriptors. Otherwise opening returns CSO_ERR_UNKNOWN_FORMAT.
pub const CSO_OPEN_ACCEPT_UNRECOGNIZED: u32 = 1;

/// Flag of cso_open_options: use low-memory mode. In this mode, all memory for one reading thread
/// is allocated when the image is opened. To need less memory, functions that read place the
/// compressed bytes at the end of the caller's buffer and decode them from there.
///
/// Use this mode if only one thread reads. Each further thread that reads at the same time
/// allocates a decoder and buffers of its own. The mode is always on in a freestanding library. It
/// is also on if cso_open_options.memory is not NULL.
pub const CSO_OPEN_LOW_MEMORY: u32 = 2;

/// Flag of cso_open_options: read and check the whole index when the image is opened. Opening then
/// fails if an index entry is damaged. This takes about 10 ms per GB of the image. Without this
/// flag, an index entry is checked when its block is first read.
pub const CSO_OPEN_CHECK_INDEX: u32 = 4;

/// Flag of cso_source: only one thread at a time may call the callbacks. Set it if read_at cannot
/// run on two threads at once, for example because it seeks and then reads.
pub const CSO_SOURCE_SERIALIZE: u32 = 1;

/// Flag of cso_compress_options: do not verify blocks. To verify a block means to decode it after
/// it was encoded, and to compare the result with the original. If neither this flag nor
/// CSO_COMPRESS_VERIFY is set, blocks are verified at level 5 and higher. Setting both flags is an
/// error.
pub const CSO_COMPRESS_NO_VERIFY: u32 = 1;

/// Flag of cso_compress_options: append zeros to the output up to a multiple of 2048 bytes. Files
/// on a hard disk of a PS2 must have such a size.
pub const CSO_COMPRESS_PAD: u32 = 2;

/// Flag of cso_compress_options, only for DAX: write DAX version 1, which has a table of areas of
/// stored blocks. Without this flag, DAX version 0 is written, which the oldest loaders can read
/// too.
pub const CSO_COMPRESS_DAX_AREAS: u32 = 4;

/// Flag of cso_compress_options, only for cso_compress_file(): read an input of an unknown format
/// as an uncompressed image.
pub const CSO_COMPRESS_ACCEPT_UNRECOGNIZED: u32 = 8;

/// Flag of cso_compress_options, only for cso_compress_file(): return CSO_ERR_ALREADY_EXISTS if the
/// output exists. Without this flag, an existing output is replaced.
pub const CSO_COMPRESS_KEEP_EXISTING: u32 = 16;

/// Flag of cso_compress_options: verify each block at every level. See CSO_COMPRESS_NO_VERIFY.
pub const CSO_COMPRESS_VERIFY: u32 = 32;

/// Flag of cso_decompress_options, only for cso_decompress_file(): read an input of an unknown
/// format as an uncompressed image.
pub const CSO_DECOMPRESS_ACCEPT_UNRECOGNIZED: u32 = 1;

/// Flag of cso_decompress_options, only for cso_decompress_file(): return CSO_ERR_ALREADY_EXISTS if
/// the output exists. Without this flag, an existing output is replaced.
pub const CSO_DECOMPRESS_KEEP_EXISTING: u32 = 2;

/// Flag for the CRC-32 of the image. In cso_verify_options.without, it means that this digest is
/// not computed. In cso_digests.present, it means that this digest was computed.
pub const CSO_DIGEST_CRC32: u32 = 1;

/// Flag for the MD5 of the image, for the same fields as CSO_DIGEST_CRC32.
pub const CSO_DIGEST_MD5: u32 = 2;

/// Flag for the SHA-1 of the image, for the same fields as CSO_DIGEST_CRC32.
pub const CSO_DIGEST_SHA1: u32 = 4;

/// Flag of cso_precache_options: load the decoded image into memory, so that later reads only copy.
/// Without this flag, the file is loaded. This takes less memory, and later reads decode blocks
/// from memory.
pub const CSO_PRECACHE_DECODED: u32 = 1;

/// Largest value of cso_open_options.decode_ahead, in bytes.
pub const CSO_MAX_DECODE_AHEAD: u32 = 16777216;

/// Result of a function: CSO_OK or a negative code of enum cso_status_code. Later versions may add
/// codes, so treat every negative value as a failure.
pub type cso_status = i32;

/// Values of cso_status. The meaning of a number never changes.
#[repr(i32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum cso_status_code {
    /// Success.
    CSO_OK = 0,
    /// An argument is NULL or out of its documented range, a struct_size is less than 4 or more
    /// than 4096, a reserved field is not 0, or a flag is unknown. The calling program has a bug.
    CSO_ERR_ARGUMENT = -1,
    /// There is not enough memory. The call can be repeated when more memory is free.
    CSO_ERR_OUT_OF_MEMORY = -2,
    /// There is no file with this name. For an output: its directory does not exist.
    CSO_ERR_NOT_FOUND = -3,
    /// The operating system denies access to the file.
    CSO_ERR_PERMISSION_DENIED = -4,
    /// The path names a directory.
    CSO_ERR_IS_DIRECTORY = -5,
    /// The operating system, or a callback of a source (read_at or size), reported a failure.
    /// cso_error.os_error contains the number of the error that was reported. The handle remains
    /// usable, so the read can be repeated.
    CSO_ERR_READ = -6,
    /// The operating system, or write_at of a sink, reported a failure. cso_error.os_error contains
    /// its number.
    CSO_ERR_WRITE = -7,
    /// The output exceeds the free space of the device, the user's quota, or the largest size of a
    /// file in the file system.
    CSO_ERR_NO_SPACE = -8,
    /// Input and output are the same file, which was not changed. Two different paths can name the
    /// same file.
    CSO_ERR_SAME_FILE = -9,
    /// The output exists, and the options do not allow replacing it. It was not changed.
    CSO_ERR_ALREADY_EXISTS = -10,
    /// The progress callback cancelled the task. No output file was created or changed.
    CSO_ERR_CANCELLED = -11,
    /// A requested sector or block lies past the end of the image. Nothing was read.
    CSO_ERR_OUT_OF_RANGE = -12,
    /// A bug in this library. Close the handle, because all later calls with it return this code
    /// too.
    CSO_ERR_INTERNAL = -13,
    /// The path names a pipe, a socket or a device. Only regular files can be opened.
    CSO_ERR_NOT_A_FILE = -14,
    /// The file has no bytes.
    CSO_ERR_EMPTY = -20,
    /// The file is not a disc image of a known format. CSO_OPEN_ACCEPT_UNRECOGNIZED opens it as an
    /// uncompressed image.
    CSO_ERR_UNKNOWN_FORMAT = -21,
    /// The file is shorter than its header or its index requires, for example because a download is
    /// incomplete.
    CSO_ERR_TRUNCATED = -22,
    /// The file is a GameCube or Wii CISO image, which is another format with the magic of CSO. A
    /// magic is the first bytes of a file, which identify its format.
    CSO_ERR_FOREIGN_GAMECUBE = -23,
    /// The file is an Xbox CISO image, which is another format with the magic of CSO.
    CSO_ERR_FOREIGN_XBOX = -24,
    /// The file is a ZISO image with LZO blocks, which is another format with the magic of ZSO.
    CSO_ERR_FOREIGN_LZO_ZISO = -25,
    /// The header contains a header size that its format does not allow.
    CSO_ERR_HEADER_SIZE = -26,
    /// The header contains a version that its format does not have.
    CSO_ERR_VERSION = -27,
    /// The block size of the image, or the one in the options, is not supported by the format.
    CSO_ERR_BLOCK_SIZE = -28,
    /// The index shift in the header is not supported. See cso_info.index_shift.
    CSO_ERR_INDEX_SHIFT = -29,
    /// The image size in the header is zero, or the image has more than 2^31 - 1 blocks or 2^32 - 1
    /// sectors.
    CSO_ERR_IMAGE_SIZE = -30,
    /// An index entry contains a lower position than the entry before it. The file is damaged.
    CSO_ERR_INDEX_ORDER = -31,
    /// A block overlaps the index, another table or another block. The file is damaged.
    CSO_ERR_INDEX_OVERLAP = -32,
    /// A block extends past the end of the file. The file is damaged or truncated.
    CSO_ERR_INDEX_RANGE = -33,
    /// The index gives a block more bytes than any compressed form of it takes, or too few to
    /// decode to the block. The file is damaged.
    CSO_ERR_BLOCK_LENGTH = -34,
    /// DAX: the table of areas of stored blocks ("NC" areas) names blocks that the image does not
    /// have. The file is damaged.
    CSO_ERR_NC_TABLE = -35,
    /// JISO: the compression method is unknown.
    CSO_ERR_METHOD = -36,
    /// The image is larger than the output format can address. Another format may work.
    CSO_ERR_TOO_LARGE = -37,
    /// The compressed data of a block is damaged. Other blocks may be intact.
    CSO_ERR_BLOCK_DATA = -40,
    /// A block decodes to fewer bytes than it holds of the image. The file is damaged. Other blocks
    /// may be intact.
    CSO_ERR_BLOCK_SHORT = -41,
    /// The checksum of a block does not match its data. The file is damaged. Other blocks may be
    /// intact.
    CSO_ERR_CHECKSUM = -42,
    /// A block that was encoded for the output does not decode to the original data. No output file
    /// was created or changed. The most likely cause is defective memory of the computer.
    CSO_ERR_MISMATCH = -43,
    /// JISO: the MD5 of the decoded image does not match the one in the header.
    CSO_ERR_DIGEST = -44,
}

/// Formats of images. Later versions may add formats.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum cso_format {
    /// An uncompressed image.
    CSO_FORMAT_ISO = 1,
    /// CSO version 1, compressed with deflate. Every PSP loader and emulator reads it.
    CSO_FORMAT_CSO_V1 = 2,
    /// CSO version 2. Each block is compressed with deflate or LZ4.
    CSO_FORMAT_CSO_V2 = 3,
    /// ZSO, compressed with LZ4. Its files are larger than those of CSO and faster to read.
    CSO_FORMAT_ZSO = 4,
    /// DAX, compressed with zlib. Its block size is 8192 bytes.
    CSO_FORMAT_DAX = 5,
    /// JISO, compressed with LZO1X or deflate. The library reads this format and does not write it.
    CSO_FORMAT_JISO = 6,
}

/// Ways in which the data of a block is encoded in the file.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum cso_coding {
    /// Not compressed.
    CSO_CODING_STORED = 1,
    /// A deflate stream without header and trailer (RFC 1951).
    CSO_CODING_DEFLATE = 2,
    /// A deflate stream in the zlib format (RFC 1950).
    CSO_CODING_ZLIB = 3,
    /// LZ4 data without a frame.
    CSO_CODING_LZ4 = 4,
    /// LZO1X data.
    CSO_CODING_LZO = 5,
}

/// Details of a failure. The caller sets struct_size, and the library fills in the other fields.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct cso_error {
    /// sizeof(cso_error). The caller must set it.
    pub struct_size: u32,
    /// Status that the function returned. CSO_OK means that there was no failure.
    pub status: cso_status,
    /// Number of the block in which the failure occurred, or CSO_NO_BLOCK.
    pub block: u32,
    /// Error number of the operating system (errno, or GetLastError() on Windows), or the value
    /// that a callback of the source or sink returned. A value that does not fit in 32 bits is
    /// limited to INT32_MIN or INT32_MAX. 0 means that there is no such number.
    pub os_error: i32,
    /// Position in the file at which the failure occurred, in bytes from the beginning, or
    /// CSO_NO_OFFSET.
    pub offset: u64,
    /// 1 if the failure concerns the output of a conversion, else 0. If 1, block and offset refer
    /// to the output.
    pub on_output: u32,
    /// Reserved. The library sets it to 0.
    pub reserved: u32,
}

/// Properties of an image.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct cso_info {
    /// sizeof(cso_info). The caller must set it.
    pub struct_size: u32,
    /// Format of the file: a value of enum cso_format.
    pub format: u32,
    /// Version number in the header of the file. 0 if the format has none.
    pub version: u32,
    /// Size of a decoded block, in bytes.
    pub block_size: u32,
    /// Size of the decoded image, in bytes.
    pub size: u64,
    /// Size of the file, in bytes. cso_probe() sets it to 0, because it does not access the file.
    pub file_size: u64,
    /// Number of sectors in the image. The last sector may be partial.
    pub sectors: u32,
    /// Number of blocks in the image.
    pub blocks: u32,
    /// Alignment of the blocks in the file, as a power of two: the position of each block is a
    /// multiple of 2 to the power of index_shift, in bytes.
    pub index_shift: u32,
    /// 1 if the header contains the MD5 of the decoded image, else 0. Only JISO files have it.
    pub has_md5: u32,
    /// MD5 in the header, or zeros if has_md5 is 0. cso_verify() compares it with the MD5 of the
    /// decoded image. Opening an image does not.
    pub md5: [u8; 16],
}

/// Position and encoding of a block in the file.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct cso_block {
    /// sizeof(cso_block). The caller must set it.
    pub struct_size: u32,
    /// Encoding of the block: a value of enum cso_coding.
    pub coding: u32,
    /// Position of the first byte of the block in the file, in bytes from the beginning.
    pub offset: u64,
    /// Number of bytes that the block takes in the file, including padding after its data.
    pub stored_size: u32,
    /// Size of the decoded block, in bytes. It is less than the block size only in the last block.
    pub size: u32,
}

/// Callback that reads up to len bytes of the file into buf. The first byte to read is at position
/// offset of the file. user is cso_source.user.
///
/// Returns the number of bytes that were read, from 1 to len. If this is less than len, the library
/// calls again for the rest. Returns 0 if offset is at or past the end of the file. Returns a
/// negative value on failure. The library function then returns CSO_ERR_READ, with that value in
/// cso_error.os_error.
///
/// cso_source describes which threads call it.
pub type cso_read_at_fn = Option<
    unsafe extern "C" fn(user: *mut c_void, offset: u64, buf: *mut c_void, len: usize) -> i64,
>;

/// Callback that returns the size of the file in bytes. user is cso_source.user. Returns a negative
/// value on failure, which is reported as for cso_read_at_fn.
pub type cso_size_fn = Option<unsafe extern "C" fn(user: *mut c_void) -> i64>;

/// Callback that releases the resources of a source. user is cso_source.user.
pub type cso_close_fn = Option<unsafe extern "C" fn(user: *mut c_void)>;

/// Callbacks that read the bytes of a file, for cso_open_source(). They can read from any place,
/// for example a virtual file system, an archive or a network.
///
/// cso_open_source() copies this struct. The object at user must exist until cso_close() returns.
///
/// The threads that use the handle call the callbacks. In cso_verify(), cso_precache(),
/// cso_compress() and cso_decompress(), threads of the library call them too. Several threads may
/// call them at the same time unless flags contains CSO_SOURCE_SERIALIZE.
///
/// A callback must return normally: it must not throw a C++ exception or call longjmp. It must not
/// call a function of this library with the same handle.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct cso_source {
    /// sizeof(cso_source). The caller must set it.
    pub struct_size: u32,
    /// 0 or CSO_SOURCE_SERIALIZE.
    pub flags: u32,
    /// First argument of each callback. The library does not use it otherwise. It may be NULL.
    pub user: *mut c_void,
    /// Reads bytes of the file. Required.
    pub read_at: cso_read_at_fn,
    /// Returns the size of the file. Required. The size must not change while the handle is open.
    pub size: cso_size_fn,
    /// Releases the resources of the source. May be NULL. cso_close() calls it once, after all
    /// other callbacks. It is not called if opening fails: the caller must then release the
    /// resources.
    pub close: cso_close_fn,
}

/// Options for opening an image. All fields except struct_size may be 0, which selects their
/// defaults.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct cso_open_options {
    /// sizeof(cso_open_options). The caller must set it.
    pub struct_size: u32,
    /// Flags CSO_OPEN_*, combined with the operator |, or 0.
    pub flags: u32,
    /// Number of index entries that each reading thread keeps in memory at once. These entries are
    /// called an index page. With 0, each entry that was read remains in memory until cso_close().
    /// The whole index takes 4 bytes per block, or 6 for DAX.
    ///
    /// In low-memory mode (see CSO_OPEN_LOW_MEMORY), 0 also means that the whole index is read and
    /// checked when the image is opened.
    pub index_page_blocks: u32,
    /// Must be 0.
    pub reserved: u32,
    /// Receives the details of a failure. May be NULL. Set its struct_size.
    pub error: *mut cso_error,
    /// Memory for the handle and its buffers, at any alignment. NULL means that the library
    /// allocates memory from the heap.
    ///
    /// Only the library may use this memory until cso_close() returns or opening fails. The library
    /// never frees it.
    ///
    /// With this memory, a freestanding library allocates nothing from the heap. A library that is
    /// not freestanding still allocates from the heap: a small list of decoders, and a decoder with
    /// buffers for each further thread that reads at the same time. If it is built with libdeflate,
    /// it also allocates the state of libdeflate.
    pub memory: *mut c_void,
    /// Size of memory in bytes, at least the number that cso_memory_needed() returns. If it is too
    /// small, opening fails with CSO_ERR_OUT_OF_MEMORY. Must be 0 if memory is NULL.
    pub memory_size: usize,
    /// Number of threads that decode a request of 64 KiB or more, including the calling thread, up
    /// to CSO_MAX_THREADS. With 0 or 1, only the calling thread decodes.
    ///
    /// The other threads are started when they are first needed and end in cso_close(). All calls
    /// with the handle share them. They never call the source. This field is ignored in low-memory
    /// mode (see CSO_OPEN_LOW_MEMORY).
    pub threads: u32,
    /// Number of bytes of the image to decode ahead on a background thread while read requests are
    /// sequential, up to CSO_MAX_DECODE_AHEAD. 0 disables decoding ahead.
    ///
    /// Use it if a program reads a few sectors at a time and must not wait for decoding. The
    /// background thread only decodes. The calling thread reads the compressed bytes that will be
    /// decoded, as part of its own requests. A request for another part of the image stops decoding
    /// ahead until requests are sequential again. This field is ignored in low-memory mode (see
    /// CSO_OPEN_LOW_MEMORY).
    pub decode_ahead: u32,
}

/// Progress of a long task. Later versions may add fields at the end.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct cso_progress {
    /// Number of bytes of the decoded image that are processed. cso_precache() counts bytes of the
    /// file instead if it loads the file.
    pub done: u64,
    /// Value of done at the end of the task.
    pub total: u64,
    /// Number of bytes written so far. 0 if the task writes nothing.
    pub written: u64,
}

/// Callback that is called several times during a long task, on the thread that started the task.
/// user is the field user of the options.
///
/// Returns 0 to continue. Any other value cancels the task, which then returns CSO_ERR_CANCELLED.
/// The struct at progress is valid only until the callback returns. The callback must return
/// normally: it must not throw a C++ exception or call longjmp.
pub type cso_progress_fn =
    Option<unsafe extern "C" fn(user: *mut c_void, progress: *const cso_progress) -> i32>;

/// Properties of a file that was written. After decompression, the number of blocks is that of the
/// input, and all blocks count as stored.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct cso_summary {
    /// sizeof(cso_summary). The caller must set it.
    pub struct_size: u32,
    /// Number of all blocks.
    pub blocks: u32,
    /// Size of the decoded image, in bytes.
    pub image_size: u64,
    /// Size of the output, in bytes.
    pub file_size: u64,
    /// Number of stored blocks.
    pub stored_blocks: u32,
    /// Number of blocks compressed with LZ4.
    pub lz4_blocks: u32,
    /// Number of blocks compressed with deflate, including those of DAX.
    pub deflate_blocks: u32,
    /// Reserved. The library sets it to 0.
    pub reserved: u32,
}

/// Options for compressing an image. All fields except struct_size may be 0, which selects their
/// defaults.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct cso_compress_options {
    /// sizeof(cso_compress_options). The caller must set it.
    pub struct_size: u32,
    /// Flags CSO_COMPRESS_*, combined with the operator |, or 0.
    pub flags: u32,
    /// Format of the output: CSO_FORMAT_CSO_V1, CSO_FORMAT_CSO_V2, CSO_FORMAT_ZSO or
    /// CSO_FORMAT_DAX. 0 selects CSO_FORMAT_CSO_V1, which most programs can read.
    pub format: u32,
    /// Block size in bytes: a power of two from 2048 to CSO_MAX_BLOCK_SIZE, or 8192 for DAX. 0
    /// selects 2048, or 8192 for DAX. Many loaders on a PSP or PS2 can only read blocks of 2048
    /// bytes.
    pub block_size: u32,
    /// Compression level, from CSO_MIN_LEVEL to CSO_MAX_LEVEL. A higher level takes more time and
    /// makes a smaller file. 0 selects CSO_DEFAULT_LEVEL.
    pub level: u32,
    /// Number of threads that compress, up to CSO_MAX_THREADS. 0 selects one per core. The output
    /// does not depend on this number.
    pub threads: u32,
    /// Percentage from 0 to CSO_MAX_COST. A block is stored if the block is at most stored_cost
    /// percent larger than its compressed data. Stored blocks are faster to read. In DAX, this
    /// field has no effect without CSO_COMPRESS_DAX_AREAS.
    pub stored_cost: u32,
    /// Percentage from 0 to CSO_MAX_COST, only for CSO version 2. A block is compressed with LZ4 if
    /// its LZ4 data is at most lz4_cost percent larger than its deflate data. LZ4 is faster to
    /// read.
    pub lz4_cost: u32,
    /// Callback for progress and cancellation. May be NULL.
    pub progress: cso_progress_fn,
    /// First argument of progress. The library does not use it otherwise. May be NULL.
    pub user: *mut c_void,
    /// Receives the details of a failure. May be NULL. Set its struct_size.
    pub error: *mut cso_error,
    /// Receives the properties of the output on success. May be NULL. Set its struct_size.
    pub summary: *mut cso_summary,
}

/// Options for decompressing an image. All fields except struct_size may be 0, which selects their
/// defaults.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct cso_decompress_options {
    /// sizeof(cso_decompress_options). The caller must set it.
    pub struct_size: u32,
    /// Flags CSO_DECOMPRESS_*, combined with the operator |, or 0.
    pub flags: u32,
    /// Number of threads that decode, up to CSO_MAX_THREADS. 0 selects one per core.
    pub threads: u32,
    /// Must be 0.
    pub reserved: u32,
    /// Callback for progress and cancellation. May be NULL.
    pub progress: cso_progress_fn,
    /// First argument of progress. The library does not use it otherwise. May be NULL.
    pub user: *mut c_void,
    /// Receives the details of a failure. May be NULL. Set its struct_size.
    pub error: *mut cso_error,
    /// Receives the properties of the output on success. May be NULL. Set its struct_size.
    pub summary: *mut cso_summary,
}

/// Callback that writes the len bytes at data to the output, at position offset. user is
/// cso_sink.user. Bytes that no call writes, but that lie before others, must be zeros in the
/// output.
///
/// Returns 0 once all len bytes are written. Any other value is a failure. The library function
/// then returns CSO_ERR_WRITE, with that value in cso_error.os_error, and does not call again.
///
/// The thread that started the task calls it. The callback must return normally: it must not throw
/// a C++ exception or call longjmp.
pub type cso_write_at_fn = Option<
    unsafe extern "C" fn(user: *mut c_void, offset: u64, data: *const c_void, len: usize) -> i32,
>;

/// A callback that writes the bytes of a file, for cso_compress() and cso_decompress(). The
/// positions at which it writes are not always ascending, because the header and the index of a
/// compressed image are written last.
///
/// If the task fails or is cancelled, the output is incomplete: discard it.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct cso_sink {
    /// sizeof(cso_sink). The caller must set it.
    pub struct_size: u32,
    /// Must be 0.
    pub reserved: u32,
    /// First argument of write_at. The library does not use it otherwise. May be NULL.
    pub user: *mut c_void,
    /// Writes bytes of the output. Required.
    pub write_at: cso_write_at_fn,
}

/// Options for verifying an image. All fields except struct_size may be 0, which selects their
/// defaults.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct cso_verify_options {
    /// sizeof(cso_verify_options). The caller must set it.
    pub struct_size: u32,
    /// Digests that are not computed: a combination of the flags CSO_DIGEST_*, or 0.
    pub without: u32,
    /// Number of threads that decode, up to CSO_MAX_THREADS. 0 selects one per core.
    pub threads: u32,
    /// Must be 0.
    pub reserved: u32,
    /// Callback for progress and cancellation. May be NULL.
    pub progress: cso_progress_fn,
    /// First argument of progress. The library does not use it otherwise. May be NULL.
    pub user: *mut c_void,
}

/// Options for loading an image into memory. All fields except struct_size may be 0, which selects
/// their defaults.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct cso_precache_options {
    /// sizeof(cso_precache_options). The caller must set it.
    pub struct_size: u32,
    /// 0 or CSO_PRECACHE_DECODED.
    pub flags: u32,
    /// Largest size of the copy in memory, in bytes. 0 means that there is no limit.
    pub max_bytes: u64,
    /// Number of threads that decode, up to CSO_MAX_THREADS. 0 selects one per core.
    pub threads: u32,
    /// Must be 0.
    pub reserved: u32,
    /// Callback for progress and cancellation. May be NULL. Progress is in bytes of the decoded
    /// image with CSO_PRECACHE_DECODED, else in bytes of the file.
    pub progress: cso_progress_fn,
    /// First argument of progress. The library does not use it otherwise. May be NULL.
    pub user: *mut c_void,
}

/// Digests of a decoded image.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct cso_digests {
    /// sizeof(cso_digests). The caller must set it.
    pub struct_size: u32,
    /// Digests that were computed: a combination of the flags CSO_DIGEST_*. The fields of digests
    /// that were not computed are zero.
    pub present: u32,
    /// CRC-32, as in zip and gzip.
    pub crc32: u32,
    /// MD5.
    pub md5: [u8; 16],
    /// SHA-1.
    pub sha1: [u8; 20],
}
