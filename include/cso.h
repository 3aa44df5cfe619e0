/*
 * cso.h - compressed disc images of PSP and PS2 games: CSO v1, CSO v2, ZSO and DAX are read and
 * written, JISO and plain ISO are read.
 *
 * An image is an ISO cut into blocks, each compressed alone, with an index that says where each of
 * them lies. So any part of it can be read without decoding the rest:
 *
 *     cso_handle *image;
 *     unsigned char sector[CSO_SECTOR_SIZE];
 *     cso_status status = cso_open("game.cso", &image);
 *     if (status == CSO_OK) {
 *         status = cso_read_sector(image, 16, sector);
 *         cso_close(image);
 *     }
 *     if (status != CSO_OK)
 *         fprintf(stderr, "%s\n", cso_strerror(status));
 *
 * and to make one:
 *
 *     cso_compress_options options = {0};
 *     options.struct_size = sizeof options;
 *     options.format = CSO_FORMAT_ZSO;
 *     status = cso_compress_file("game.iso", "game.zso", &options);
 *
 * Linking, on Linux and its kin:
 *
 *     cc game.c -lcso
 *     cc game.c libcso.a -lpthread -ldl -lm
 *
 * What there is
 *   open      cso_open, cso_open_with, cso_open_fd, cso_open_memory, cso_open_source, cso_close;
 *             cso_probe, cso_memory_needed
 *   read      cso_read_sector, cso_read_sectors, cso_read_at; cso_precache
 *   ask       cso_get_info, cso_get_block, cso_format_name
 *   write     cso_compress_file, cso_decompress_file, cso_compress, cso_decompress
 *   check     cso_verify
 *   failures  cso_last_error, cso_error_message, cso_strerror, cso_status_name
 *   version   cso_version, cso_version_string
 *
 * Arguments
 *   Every pointer must be valid unless its description allows NULL; NULL where it is not allowed is
 *   CSO_ERR_ARGUMENT, never a crash. Outputs are written on success alone, but for a handle, which
 *   becomes NULL when opening fails. Nothing is ever written past a buffer: its size is an argument,
 *   or a constant of this header.
 *
 * Structs
 *   A struct that begins with struct_size may grow in later versions. Set that field to its sizeof,
 *   in outputs too, before a call. In a struct that is an input, zero in any other field stands for
 *   its default, so begin with all zeros; reserved fields must be zero, and unknown flags are
 *   refused. A program that was compiled with an older header keeps working. One compiled with a
 *   newer header works as long as the fields that this library does not know are zero. A NULL
 *   options pointer stands for all defaults.
 *
 * Errors
 *   Functions that can fail return CSO_OK or a negative number of enum cso_status_code. The detail
 *   of a failure (the block, the place in the file, the operating system's error number) is a
 *   cso_error: cso_last_error() gives it for calls that take a handle, the error field of the options
 *   for the others. Such an error struct is filled in by every call that gets as far as reading it: on
 *   success its status is CSO_OK. cso_error_message() turns it into a line of text. There is no hidden
 *   state for each thread.
 *
 * Ownership
 *   A handle belongs to the caller, who closes it once, with cso_close(). Strings that functions
 *   return are static: never freed, never changed. The library keeps no pointer beyond a call but
 *   those that cso_open_memory() and cso_open_source() are told to keep until cso_close(). It never
 *   frees what the caller allocated.
 *
 * Threads
 *   Every function may be called from any thread. All functions that take a handle may be called
 *   with the same handle from any number of threads at the same time, except cso_close(), which must
 *   be the last. Reading is concurrent: each reader has a decoder and a cache of its own, and no lock
 *   is held while a file is read or a block is decoded. (A source with CSO_SOURCE_SERIALIZE has its
 *   callbacks called one at a time; decoding is still concurrent.) Functions without a handle share
 *   nothing.
 *
 * Freestanding builds
 *   A library that was built without Rust's standard library (for a PSP, say) has no files, no
 *   threads and no writer: define CSO_FREESTANDING before including this header to hide those
 *   functions. There, a handle belongs to one thread at a time, and CSO_SOURCE_SERIALIZE changes
 *   nothing.
 *
 * This file is generated from src/capi: change it there.
 */


#ifndef CSO_H
#define CSO_H

#include <stddef.h>
#include <stdint.h>

#ifndef CSO_FREESTANDING
/** Files, threads and the writer are there. */
#define CSO_HOSTED 1
#ifndef _WIN32
/** So are descriptors of open files. */
#define CSO_POSIX 1
#endif
#endif

/** The version of this header; cso_version() tells that of the library. */
#define CSO_VERSION_MAJOR 0
#define CSO_VERSION_MINOR 1
#define CSO_VERSION_PATCH 0
#define CSO_VERSION_STRING "0.1.0"

/** The version of this header as one number, to compare: major << 24 | minor << 12 | patch. */
#define CSO_VERSION \
    ((uint32_t)CSO_VERSION_MAJOR << 24 | (uint32_t)CSO_VERSION_MINOR << 12 | CSO_VERSION_PATCH)


/**
 * Bytes of a sector, in every format.
 */
#define CSO_SECTOR_SIZE 2048

/**
 * The smallest block size that an image may have, in bytes.
 */
#define CSO_MIN_BLOCK_SIZE 2048

/**
 * The largest block size that an image may have, in bytes.
 */
#define CSO_MAX_BLOCK_SIZE 16777216

/**
 * How many of a file's first bytes cso_probe() needs to recognise a compressed image.
 */
#define CSO_PROBE_SIZE 48

/**
 * How many of a file's first bytes cso_probe() needs to recognise a plain image too.
 */
#define CSO_PROBE_SIZE_ISO 32774

/**
 * In cso_error: no block is known.
 */
#define CSO_NO_BLOCK 4294967295

/**
 * In cso_error: no place in the file is known.
 */
#define CSO_NO_OFFSET 18446744073709551615ull

/**
 * The lowest compression level: the shortest time.
 */
#define CSO_MIN_LEVEL 1

/**
 * The highest compression level: the smallest file, in the longest time.
 */
#define CSO_MAX_LEVEL 10

/**
 * The compression level that 0 stands for.
 */
#define CSO_DEFAULT_LEVEL 6

/**
 * The largest value of the cost options of cso_compress_options, in percent.
 */
#define CSO_MAX_COST 1000

/**
 * The most threads that may be asked for.
 */
#define CSO_MAX_THREADS 1024

/**
 * Flag of cso_open_options: take a file of no known format for a plain image, for sectors without
 * ISO 9660 descriptors.
 */
#define CSO_OPEN_ACCEPT_UNRECOGNIZED 1

/**
 * Flag of cso_open_options: use little memory. All of it is allocated when the image is opened, and
 * the compressed bytes of a read wait at the end of the caller's own buffer. Best for one thread.
 * A freestanding library always does so, and so does one that reads in memory that was lent.
 */
#define CSO_OPEN_LOW_MEMORY 2

/**
 * Flag of cso_open_options: read the whole index when the image is opened and check every entry of
 * it, so that a damaged one is a failure of opening. It takes some ten milliseconds for each GB of
 * the image.
 */
#define CSO_OPEN_CHECK_INDEX 4

/**
 * Flag of cso_source: the callbacks cannot run in two threads at once (they seek and then read,
 * say), so the library must never call two of them at the same time.
 */
#define CSO_SOURCE_SERIALIZE 1

/**
 * Flag of cso_compress_options: do not decode each block again to compare it with its original. Not
 * together with CSO_COMPRESS_VERIFY.
 */
#define CSO_COMPRESS_NO_VERIFY 1

/**
 * Flag of cso_compress_options: pad the output with zeros to a multiple of 2048 bytes, as files on
 * a PS2 hard disk need it.
 */
#define CSO_COMPRESS_PAD 2

/**
 * Flag of cso_compress_options, for DAX alone: write version 1, which stores frames that do not
 * compress as they are. Version 0, the default, is read by the oldest loaders.
 */
#define CSO_COMPRESS_DAX_AREAS 4

/**
 * Flag of cso_compress_options, for cso_compress_file() alone: take an input of no known format for
 * a plain image.
 */
#define CSO_COMPRESS_ACCEPT_UNRECOGNIZED 8

/**
 * Flag of cso_compress_options, for cso_compress_file() alone: an output that exists already is
 * CSO_ERR_ALREADY_EXISTS and is left alone.
 */
#define CSO_COMPRESS_KEEP_EXISTING 16

/**
 * Flag of cso_compress_options: decode each block again to compare it with its original, at any
 * level. Without it that is done at levels 5 and up, where it is cheap beside encoding.
 */
#define CSO_COMPRESS_VERIFY 32

/**
 * Flag of cso_decompress_options, for cso_decompress_file() alone: take an input of no known
 * format for a plain image.
 */
#define CSO_DECOMPRESS_ACCEPT_UNRECOGNIZED 1

/**
 * Flag of cso_decompress_options, for cso_decompress_file() alone: an output that exists already
 * is CSO_ERR_ALREADY_EXISTS and is left alone.
 */
#define CSO_DECOMPRESS_KEEP_EXISTING 2

/**
 * Flag for the CRC-32 of the image, in cso_verify_options (leave it out) and in cso_digests (it is
 * there).
 */
#define CSO_DIGEST_CRC32 1

/**
 * Flag for the MD5 of the image, used as CSO_DIGEST_CRC32.
 */
#define CSO_DIGEST_MD5 2

/**
 * Flag for the SHA-1 of the image, used as CSO_DIGEST_CRC32.
 */
#define CSO_DIGEST_SHA1 4

/**
 * Flag of cso_precache_options: keep what the image decodes to, which reads then only copy. Without
 * it the file is kept, which takes less; reads decode from it.
 */
#define CSO_PRECACHE_DECODED 1

/**
 * The largest decode_ahead of cso_open_options, in bytes.
 */
#define CSO_MAX_DECODE_AHEAD 16777216

/**
 * The values of cso_status. A number once given never changes its meaning.
 */
enum cso_status_code
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Success.
     */
    CSO_OK = 0,
    /**
     * An argument is NULL or out of its documented range, a struct_size is impossible, a reserved
     * field is not zero, or a flag is unknown. A mistake in the calling program.
     */
    CSO_ERR_ARGUMENT = -1,
    /**
     * There is not enough memory. The call may be repeated when there is more.
     */
    CSO_ERR_OUT_OF_MEMORY = -2,
    /**
     * There is no file or directory of this name. Of the output, it is its directory.
     */
    CSO_ERR_NOT_FOUND = -3,
    /**
     * The system does not permit this access.
     */
    CSO_ERR_PERMISSION_DENIED = -4,
    /**
     * The path names a directory.
     */
    CSO_ERR_IS_DIRECTORY = -5,
    /**
     * The operating system or the source's read_at reported a failure; os_error has its number. The
     * handle stays usable, so the read may be tried again.
     */
    CSO_ERR_READ = -6,
    /**
     * The operating system or the sink's write_at reported a failure; os_error has its number.
     */
    CSO_ERR_WRITE = -7,
    /**
     * The output does not fit on the device, in the quota, or in the largest file that the file
     * system can hold.
     */
    CSO_ERR_NO_SPACE = -8,
    /**
     * Input and output are the same file, by whatever names. Nothing was touched.
     */
    CSO_ERR_SAME_FILE = -9,
    /**
     * The output exists, and the caller asked to keep it. Nothing was touched.
     */
    CSO_ERR_ALREADY_EXISTS = -10,
    /**
     * The progress callback asked to stop. No output is left behind.
     */
    CSO_ERR_CANCELLED = -11,
    /**
     * The sectors or the block lie past the end of the image. Nothing was read.
     */
    CSO_ERR_OUT_OF_RANGE = -12,
    /**
     * A defect of this library. Every later call with the handle returns this too; close it.
     */
    CSO_ERR_INTERNAL = -13,
    /**
     * The path names a pipe, a socket or a device, where a regular file is needed.
     */
    CSO_ERR_NOT_A_FILE = -14,
    /**
     * The file has no bytes.
     */
    CSO_ERR_EMPTY = -20,
    /**
     * The file is no disc image of a known format. CSO_OPEN_ACCEPT_UNRECOGNIZED takes it for a plain one.
     */
    CSO_ERR_UNKNOWN_FORMAT = -21,
    /**
     * The file ends before what its header or its index announces: a download that did not finish.
     */
    CSO_ERR_TRUNCATED = -22,
    /**
     * A GameCube or Wii image, another format with the same magic.
     */
    CSO_ERR_FOREIGN_GAMECUBE = -23,
    /**
     * An Xbox image, another format with the same magic.
     */
    CSO_ERR_FOREIGN_XBOX = -24,
    /**
     * A ZISO image with LZO blocks, another format with the same magic.
     */
    CSO_ERR_FOREIGN_LZO_ZISO = -25,
    /**
     * The header states a header size that its format does not allow.
     */
    CSO_ERR_HEADER_SIZE = -26,
    /**
     * The header states a version that its format does not have.
     */
    CSO_ERR_VERSION = -27,
    /**
     * The block size of the image, or the one asked for, is not one that the format has.
     */
    CSO_ERR_BLOCK_SIZE = -28,
    /**
     * The header states an index shift that is not supported.
     */
    CSO_ERR_INDEX_SHIFT = -29,
    /**
     * The header states an image size of zero, or one that is impossibly large.
     */
    CSO_ERR_IMAGE_SIZE = -30,
    /**
     * The index runs backwards: the file is damaged.
     */
    CSO_ERR_INDEX_ORDER = -31,
    /**
     * A block overlaps the tables or another block: the file is damaged.
     */
    CSO_ERR_INDEX_OVERLAP = -32,
    /**
     * A block lies past the end of the file: the file is damaged or truncated.
     */
    CSO_ERR_INDEX_RANGE = -33,
    /**
     * A block is stored in more bytes, or in fewer, than it can be: the file is damaged.
     */
    CSO_ERR_BLOCK_LENGTH = -34,
    /**
     * DAX: the table of uncompressed areas is out of range: the file is damaged.
     */
    CSO_ERR_NC_TABLE = -35,
    /**
     * JISO: the compression method is unknown.
     */
    CSO_ERR_METHOD = -36,
    /**
     * The image is larger than the output format can address; another format may do.
     */
    CSO_ERR_TOO_LARGE = -37,
    /**
     * The data of a block does not decode: the file is damaged. Other blocks may be whole.
     */
    CSO_ERR_BLOCK_DATA = -40,
    /**
     * A block decodes to fewer bytes than it must: the file is damaged. Other blocks may be whole.
     */
    CSO_ERR_BLOCK_SHORT = -41,
    /**
     * The checksum of a block does not match its data: the file is damaged. Other blocks may be
     * whole.
     */
    CSO_ERR_CHECKSUM = -42,
    /**
     * A block that was just encoded does not decode to what it was made from. No output is left
     * behind. Suspect the machine's memory first.
     */
    CSO_ERR_MISMATCH = -43,
    /**
     * JISO: the MD5 of the image does not match the one in its header.
     */
    CSO_ERR_DIGEST = -44,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum cso_status_code cso_status_code;
#else
typedef int32_t cso_status_code;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The formats. Later versions may add some.
 */
enum cso_format
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * A plain disc image, not compressed.
     */
    CSO_FORMAT_ISO = 1,
    /**
     * CSO version 1: deflate. Read by every PSP loader and emulator.
     */
    CSO_FORMAT_CSO_V1 = 2,
    /**
     * CSO version 2: deflate or LZ4, block by block.
     */
    CSO_FORMAT_CSO_V2 = 3,
    /**
     * ZSO: LZ4. Faster to read, larger.
     */
    CSO_FORMAT_ZSO = 4,
    /**
     * DAX: zlib, in frames of 8192 bytes.
     */
    CSO_FORMAT_DAX = 5,
    /**
     * JISO: LZO1X or deflate. It is read, and not written.
     */
    CSO_FORMAT_JISO = 6,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum cso_format cso_format;
#else
typedef uint32_t cso_format;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * How a block is stored.
 */
enum cso_coding
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * As it is.
     */
    CSO_CODING_STORED = 1,
    /**
     * Raw deflate (RFC 1951).
     */
    CSO_CODING_DEFLATE = 2,
    /**
     * Deflate with the zlib wrapping (RFC 1950).
     */
    CSO_CODING_ZLIB = 3,
    /**
     * One LZ4 block.
     */
    CSO_CODING_LZ4 = 4,
    /**
     * One LZO1X block.
     */
    CSO_CODING_LZO = 5,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum cso_coding cso_coding;
#else
typedef uint32_t cso_coding;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * An open image. It is made by the cso_open functions and released by cso_close().
 */
typedef struct cso_handle cso_handle;

/**
 * What a function returns: CSO_OK, or one of the negative numbers of enum cso_status_code.
 *
 * Later versions may add codes: treat every negative number as a failure.
 */
typedef int32_t cso_status;

/**
 * A failure in detail. The library fills it in; see "Errors" above.
 */
typedef struct cso_error {
    /**
     * Set by the caller: sizeof(cso_error).
     */
    uint32_t struct_size;
    /**
     * What the function returned. CSO_OK when there was no failure.
     */
    cso_status status;
    /**
     * The block in which it went wrong, counted from 0, or CSO_NO_BLOCK.
     */
    uint32_t block;
    /**
     * The operating system's error number (errno, or GetLastError() on Windows), or the negative
     * value that a callback of a source returned, or the value that one of a sink returned. What
     * does not fit in 32 bits is the nearest that does. 0 when there is none.
     */
    int32_t os_error;
    /**
     * The byte of the file at which it went wrong, or CSO_NO_OFFSET.
     */
    uint64_t offset;
    /**
     * 1 when it is the output that failed (block and offset are then places in the output), else 0.
     */
    uint32_t on_output;
    /**
     * 0.
     */
    uint32_t reserved;
} cso_error;

/**
 * How to open an image. All zeros but struct_size are the defaults.
 */
typedef struct cso_open_options {
    /**
     * Set by the caller: sizeof(cso_open_options).
     */
    uint32_t struct_size;
    /**
     * CSO_OPEN_* or-ed together.
     */
    uint32_t flags;
    /**
     * How many blocks' index entries each reader keeps in memory at a time. 0 keeps all that was
     * read of the index: 4 bytes for each block (6 for DAX) when every part of the image was touched.
     * Either way opening reads next to nothing, and an entry is checked when its block is asked for.
     *
     * In a freestanding library, and with CSO_OPEN_LOW_MEMORY, 0 reads the whole index when the image is
     * opened, as with CSO_OPEN_CHECK_INDEX.
     */
    uint32_t index_page_blocks;
    /**
     * 0.
     */
    uint32_t reserved;
    /**
     * NULL, or where to tell a failure in detail. Set error->struct_size.
     */
    struct cso_error *error;
    /**
     * NULL, or memory for the handle and all that belongs to it, in place of the heap's: of any
     * alignment, the library's alone until cso_close(), which frees nothing then. Should opening
     * fail, it is the caller's again.
     *
     * A freestanding library then allocates nothing at all. A hosted one still does, in three
     * places: a list of the decoders, a state of libdeflate if it was built with that, and a decoder
     * with its buffers for every further thread that reads at the same time.
     */
    void *memory;
    /**
     * Bytes at memory: as many as cso_memory_needed() tells, or more. With fewer, opening is
     * CSO_ERR_OUT_OF_MEMORY.
     */
    size_t memory_size;
    /**
     * Threads that decode a large request (64 KiB or more), the calling one among them, up to
     * CSO_MAX_THREADS. 0 and 1 leave it to the calling thread alone. All readers of the handle share
     * them. They are started when they are first needed, end in cso_close(), and never call the
     * source. Ignored by a freestanding library, with CSO_OPEN_LOW_MEMORY and in memory that was lent.
     */
    uint32_t threads;
    /**
     * In a run of requests, have so many bytes of the image that come next decoded by a thread beside
     * the caller's, up to CSO_MAX_DECODE_AHEAD; 0 for none. Their compressed bytes are read by the
     * calling thread, in its turn. A request elsewhere ends it. For programs that read little at a
     * time and must not wait. Ignored where threads is.
     */
    uint32_t decode_ahead;
} cso_open_options;

/**
 * Reads up to len bytes of the file, from byte offset on, into buf.
 *
 * Returns how many bytes were read: from 1 to len, or 0 when offset is at or past the end. A
 * negative value is a failure: the library returns CSO_ERR_READ with that value in os_error.
 * The library asks again for what is missing. See cso_source for the threads that call it.
 */
typedef int64_t (*cso_read_at_fn)(void *user, uint64_t offset, void *buf, size_t len);

/**
 * Returns how many bytes the file has; a negative value is a failure, as for cso_read_at_fn.
 */
typedef int64_t (*cso_size_fn)(void *user);

/**
 * Releases the source's resources.
 */
typedef void (*cso_close_fn)(void *user);

/**
 * A source of bytes of the caller's own: a file descriptor, a virtual file system, a network.
 *
 * The struct is copied by cso_open_source(); what user points at must live until cso_close().
 *
 * The callbacks are called by the threads that use the handle, and by threads of the library
 * within cso_verify(), cso_precache(), cso_compress() and cso_decompress(): at the same time, unless flags has
 * CSO_SOURCE_SERIALIZE. They must not unwind (no C++ exception, no longjmp) and must not call this
 * library with the same handle.
 */
typedef struct cso_source {
    /**
     * Set by the caller: sizeof(cso_source).
     */
    uint32_t struct_size;
    /**
     * 0 or CSO_SOURCE_SERIALIZE.
     */
    uint32_t flags;
    /**
     * Handed to each callback; the library does not look at it.
     */
    void *user;
    /**
     * Required.
     */
    cso_read_at_fn read_at;
    /**
     * Required. The size must not change while the handle is open.
     */
    cso_size_fn size;
    /**
     * May be NULL. Called once, as the last callback, by the cso_close() of a handle that was
     * opened; never when opening failed: the source is then still the caller's.
     */
    cso_close_fn close;
} cso_source;

/**
 * What an image is.
 */
typedef struct cso_info {
    /**
     * Set by the caller: sizeof(cso_info).
     */
    uint32_t struct_size;
    /**
     * One of enum cso_format.
     */
    uint32_t format;
    /**
     * The version field as it stands in the file; 0 where the format has none.
     */
    uint32_t version;
    /**
     * Bytes of a decoded block.
     */
    uint32_t block_size;
    /**
     * Bytes of the decoded image.
     */
    uint64_t size;
    /**
     * Bytes of the file. 0 from cso_probe(), which does not see it.
     */
    uint64_t file_size;
    /**
     * Sectors of 2048 bytes in the decoded image; the last one may be partial.
     */
    uint32_t sectors;
    /**
     * Blocks in the image.
     */
    uint32_t blocks;
    /**
     * Blocks begin at multiples of (1 << index_shift) bytes of the file.
     */
    uint32_t index_shift;
    /**
     * 1 when the header states the MD5 of the decoded image (JISO), else 0.
     */
    uint32_t has_md5;
    /**
     * That MD5, else zeros. Opening does not check it; cso_verify() does.
     */
    uint8_t md5[16];
} cso_info;

/**
 * How far a long task has come. Later versions may add fields at the end.
 */
typedef struct cso_progress {
    /**
     * Bytes of the decoded image that are done.
     */
    uint64_t done;
    /**
     * Bytes of the decoded image.
     */
    uint64_t total;
    /**
     * Bytes written so far; 0 when nothing is written.
     */
    uint64_t written;
} cso_progress;

/**
 * Called now and then during a long task, by the thread that started it.
 *
 * Returns 0 to go on; any other value stops the task, which then returns CSO_ERR_CANCELLED. The
 * struct is gone when the callback returns. It must not unwind (no C++ exception, no longjmp).
 */
typedef int32_t (*cso_progress_fn)(void *user, const struct cso_progress *progress);

/**
 * How to bring an image into memory. All zeros but struct_size are the defaults.
 */
typedef struct cso_precache_options {
    /**
     * Set by the caller: sizeof(cso_precache_options).
     */
    uint32_t struct_size;
    /**
     * 0 or CSO_PRECACHE_DECODED.
     */
    uint32_t flags;
    /**
     * The most bytes of memory that it may take. 0 stands for any number.
     */
    uint64_t max_bytes;
    /**
     * Threads that decode, up to CSO_MAX_THREADS. 0 stands for one for each core.
     */
    uint32_t threads;
    /**
     * 0.
     */
    uint32_t reserved;
    /**
     * NULL, or what to call with the progress, in bytes of the decoded image or, where the file is
     * brought, of the file.
     */
    cso_progress_fn progress;
    /**
     * Handed to progress.
     */
    void *user;
} cso_precache_options;

/**
 * Where a block lies in the file, and how it is stored.
 */
typedef struct cso_block {
    /**
     * Set by the caller: sizeof(cso_block).
     */
    uint32_t struct_size;
    /**
     * One of enum cso_coding.
     */
    uint32_t coding;
    /**
     * First byte in the file.
     */
    uint64_t offset;
    /**
     * Bytes in the file; padding after the data may be among them.
     */
    uint32_t stored_size;
    /**
     * Bytes of the decoded image in this block: the block size, or less in the last block.
     */
    uint32_t size;
} cso_block;

/**
 * What was written.
 */
typedef struct cso_summary {
    /**
     * Set by the caller: sizeof(cso_summary).
     */
    uint32_t struct_size;
    /**
     * Blocks in all.
     */
    uint32_t blocks;
    /**
     * Bytes of the decoded image.
     */
    uint64_t image_size;
    /**
     * Bytes of the output.
     */
    uint64_t file_size;
    /**
     * Blocks that are stored as they are.
     */
    uint32_t stored_blocks;
    /**
     * Blocks that are LZ4.
     */
    uint32_t lz4_blocks;
    /**
     * Blocks that are deflate.
     */
    uint32_t deflate_blocks;
    /**
     * 0.
     */
    uint32_t reserved;
} cso_summary;

/**
 * How to compress. All zeros but struct_size are the defaults.
 */
typedef struct cso_compress_options {
    /**
     * Set by the caller: sizeof(cso_compress_options).
     */
    uint32_t struct_size;
    /**
     * CSO_COMPRESS_* or-ed together.
     */
    uint32_t flags;
    /**
     * CSO_FORMAT_CSO_V1, CSO_FORMAT_CSO_V2, CSO_FORMAT_ZSO or CSO_FORMAT_DAX. 0 stands for
     * CSO_FORMAT_CSO_V1, which the most programs read.
     */
    uint32_t format;
    /**
     * Bytes of a block: a power of two from 2048 to 16 MiB; for DAX 8192. 0 stands for 2048 (for DAX
     * 8192). Many loaders on real hardware read nothing but 2048.
     */
    uint32_t block_size;
    /**
     * How much time to spend for a smaller file: 1 to 10. 0 stands for CSO_DEFAULT_LEVEL.
     */
    uint32_t level;
    /**
     * Threads that compress, up to CSO_MAX_THREADS. 0 stands for one for each core. The output is
     * the same for any number.
     */
    uint32_t threads;
    /**
     * Store a block as it is although it compresses, where that is at most this many percent
     * larger: faster to read. 0 to CSO_MAX_COST.
     */
    uint32_t stored_cost;
    /**
     * CSO v2: prefer LZ4 where it is at most this many percent larger than deflate: faster to read.
     * 0 to CSO_MAX_COST.
     */
    uint32_t lz4_cost;
    /**
     * NULL, or what to call with the progress.
     */
    cso_progress_fn progress;
    /**
     * Handed to progress.
     */
    void *user;
    /**
     * NULL, or where to tell a failure in detail. Set error->struct_size.
     */
    struct cso_error *error;
    /**
     * NULL, or where to tell on success what was written. Set summary->struct_size.
     */
    struct cso_summary *summary;
} cso_compress_options;

/**
 * Writes the len bytes at data to the output, from byte offset on.
 *
 * Returns 0 when all of them are written. Any other value is a failure: the library returns
 * CSO_ERR_WRITE with that value in os_error and does not call again. What was never written
 * before offset must read as zeros. It is called by the thread that started the task, and must
 * not unwind.
 */
typedef int32_t (*cso_write_at_fn)(void *user, uint64_t offset, const void *data, size_t len);

/**
 * An output of the caller's own. It is written at any place, for an image's header and index come
 * last. After a failure or a cancel it holds an incomplete image: discard it.
 */
typedef struct cso_sink {
    /**
     * Set by the caller: sizeof(cso_sink).
     */
    uint32_t struct_size;
    /**
     * 0.
     */
    uint32_t reserved;
    /**
     * Handed to write_at; the library does not look at it.
     */
    void *user;
    /**
     * Required.
     */
    cso_write_at_fn write_at;
} cso_sink;

/**
 * How to decompress. All zeros but struct_size are the defaults.
 */
typedef struct cso_decompress_options {
    /**
     * Set by the caller: sizeof(cso_decompress_options).
     */
    uint32_t struct_size;
    /**
     * CSO_DECOMPRESS_* or-ed together.
     */
    uint32_t flags;
    /**
     * Threads that decode, up to CSO_MAX_THREADS. 0 stands for one for each core.
     */
    uint32_t threads;
    /**
     * 0.
     */
    uint32_t reserved;
    /**
     * NULL, or what to call with the progress.
     */
    cso_progress_fn progress;
    /**
     * Handed to progress.
     */
    void *user;
    /**
     * NULL, or where to tell a failure in detail. Set error->struct_size.
     */
    struct cso_error *error;
    /**
     * NULL, or where to tell on success what was written. Set summary->struct_size.
     */
    struct cso_summary *summary;
} cso_decompress_options;

/**
 * How to verify. All zeros but struct_size are the defaults: all digests.
 */
typedef struct cso_verify_options {
    /**
     * Set by the caller: sizeof(cso_verify_options).
     */
    uint32_t struct_size;
    /**
     * Digests to leave out: CSO_DIGEST_* or-ed together.
     */
    uint32_t without;
    /**
     * Threads that decode, up to CSO_MAX_THREADS. 0 stands for one for each core.
     */
    uint32_t threads;
    /**
     * 0.
     */
    uint32_t reserved;
    /**
     * NULL, or what to call with the progress.
     */
    cso_progress_fn progress;
    /**
     * Handed to progress.
     */
    void *user;
} cso_verify_options;

/**
 * The digests of a decoded image.
 */
typedef struct cso_digests {
    /**
     * Set by the caller: sizeof(cso_digests).
     */
    uint32_t struct_size;
    /**
     * Which of them are there: CSO_DIGEST_* or-ed together. The others are zero.
     */
    uint32_t present;
    /**
     * CRC-32 as in zip and gzip.
     */
    uint32_t crc32;
    /**
     * MD5.
     */
    uint8_t md5[16];
    /**
     * SHA-1.
     */
    uint8_t sha1[20];
} cso_digests;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

#if defined(CSO_HOSTED)
/**
 * Opens the image in the file at path, with all defaults.
 *
 * *out becomes a handle, to be closed with cso_close(), or NULL if the call fails. The path is the
 * system's own bytes, on Windows UTF-8.
 *
 * Opening checks the header, and that the file is as long as the index says. The index is read and
 * checked as its blocks are asked for, so that opening takes no time however large the image is; with
 * CSO_OPEN_CHECK_INDEX all of it is, at once. Statuses: CSO_ERR_NOT_FOUND to CSO_ERR_METHOD.
 */
cso_status cso_open(const char *path,
                    struct cso_handle **out);
#endif

#if defined(CSO_HOSTED)
/**
 * As cso_open(), with options; NULL stands for all defaults.
 */
cso_status cso_open_with(const char *path,
                         const struct cso_open_options *options,
                         struct cso_handle **out);
#endif

#if (defined(CSO_HOSTED) && defined(CSO_POSIX))
/**
 * As cso_open_with(), for a file that is open already: on POSIX systems, for a descriptor that
 * another process, a sandbox or Android's content resolver handed over.
 *
 * The descriptor must be open for reading. It stays the caller's, who may close it at once: the
 * library keeps a duplicate of its own. The image begins at the file's first byte, wherever the
 * descriptor's position is, and no read moves that.
 *
 * CSO_ERR_ARGUMENT if fd is no open descriptor, CSO_ERR_PERMISSION_DENIED if it is open for writing
 * alone; otherwise as cso_open().
 */
cso_status cso_open_fd(int fd, const struct cso_open_options *options, struct cso_handle **out);
#endif

/**
 * Opens the image of len bytes that lies in memory at data; NULL options stand for all defaults.
 *
 * The bytes are not copied: they must stay where they are, unchanged, until cso_close().
 */
cso_status cso_open_memory(const void *data,
                           size_t len,
                           const struct cso_open_options *options,
                           struct cso_handle **out);

/**
 * Opens the image that a source of the caller's own has the bytes of; NULL options stand for all
 * defaults. See cso_source for what its callbacks must do.
 */
cso_status cso_open_source(const struct cso_source *source,
                           const struct cso_open_options *options,
                           struct cso_handle **out);

/**
 * Tells from the first len bytes of a file, at head, what image it is, without any input or output:
 * CSO_PROBE_SIZE bytes tell the compressed formats, a plain image wants CSO_PROBE_SIZE_ISO. Set
 * info->struct_size.
 *
 * Nothing but the header is checked, and not against the length of the file, which nobody knows
 * here: info->file_size is 0, and for a plain image so are its size, its sectors and its blocks.
 *
 * CSO_ERR_UNKNOWN_FORMAT if it is none, CSO_ERR_TRUNCATED if more bytes are needed to tell, or what
 * is wrong with the header.
 */
cso_status cso_probe(const void *head, size_t len, struct cso_info *info);

/**
 * Tells how many bytes to lend as cso_open_options.memory for an image whose file begins with the
 * len bytes at head: CSO_PROBE_SIZE of them, or the whole file if that is shorter. The memory may be
 * of any alignment: the 63 bytes that aligning it to 64 may take are counted. NULL options stand for
 * all defaults; of those that are given, index_page_blocks counts, which bounds what the index takes.
 *
 * 0 if the file can be no image, or one that is too large to address; opening it tells why. Bytes of
 * no compressed format are taken for the beginning of a plain image, which takes the least.
 */
size_t cso_memory_needed(const void *head,
                         size_t len,
                         const struct cso_open_options *options);

/**
 * Closes an image and releases everything that belongs to it. NULL is allowed and does nothing.
 *
 * No other call with the handle may be under way, and none may follow. The close callback of a
 * source is called here. Memory that was lent to the handle is the caller's again.
 */
void cso_close(struct cso_handle *handle);

/**
 * Tells the most recent failure of a call with this handle, by whatever thread: all fields belong
 * to one failure. The status is CSO_OK if there was none yet; a success does not clear it.
 *
 * Where several threads share a handle, this may be the failure of another one.
 */
cso_status cso_last_error(const struct cso_handle *handle, struct cso_error *error);

/**
 * Reads one sector of the decoded image, CSO_SECTOR_SIZE bytes, into buf. Sectors count from 0 to
 * cso_info.sectors - 1.
 *
 * If the image's size is no multiple of 2048, the rest of its last sector reads as zeros.
 *
 * CSO_ERR_OUT_OF_RANGE if there is no such sector. If the call fails, the bytes in buf are of no
 * use.
 */
cso_status cso_read_sector(struct cso_handle *handle, uint32_t sector, void *buf);

/**
 * Reads count sectors of the decoded image, from sector first on, into buf, which has room for
 * count * CSO_SECTOR_SIZE bytes. Much faster than one after the other: the compressed bytes are
 * fetched with one read where they lie together.
 *
 * CSO_ERR_OUT_OF_RANGE if one of the sectors does not exist; then none is read. A count of 0 reads
 * nothing, and buf may be NULL. If the call fails, the bytes in buf are of no use.
 */
cso_status cso_read_sectors(struct cso_handle *handle, uint32_t first, uint32_t count, void *buf);

/**
 * Reads up to len bytes of the decoded image, from byte offset on, into buf, and tells in *got how
 * many: fewer than len only where the image ends, 0 at and past its end.
 *
 * buf may be NULL if len is 0. If the call fails, *got is left alone and the bytes in buf are of no
 * use.
 */
cso_status cso_read_at(struct cso_handle *handle,
                       uint64_t offset,
                       void *buf,
                       size_t len,
                       size_t *got);

#if defined(CSO_HOSTED)
/**
 * Brings the image's file into memory, or with CSO_PRECACHE_DECODED all that it decodes to; NULL
 * options stand for all defaults. Reads need the source no more then: they decode from memory, or
 * only copy. The memory is released by cso_close().
 *
 * Other threads may read with the handle meanwhile, or start another long task: they read from the
 * source until everything is there, and from memory then. What is in memory already (that of
 * cso_open_memory() is) is not brought there again. A file stays there when the decoded image
 * joins it.
 *
 * CSO_ERR_OUT_OF_MEMORY if it would take more than options->max_bytes or more than there is;
 * CSO_ERR_CANCELLED; what reading reports. Nothing is kept then, and the handle reads as before.
 */
cso_status cso_precache(struct cso_handle *handle, const struct cso_precache_options *options);
#endif

/**
 * Tells what the image is: its format, its size, the size of its blocks. Set info->struct_size.
 */
cso_status cso_get_info(struct cso_handle *handle, struct cso_info *info);

/**
 * Tells where block number block lies in the file and how it is stored, for a screen that shows
 * what is in an image: blocks count from 0 to cso_info.blocks - 1. Set out->struct_size.
 *
 * CSO_ERR_OUT_OF_RANGE if there is no such block; otherwise what is wrong with its index entry.
 */
cso_status cso_get_block(struct cso_handle *handle, uint32_t block, struct cso_block *out);

/**
 * The name of a format that people use, such as "CSO v1": a static string, or NULL for a number
 * that this version does not know.
 */
const char *cso_format_name(uint32_t format);

#if defined(CSO_HOSTED)
/**
 * Compresses the image in the file at input into the file at output. The input may have any format
 * that is read; NULL options stand for all defaults: CSO v1, blocks of 2048 bytes.
 *
 * The output appears only when it is complete: it is written under another name beside it, checked
 * block by block, flushed to the device, and then renamed. If the call fails or is cancelled, an
 * output that existed before is what it was, and no partial file is left. The output is the same
 * bytes for any number of threads.
 *
 * Statuses: those of cso_open() and of reading for the input, CSO_ERR_WRITE, CSO_ERR_NO_SPACE,
 * CSO_ERR_SAME_FILE, CSO_ERR_ALREADY_EXISTS, CSO_ERR_TOO_LARGE, CSO_ERR_MISMATCH,
 * CSO_ERR_CANCELLED.
 */
cso_status cso_compress_file(const char *input,
                             const char *output,
                             const struct cso_compress_options *options);
#endif

#if defined(CSO_HOSTED)
/**
 * Compresses an open image into a sink of the caller's own; NULL options stand for all defaults, as
 * for cso_compress_file(). The handle can be read by other threads meanwhile.
 *
 * The failure is told in options->error and by cso_last_error() both.
 */
cso_status cso_compress(struct cso_handle *handle,
                        const struct cso_sink *sink,
                        const struct cso_compress_options *options);
#endif

#if defined(CSO_HOSTED)
/**
 * Decompresses the image in the file at input, of any format that is read, into a plain image in
 * the file at output; NULL options stand for all defaults. The output appears only when it is
 * complete, as that of cso_compress_file(), and the statuses are the same.
 */
cso_status cso_decompress_file(const char *input,
                               const char *output,
                               const struct cso_decompress_options *options);
#endif

#if defined(CSO_HOSTED)
/**
 * Decompresses an open image into a sink of the caller's own; NULL options stand for all defaults.
 * The handle can be read by other threads meanwhile.
 *
 * The failure is told in options->error and by cso_last_error() both.
 */
cso_status cso_decompress(struct cso_handle *handle,
                          const struct cso_sink *sink,
                          const struct cso_decompress_options *options);
#endif

#if defined(CSO_HOSTED)
/**
 * Decodes the whole image, checks whatever its format has to check, and computes its digests; NULL
 * options stand for all defaults. digests may be NULL: then none is computed. Set
 * digests->struct_size. The handle can be read by other threads meanwhile.
 *
 * The first damage found in the order of the image is the failure; cso_last_error() tells its
 * block.
 */
cso_status cso_verify(struct cso_handle *handle,
                      const struct cso_verify_options *options,
                      struct cso_digests *digests);
#endif

/**
 * Writes a failure as one line of English, such as
 * "block 12 at byte 30864: the data of a block does not decode", without a line feed.
 *
 * At most len bytes are written to buf, the final NUL among them, which is always there (if len
 * is not 0). Returns the length of the whole line without its NUL, as snprintf() does: the line
 * was cut if that is not less than len. buf may be NULL if len is 0. Returns 0, with an empty
 * line, if error is NULL or its struct_size is impossible, or if buf is NULL and len is not 0.
 */
size_t cso_error_message(const struct cso_error *error, char *buf, size_t len);

/**
 * What a status means: a static English sentence without a full stop. Never NULL; for a number
 * that this version does not know it says so.
 */
const char *cso_strerror(cso_status status);

/**
 * The name of a status as it stands in this header, such as "CSO_ERR_TRUNCATED", for logs: a
 * static string, or NULL for a number that this version does not know.
 */
const char *cso_status_name(cso_status status);

/**
 * The version of the library that runs, to compare with CSO_VERSION, the one of this header:
 * major << 24 | minor << 12 | patch.
 */
uint32_t cso_version(void);

/**
 * The version of the library that runs, such as "0.1.0": a static string.
 */
const char *cso_version_string(void);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* CSO_H */
