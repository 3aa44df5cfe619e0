/*
 * cso.h - reads and writes compressed disc images of PSP and PS2 games.
 *
 * The library reads the compressed formats CSO (versions 1 and 2), ZSO, DAX and JISO, and the
 * uncompressed format ISO. It writes all of these formats except JISO.
 *
 * This program prints the name of a disc:
 *
 *     #include <cso.h>
 *     #include <stdio.h>
 *
 *     int main(void)
 *     {
 *         unsigned char sector[CSO_SECTOR_SIZE];
 *         cso_handle *handle;
 *         cso_status status = cso_open("game.cso", &handle);
 *
 *         if (status == CSO_OK) {
 *             status = cso_read_sector(handle, 16, sector);
 *             if (status == CSO_OK)
 *                 printf("%.32s\n", (const char *)sector + 40);
 *             cso_close(handle);
 *         }
 *         if (status != CSO_OK)
 *             fprintf(stderr, "%s\n", cso_strerror(status));
 *         return status != CSO_OK;
 *     }
 *
 * On Linux, compile the program with the installed shared library, or with the static library:
 *
 *     cc game.c -lcso                           (shared)
 *     cc game.c libcso.a -lpthread -ldl -lm     (static)
 *
 * Functions
 *   open      cso_open, cso_open_with, cso_open_fd, cso_open_memory, cso_open_source,
 *             cso_memory_needed
 *   read      cso_read_sector, cso_read_sectors, cso_read_at, cso_precache
 *   describe  cso_get_info, cso_get_block, cso_format_name, cso_probe
 *   close     cso_close
 *   errors    cso_last_error, cso_error_message, cso_strerror, cso_status_name
 *   convert   cso_compress_file, cso_decompress_file, cso_compress, cso_decompress
 *   check     cso_verify
 *   version   cso_version, cso_version_string
 *
 * Terms
 *   image             The uncompressed contents of a disc.
 *   compressed image  A file that holds an image in a compressed format.
 *   sector            2048 bytes of an image. The first sector is sector 0.
 *   block             One of the equal parts into which an image is divided. The last one may be
 *                     shorter. Each block is compressed, or stored, on its own. The first block
 *                     is block 0.
 *   stored block      A block that the file contains without compression.
 *   index             The table in a compressed image that contains the position of each block. The
 *                     library uses it to read any part of an image without decoding the rest.
 *   handle            A pointer to a cso_handle, which is an open image.
 *   source            A cso_source. It has callbacks of your program that read bytes of a file.
 *   sink              A cso_sink. It has a callback of your program that writes bytes of a file.
 *
 * Pointers
 *   A pointer argument or field may be NULL only if its description allows NULL. If any other
 *   pointer is NULL, functions that return cso_status return CSO_ERR_ARGUMENT.
 *
 *   The caller provides the buffers. The description of each function says how large its buffer
 *   must be. The library never writes past that size.
 *
 * Errors
 *   Functions that can fail return CSO_OK (0) or a negative code of enum cso_status_code. A
 *   function that fails does not write to its output arguments, with two exceptions. A function
 *   that fails to open an image sets *handle to NULL. A read that fails may have changed the
 *   buffer.
 *
 *   A struct cso_error contains the details of a failure, for example the number of the block:
 *   - If a function that takes an open handle fails, cso_last_error() returns the details.
 *   - Some functions take an options struct but no open handle, for example cso_open_with().
 *     Before the call, store the address of a cso_error in options.error. The call fills in this
 *     cso_error, with the status CSO_OK if it succeeds.
 *   - cso_open() and cso_probe() return only the code.
 *
 *   cso_error_message() converts a cso_error to text.
 *
 * Structs
 *   Many structs begin with the field struct_size. Set it to the size of the struct, for example
 *   with sizeof, before you pass the struct to a function. This also applies to structs that the
 *   function fills in. In an input struct, set unused fields to 0. The value 0 selects the default
 *   of a field. Functions return CSO_ERR_ARGUMENT if a reserved field is not 0 or a flag is
 *   unknown. A NULL pointer to an options struct selects all defaults.
 *
 *   Later versions of the library may add fields at the end of these structs. Programs compiled
 *   with an older header keep working. A program compiled with a newer header also works with an
 *   older library, as long as the fields that the older library does not know are 0.
 *
 * Ownership
 *   The caller must close each handle once, with cso_close(). Strings that the library returns are
 *   constant: do not free or change them. The library keeps pointers after a call only if the
 *   description of the function or field says so. It never frees memory of the caller.
 *
 * Threads
 *   Any number of threads may use the same handle at the same time. The exception is cso_close(),
 *   which must be the last call with the handle. Threads that read do not wait for each other,
 *   because each has its own decoder, and no lock is held while bytes are read or decoded. If a
 *   source has the flag CSO_SOURCE_SERIALIZE, only one thread at a time calls its callbacks.
 *
 * Freestanding library
 *   The library can be built without Rust's standard library, for example for the PSP. This build
 *   reads images from memory and from sources. It has neither the functions that open files
 *   (cso_open, cso_open_with, cso_open_fd) nor those that convert, check or precache images. To use
 *   this build, define CSO_FREESTANDING before you include this header. The missing functions are
 *   then not declared. With this build, only one thread at a time may use the same handle, and
 *   CSO_SOURCE_SERIALIZE has no effect.
 *
 * This file is generated. To change it, edit cbindgen.toml and the comments in src/capi.
 */


#ifndef CSO_H
#define CSO_H

#include <stddef.h>
#include <stdint.h>

#ifndef CSO_FREESTANDING
/** Defined unless CSO_FREESTANDING is. Functions for files, conversion and checks are declared. */
#define CSO_HOSTED 1
#ifndef _WIN32
/** Defined if the library has cso_open_fd(). */
#define CSO_POSIX 1
#endif
#endif

/** Version of this header. cso_version() returns the version of the library. */
#define CSO_VERSION_MAJOR 0
#define CSO_VERSION_MINOR 1
#define CSO_VERSION_PATCH 0
#define CSO_VERSION_STRING "0.1.0"

/** Version of this header as one number: major << 24 | minor << 12 | patch. */
#define CSO_VERSION \
    ((uint32_t)CSO_VERSION_MAJOR << 24 | (uint32_t)CSO_VERSION_MINOR << 12 | CSO_VERSION_PATCH)


/**
 * Size of a sector in bytes, in every format.
 */
#define CSO_SECTOR_SIZE 2048

/**
 * Smallest block size of an image, in bytes.
 */
#define CSO_MIN_BLOCK_SIZE 2048

/**
 * Largest block size of an image, in bytes.
 */
#define CSO_MAX_BLOCK_SIZE 16777216

/**
 * Number of bytes from the beginning of a file that cso_probe() needs to recognize a compressed
 * image.
 */
#define CSO_PROBE_SIZE 48

/**
 * Number of bytes from the beginning of a file that cso_probe() needs to recognize an ISO file.
 */
#define CSO_PROBE_SIZE_ISO 32774

/**
 * Value of cso_error.block if the block is not known.
 */
#define CSO_NO_BLOCK 4294967295

/**
 * Value of cso_error.offset if the position in the file is not known.
 */
#define CSO_NO_OFFSET 18446744073709551615ull

/**
 * Lowest compression level. It takes the least time.
 */
#define CSO_MIN_LEVEL 1

/**
 * Highest compression level. It makes the smallest file and takes the most time.
 */
#define CSO_MAX_LEVEL 10

/**
 * Compression level that is used if cso_compress_options.level is 0.
 */
#define CSO_DEFAULT_LEVEL 6

/**
 * Largest value of stored_cost and lz4_cost in cso_compress_options, in percent.
 */
#define CSO_MAX_COST 1000

/**
 * Largest value of the field threads in each options struct.
 */
#define CSO_MAX_THREADS 1024

/**
 * Flag of cso_open_options: open a file of an unknown format as an uncompressed image. Without
 * this flag, a file in none of the compressed formats opens only if it contains ISO 9660
 * descriptors. Otherwise opening returns CSO_ERR_UNKNOWN_FORMAT.
 */
#define CSO_OPEN_ACCEPT_UNRECOGNIZED 1

/**
 * Flag of cso_open_options: use low-memory mode. In this mode, all memory for one reading thread
 * is allocated when the image is opened. To need less memory, functions that read place the
 * compressed bytes at the end of the caller's buffer and decode them from there.
 *
 * Use this mode if only one thread reads. Each further thread that reads at the same time
 * allocates a decoder and buffers of its own. The mode is always on in a freestanding library. It
 * is also on if cso_open_options.memory is not NULL.
 */
#define CSO_OPEN_LOW_MEMORY 2

/**
 * Flag of cso_open_options: read and check the whole index when the image is opened. Opening then
 * fails if an index entry is damaged. This takes about 10 ms per GB of the image. Without this
 * flag, an index entry is checked when its block is first read.
 */
#define CSO_OPEN_CHECK_INDEX 4

/**
 * Flag of cso_source: only one thread at a time may call the callbacks. Set it if read_at cannot
 * run on two threads at once, for example because it seeks and then reads.
 */
#define CSO_SOURCE_SERIALIZE 1

/**
 * Flag of cso_compress_options: do not verify blocks. To verify a block means to decode it after
 * it was encoded, and to compare the result with the original. If neither this flag nor
 * CSO_COMPRESS_VERIFY is set, blocks are verified at level 5 and higher. Setting both flags is an
 * error.
 */
#define CSO_COMPRESS_NO_VERIFY 1

/**
 * Flag of cso_compress_options: append zeros to the output up to a multiple of 2048 bytes. Files
 * on a hard disk of a PS2 must have such a size.
 */
#define CSO_COMPRESS_PAD 2

/**
 * Flag of cso_compress_options, only for DAX: write DAX version 1, which has a table of areas of
 * stored blocks. Without this flag, DAX version 0 is written, which the oldest loaders can read
 * too.
 */
#define CSO_COMPRESS_DAX_AREAS 4

/**
 * Flag of cso_compress_options, only for cso_compress_file(): read an input of an unknown format
 * as an uncompressed image.
 */
#define CSO_COMPRESS_ACCEPT_UNRECOGNIZED 8

/**
 * Flag of cso_compress_options, only for cso_compress_file(): return CSO_ERR_ALREADY_EXISTS if the
 * output exists. Without this flag, an existing output is replaced.
 */
#define CSO_COMPRESS_KEEP_EXISTING 16

/**
 * Flag of cso_compress_options: verify each block at every level. See CSO_COMPRESS_NO_VERIFY.
 */
#define CSO_COMPRESS_VERIFY 32

/**
 * Flag of cso_decompress_options, only for cso_decompress_file(): read an input of an unknown
 * format as an uncompressed image.
 */
#define CSO_DECOMPRESS_ACCEPT_UNRECOGNIZED 1

/**
 * Flag of cso_decompress_options, only for cso_decompress_file(): return CSO_ERR_ALREADY_EXISTS if
 * the output exists. Without this flag, an existing output is replaced.
 */
#define CSO_DECOMPRESS_KEEP_EXISTING 2

/**
 * Flag for the CRC-32 of the image. In cso_verify_options.without, it means that this digest is
 * not computed. In cso_digests.present, it means that this digest was computed.
 */
#define CSO_DIGEST_CRC32 1

/**
 * Flag for the MD5 of the image, for the same fields as CSO_DIGEST_CRC32.
 */
#define CSO_DIGEST_MD5 2

/**
 * Flag for the SHA-1 of the image, for the same fields as CSO_DIGEST_CRC32.
 */
#define CSO_DIGEST_SHA1 4

/**
 * Flag of cso_precache_options: load the decoded image into memory, so that later reads only copy.
 * Without this flag, the file is loaded. This takes less memory, and later reads decode blocks
 * from memory.
 */
#define CSO_PRECACHE_DECODED 1

/**
 * Largest value of cso_open_options.decode_ahead, in bytes.
 */
#define CSO_MAX_DECODE_AHEAD 16777216

/**
 * Values of cso_status. The meaning of a number never changes.
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
     * An argument is NULL or out of its documented range, a struct_size is less than 4 or more
     * than 4096, a reserved field is not 0, or a flag is unknown. The calling program has a bug.
     */
    CSO_ERR_ARGUMENT = -1,
    /**
     * There is not enough memory. The call can be repeated when more memory is free.
     */
    CSO_ERR_OUT_OF_MEMORY = -2,
    /**
     * There is no file with this name. For an output: its directory does not exist.
     */
    CSO_ERR_NOT_FOUND = -3,
    /**
     * The operating system denies access to the file.
     */
    CSO_ERR_PERMISSION_DENIED = -4,
    /**
     * The path names a directory.
     */
    CSO_ERR_IS_DIRECTORY = -5,
    /**
     * The operating system, or a callback of a source (read_at or size), reported a failure.
     * cso_error.os_error contains the number of the error that was reported. The handle remains
     * usable, so the read can be repeated.
     */
    CSO_ERR_READ = -6,
    /**
     * The operating system, or write_at of a sink, reported a failure. cso_error.os_error contains
     * its number.
     */
    CSO_ERR_WRITE = -7,
    /**
     * The output exceeds the free space of the device, the user's quota, or the largest size of a
     * file in the file system.
     */
    CSO_ERR_NO_SPACE = -8,
    /**
     * Input and output are the same file, which was not changed. Two different paths can name the
     * same file.
     */
    CSO_ERR_SAME_FILE = -9,
    /**
     * The output exists, and the options do not allow replacing it. It was not changed.
     */
    CSO_ERR_ALREADY_EXISTS = -10,
    /**
     * The progress callback cancelled the task. No output file was created or changed.
     */
    CSO_ERR_CANCELLED = -11,
    /**
     * A requested sector or block lies past the end of the image. Nothing was read.
     */
    CSO_ERR_OUT_OF_RANGE = -12,
    /**
     * A bug in this library. Close the handle, because all later calls with it return this code
     * too.
     */
    CSO_ERR_INTERNAL = -13,
    /**
     * The path names a pipe, a socket or a device. Only regular files can be opened.
     */
    CSO_ERR_NOT_A_FILE = -14,
    /**
     * The file has no bytes.
     */
    CSO_ERR_EMPTY = -20,
    /**
     * The file is not a disc image of a known format. CSO_OPEN_ACCEPT_UNRECOGNIZED opens it as an
     * uncompressed image.
     */
    CSO_ERR_UNKNOWN_FORMAT = -21,
    /**
     * The file is shorter than its header or its index requires, for example because a download is
     * incomplete.
     */
    CSO_ERR_TRUNCATED = -22,
    /**
     * The file is a GameCube or Wii CISO image, which is another format with the magic of CSO. A
     * magic is the first bytes of a file, which identify its format.
     */
    CSO_ERR_FOREIGN_GAMECUBE = -23,
    /**
     * The file is an Xbox CISO image, which is another format with the magic of CSO.
     */
    CSO_ERR_FOREIGN_XBOX = -24,
    /**
     * The file is a ZISO image with LZO blocks, which is another format with the magic of ZSO.
     */
    CSO_ERR_FOREIGN_LZO_ZISO = -25,
    /**
     * The header contains a header size that its format does not allow.
     */
    CSO_ERR_HEADER_SIZE = -26,
    /**
     * The header contains a version that its format does not have.
     */
    CSO_ERR_VERSION = -27,
    /**
     * The block size of the image, or the one in the options, is not supported by the format.
     */
    CSO_ERR_BLOCK_SIZE = -28,
    /**
     * The index shift in the header is not supported. See cso_info.index_shift.
     */
    CSO_ERR_INDEX_SHIFT = -29,
    /**
     * The image size in the header is zero, or the image has more than 2^31 - 1 blocks or 2^32 - 1
     * sectors.
     */
    CSO_ERR_IMAGE_SIZE = -30,
    /**
     * An index entry contains a lower position than the entry before it. The file is damaged.
     */
    CSO_ERR_INDEX_ORDER = -31,
    /**
     * A block overlaps the index, another table or another block. The file is damaged.
     */
    CSO_ERR_INDEX_OVERLAP = -32,
    /**
     * A block extends past the end of the file. The file is damaged or truncated.
     */
    CSO_ERR_INDEX_RANGE = -33,
    /**
     * The index gives a block more bytes than any compressed form of it takes, or too few to
     * decode to the block. The file is damaged.
     */
    CSO_ERR_BLOCK_LENGTH = -34,
    /**
     * DAX: the table of areas of stored blocks ("NC" areas) names blocks that the image does not
     * have. The file is damaged.
     */
    CSO_ERR_NC_TABLE = -35,
    /**
     * JISO: the compression method is unknown.
     */
    CSO_ERR_METHOD = -36,
    /**
     * The image is larger than the output format can address. Another format may work.
     */
    CSO_ERR_TOO_LARGE = -37,
    /**
     * The compressed data of a block is damaged. Other blocks may be intact.
     */
    CSO_ERR_BLOCK_DATA = -40,
    /**
     * A block decodes to fewer bytes than it holds of the image. The file is damaged. Other blocks
     * may be intact.
     */
    CSO_ERR_BLOCK_SHORT = -41,
    /**
     * The checksum of a block does not match its data. The file is damaged. Other blocks may be
     * intact.
     */
    CSO_ERR_CHECKSUM = -42,
    /**
     * A block that was encoded for the output does not decode to the original data. No output file
     * was created or changed. The most likely cause is defective memory of the computer.
     */
    CSO_ERR_MISMATCH = -43,
    /**
     * JISO: the MD5 of the decoded image does not match the one in the header.
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
 * Formats of images. Later versions may add formats.
 */
enum cso_format
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * An uncompressed image.
     */
    CSO_FORMAT_ISO = 1,
    /**
     * CSO version 1, compressed with deflate. Every PSP loader and emulator reads it.
     */
    CSO_FORMAT_CSO_V1 = 2,
    /**
     * CSO version 2. Each block is compressed with deflate or LZ4.
     */
    CSO_FORMAT_CSO_V2 = 3,
    /**
     * ZSO, compressed with LZ4. Its files are larger than those of CSO and faster to read.
     */
    CSO_FORMAT_ZSO = 4,
    /**
     * DAX, compressed with zlib. Its block size is 8192 bytes.
     */
    CSO_FORMAT_DAX = 5,
    /**
     * JISO, compressed with LZO1X or deflate. The library reads this format and does not write it.
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
 * Ways in which the data of a block is encoded in the file.
 */
enum cso_coding
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Not compressed.
     */
    CSO_CODING_STORED = 1,
    /**
     * A deflate stream without header and trailer (RFC 1951).
     */
    CSO_CODING_DEFLATE = 2,
    /**
     * A deflate stream in the zlib format (RFC 1950).
     */
    CSO_CODING_ZLIB = 3,
    /**
     * LZ4 data without a frame.
     */
    CSO_CODING_LZ4 = 4,
    /**
     * LZO1X data.
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
 * An open image. Functions whose names begin with cso_open create it, and cso_close() releases it.
 */
typedef struct cso_handle cso_handle;

/**
 * Result of a function: CSO_OK or a negative code of enum cso_status_code. Later versions may add
 * codes, so treat every negative value as a failure.
 */
typedef int32_t cso_status;

/**
 * Details of a failure. The caller sets struct_size, and the library fills in the other fields.
 */
typedef struct cso_error {
    /**
     * sizeof(cso_error). The caller must set it.
     */
    uint32_t struct_size;
    /**
     * Status that the function returned. CSO_OK means that there was no failure.
     */
    cso_status status;
    /**
     * Number of the block in which the failure occurred, or CSO_NO_BLOCK.
     */
    uint32_t block;
    /**
     * Error number of the operating system (errno, or GetLastError() on Windows), or the value
     * that a callback of the source or sink returned. A value that does not fit in 32 bits is
     * limited to INT32_MIN or INT32_MAX. 0 means that there is no such number.
     */
    int32_t os_error;
    /**
     * Position in the file at which the failure occurred, in bytes from the beginning, or
     * CSO_NO_OFFSET.
     */
    uint64_t offset;
    /**
     * 1 if the failure concerns the output of a conversion, else 0. If 1, block and offset refer
     * to the output.
     */
    uint32_t on_output;
    /**
     * Reserved. The library sets it to 0.
     */
    uint32_t reserved;
} cso_error;

/**
 * Options for opening an image. All fields except struct_size may be 0, which selects their
 * defaults.
 */
typedef struct cso_open_options {
    /**
     * sizeof(cso_open_options). The caller must set it.
     */
    uint32_t struct_size;
    /**
     * Flags CSO_OPEN_*, combined with the operator |, or 0.
     */
    uint32_t flags;
    /**
     * Number of index entries that each reading thread keeps in memory at once. These entries are
     * called an index page. With 0, each entry that was read remains in memory until cso_close().
     * The whole index takes 4 bytes per block, or 6 for DAX.
     *
     * In low-memory mode (see CSO_OPEN_LOW_MEMORY), 0 also means that the whole index is read and
     * checked when the image is opened.
     */
    uint32_t index_page_blocks;
    /**
     * Must be 0.
     */
    uint32_t reserved;
    /**
     * Receives the details of a failure. May be NULL. Set its struct_size.
     */
    struct cso_error *error;
    /**
     * Memory for the handle and its buffers, at any alignment. NULL means that the library
     * allocates memory from the heap.
     *
     * Only the library may use this memory until cso_close() returns or opening fails. The library
     * never frees it.
     *
     * With this memory, a freestanding library allocates nothing from the heap. A library that is
     * not freestanding still allocates from the heap: a small list of decoders, and a decoder with
     * buffers for each further thread that reads at the same time. If it is built with libdeflate,
     * it also allocates the state of libdeflate.
     */
    void *memory;
    /**
     * Size of memory in bytes, at least the number that cso_memory_needed() returns. If it is too
     * small, opening fails with CSO_ERR_OUT_OF_MEMORY. Must be 0 if memory is NULL.
     */
    size_t memory_size;
    /**
     * Number of threads that decode a request of 64 KiB or more, including the calling thread, up
     * to CSO_MAX_THREADS. With 0 or 1, only the calling thread decodes.
     *
     * The other threads are started when they are first needed and end in cso_close(). All calls
     * with the handle share them. They never call the source. This field is ignored in low-memory
     * mode (see CSO_OPEN_LOW_MEMORY).
     */
    uint32_t threads;
    /**
     * Number of bytes of the image to decode ahead on a background thread while read requests are
     * sequential, up to CSO_MAX_DECODE_AHEAD. 0 disables decoding ahead.
     *
     * Use it if a program reads a few sectors at a time and must not wait for decoding. The
     * background thread only decodes. The calling thread reads the compressed bytes that will be
     * decoded, as part of its own requests. A request for another part of the image stops decoding
     * ahead until requests are sequential again. This field is ignored in low-memory mode (see
     * CSO_OPEN_LOW_MEMORY).
     */
    uint32_t decode_ahead;
} cso_open_options;

/**
 * Properties of an image.
 */
typedef struct cso_info {
    /**
     * sizeof(cso_info). The caller must set it.
     */
    uint32_t struct_size;
    /**
     * Format of the file: a value of enum cso_format.
     */
    uint32_t format;
    /**
     * Version number in the header of the file. 0 if the format has none.
     */
    uint32_t version;
    /**
     * Size of a decoded block, in bytes.
     */
    uint32_t block_size;
    /**
     * Size of the decoded image, in bytes.
     */
    uint64_t size;
    /**
     * Size of the file, in bytes. cso_probe() sets it to 0, because it does not access the file.
     */
    uint64_t file_size;
    /**
     * Number of sectors in the image. The last sector may be partial.
     */
    uint32_t sectors;
    /**
     * Number of blocks in the image.
     */
    uint32_t blocks;
    /**
     * Alignment of the blocks in the file, as a power of two: the position of each block is a
     * multiple of 2 to the power of index_shift, in bytes.
     */
    uint32_t index_shift;
    /**
     * 1 if the header contains the MD5 of the decoded image, else 0. Only JISO files have it.
     */
    uint32_t has_md5;
    /**
     * MD5 in the header, or zeros if has_md5 is 0. cso_verify() compares it with the MD5 of the
     * decoded image. Opening an image does not.
     */
    uint8_t md5[16];
} cso_info;

/**
 * Position and encoding of a block in the file.
 */
typedef struct cso_block {
    /**
     * sizeof(cso_block). The caller must set it.
     */
    uint32_t struct_size;
    /**
     * Encoding of the block: a value of enum cso_coding.
     */
    uint32_t coding;
    /**
     * Position of the first byte of the block in the file, in bytes from the beginning.
     */
    uint64_t offset;
    /**
     * Number of bytes that the block takes in the file, including padding after its data.
     */
    uint32_t stored_size;
    /**
     * Size of the decoded block, in bytes. It is less than the block size only in the last block.
     */
    uint32_t size;
} cso_block;

/**
 * Callback that reads up to len bytes of the file into buf. The first byte to read is at position
 * offset of the file. user is cso_source.user.
 *
 * Returns the number of bytes that were read, from 1 to len. If this is less than len, the library
 * calls again for the rest. Returns 0 if offset is at or past the end of the file. Returns a
 * negative value on failure. The library function then returns CSO_ERR_READ, with that value in
 * cso_error.os_error.
 *
 * cso_source describes which threads call it.
 */
typedef int64_t (*cso_read_at_fn)(void *user, uint64_t offset, void *buf, size_t len);

/**
 * Callback that returns the size of the file in bytes. user is cso_source.user. Returns a negative
 * value on failure, which is reported as for cso_read_at_fn.
 */
typedef int64_t (*cso_size_fn)(void *user);

/**
 * Callback that releases the resources of a source. user is cso_source.user.
 */
typedef void (*cso_close_fn)(void *user);

/**
 * Callbacks that read the bytes of a file, for cso_open_source(). They can read from any place,
 * for example a virtual file system, an archive or a network.
 *
 * cso_open_source() copies this struct. The object at user must exist until cso_close() returns.
 *
 * The threads that use the handle call the callbacks. In cso_verify(), cso_precache(),
 * cso_compress() and cso_decompress(), threads of the library call them too. Several threads may
 * call them at the same time unless flags contains CSO_SOURCE_SERIALIZE.
 *
 * A callback must return normally: it must not throw a C++ exception or call longjmp. It must not
 * call a function of this library with the same handle.
 */
typedef struct cso_source {
    /**
     * sizeof(cso_source). The caller must set it.
     */
    uint32_t struct_size;
    /**
     * 0 or CSO_SOURCE_SERIALIZE.
     */
    uint32_t flags;
    /**
     * First argument of each callback. The library does not use it otherwise. It may be NULL.
     */
    void *user;
    /**
     * Reads bytes of the file. Required.
     */
    cso_read_at_fn read_at;
    /**
     * Returns the size of the file. Required. The size must not change while the handle is open.
     */
    cso_size_fn size;
    /**
     * Releases the resources of the source. May be NULL. cso_close() calls it once, after all
     * other callbacks. It is not called if opening fails: the caller must then release the
     * resources.
     */
    cso_close_fn close;
} cso_source;

/**
 * Progress of a long task. Later versions may add fields at the end.
 */
typedef struct cso_progress {
    /**
     * Number of bytes of the decoded image that are processed. cso_precache() counts bytes of the
     * file instead if it loads the file.
     */
    uint64_t done;
    /**
     * Value of done at the end of the task.
     */
    uint64_t total;
    /**
     * Number of bytes written so far. 0 if the task writes nothing.
     */
    uint64_t written;
} cso_progress;

/**
 * Callback that is called several times during a long task, on the thread that started the task.
 * user is the field user of the options.
 *
 * Returns 0 to continue. Any other value cancels the task, which then returns CSO_ERR_CANCELLED.
 * The struct at progress is valid only until the callback returns. The callback must return
 * normally: it must not throw a C++ exception or call longjmp.
 */
typedef int32_t (*cso_progress_fn)(void *user, const struct cso_progress *progress);

/**
 * Options for loading an image into memory. All fields except struct_size may be 0, which selects
 * their defaults.
 */
typedef struct cso_precache_options {
    /**
     * sizeof(cso_precache_options). The caller must set it.
     */
    uint32_t struct_size;
    /**
     * 0 or CSO_PRECACHE_DECODED.
     */
    uint32_t flags;
    /**
     * Largest size of the copy in memory, in bytes. 0 means that there is no limit.
     */
    uint64_t max_bytes;
    /**
     * Number of threads that decode, up to CSO_MAX_THREADS. 0 selects one per core.
     */
    uint32_t threads;
    /**
     * Must be 0.
     */
    uint32_t reserved;
    /**
     * Callback for progress and cancellation. May be NULL. Progress is in bytes of the decoded
     * image with CSO_PRECACHE_DECODED, else in bytes of the file.
     */
    cso_progress_fn progress;
    /**
     * First argument of progress. The library does not use it otherwise. May be NULL.
     */
    void *user;
} cso_precache_options;

/**
 * Options for verifying an image. All fields except struct_size may be 0, which selects their
 * defaults.
 */
typedef struct cso_verify_options {
    /**
     * sizeof(cso_verify_options). The caller must set it.
     */
    uint32_t struct_size;
    /**
     * Digests that are not computed: a combination of the flags CSO_DIGEST_*, or 0.
     */
    uint32_t without;
    /**
     * Number of threads that decode, up to CSO_MAX_THREADS. 0 selects one per core.
     */
    uint32_t threads;
    /**
     * Must be 0.
     */
    uint32_t reserved;
    /**
     * Callback for progress and cancellation. May be NULL.
     */
    cso_progress_fn progress;
    /**
     * First argument of progress. The library does not use it otherwise. May be NULL.
     */
    void *user;
} cso_verify_options;

/**
 * Digests of a decoded image.
 */
typedef struct cso_digests {
    /**
     * sizeof(cso_digests). The caller must set it.
     */
    uint32_t struct_size;
    /**
     * Digests that were computed: a combination of the flags CSO_DIGEST_*. The fields of digests
     * that were not computed are zero.
     */
    uint32_t present;
    /**
     * CRC-32, as in zip and gzip.
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

/**
 * Properties of a file that was written. After decompression, the number of blocks is that of the
 * input, and all blocks count as stored.
 */
typedef struct cso_summary {
    /**
     * sizeof(cso_summary). The caller must set it.
     */
    uint32_t struct_size;
    /**
     * Number of all blocks.
     */
    uint32_t blocks;
    /**
     * Size of the decoded image, in bytes.
     */
    uint64_t image_size;
    /**
     * Size of the output, in bytes.
     */
    uint64_t file_size;
    /**
     * Number of stored blocks.
     */
    uint32_t stored_blocks;
    /**
     * Number of blocks compressed with LZ4.
     */
    uint32_t lz4_blocks;
    /**
     * Number of blocks compressed with deflate, including those of DAX.
     */
    uint32_t deflate_blocks;
    /**
     * Reserved. The library sets it to 0.
     */
    uint32_t reserved;
} cso_summary;

/**
 * Options for compressing an image. All fields except struct_size may be 0, which selects their
 * defaults.
 */
typedef struct cso_compress_options {
    /**
     * sizeof(cso_compress_options). The caller must set it.
     */
    uint32_t struct_size;
    /**
     * Flags CSO_COMPRESS_*, combined with the operator |, or 0.
     */
    uint32_t flags;
    /**
     * Format of the output: CSO_FORMAT_CSO_V1, CSO_FORMAT_CSO_V2, CSO_FORMAT_ZSO or
     * CSO_FORMAT_DAX. 0 selects CSO_FORMAT_CSO_V1, which most programs can read.
     */
    uint32_t format;
    /**
     * Block size in bytes: a power of two from 2048 to CSO_MAX_BLOCK_SIZE, or 8192 for DAX. 0
     * selects 2048, or 8192 for DAX. Many loaders on a PSP or PS2 can only read blocks of 2048
     * bytes.
     */
    uint32_t block_size;
    /**
     * Compression level, from CSO_MIN_LEVEL to CSO_MAX_LEVEL. A higher level takes more time and
     * makes a smaller file. 0 selects CSO_DEFAULT_LEVEL.
     */
    uint32_t level;
    /**
     * Number of threads that compress, up to CSO_MAX_THREADS. 0 selects one per core. The output
     * does not depend on this number.
     */
    uint32_t threads;
    /**
     * Percentage from 0 to CSO_MAX_COST. A block is stored if the block is at most stored_cost
     * percent larger than its compressed data. Stored blocks are faster to read. In DAX, this
     * field has no effect without CSO_COMPRESS_DAX_AREAS.
     */
    uint32_t stored_cost;
    /**
     * Percentage from 0 to CSO_MAX_COST, only for CSO version 2. A block is compressed with LZ4 if
     * its LZ4 data is at most lz4_cost percent larger than its deflate data. LZ4 is faster to
     * read.
     */
    uint32_t lz4_cost;
    /**
     * Callback for progress and cancellation. May be NULL.
     */
    cso_progress_fn progress;
    /**
     * First argument of progress. The library does not use it otherwise. May be NULL.
     */
    void *user;
    /**
     * Receives the details of a failure. May be NULL. Set its struct_size.
     */
    struct cso_error *error;
    /**
     * Receives the properties of the output on success. May be NULL. Set its struct_size.
     */
    struct cso_summary *summary;
} cso_compress_options;

/**
 * Callback that writes the len bytes at data to the output, at position offset. user is
 * cso_sink.user. Bytes that no call writes, but that lie before others, must be zeros in the
 * output.
 *
 * Returns 0 once all len bytes are written. Any other value is a failure. The library function
 * then returns CSO_ERR_WRITE, with that value in cso_error.os_error, and does not call again.
 *
 * The thread that started the task calls it. The callback must return normally: it must not throw
 * a C++ exception or call longjmp.
 */
typedef int32_t (*cso_write_at_fn)(void *user, uint64_t offset, const void *data, size_t len);

/**
 * A callback that writes the bytes of a file, for cso_compress() and cso_decompress(). The
 * positions at which it writes are not always ascending, because the header and the index of a
 * compressed image are written last.
 *
 * If the task fails or is cancelled, the output is incomplete: discard it.
 */
typedef struct cso_sink {
    /**
     * sizeof(cso_sink). The caller must set it.
     */
    uint32_t struct_size;
    /**
     * Must be 0.
     */
    uint32_t reserved;
    /**
     * First argument of write_at. The library does not use it otherwise. May be NULL.
     */
    void *user;
    /**
     * Writes bytes of the output. Required.
     */
    cso_write_at_fn write_at;
} cso_sink;

/**
 * Options for decompressing an image. All fields except struct_size may be 0, which selects their
 * defaults.
 */
typedef struct cso_decompress_options {
    /**
     * sizeof(cso_decompress_options). The caller must set it.
     */
    uint32_t struct_size;
    /**
     * Flags CSO_DECOMPRESS_*, combined with the operator |, or 0.
     */
    uint32_t flags;
    /**
     * Number of threads that decode, up to CSO_MAX_THREADS. 0 selects one per core.
     */
    uint32_t threads;
    /**
     * Must be 0.
     */
    uint32_t reserved;
    /**
     * Callback for progress and cancellation. May be NULL.
     */
    cso_progress_fn progress;
    /**
     * First argument of progress. The library does not use it otherwise. May be NULL.
     */
    void *user;
    /**
     * Receives the details of a failure. May be NULL. Set its struct_size.
     */
    struct cso_error *error;
    /**
     * Receives the properties of the output on success. May be NULL. Set its struct_size.
     */
    struct cso_summary *summary;
} cso_decompress_options;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

#if defined(CSO_HOSTED)
/**
 * Opens the image in the file at path, with default options.
 *
 * On success, *out is a handle that the caller must close with cso_close(). On failure, *out is
 * NULL. On Windows, path must be in UTF-8. On other systems, path is passed to the operating
 * system unchanged.
 *
 * Opening checks the header, and compares the length of the file with the last index entry. It
 * takes the same time for images of any size, because each other index entry is read and checked
 * when its block is first read. To check the whole index during opening, use cso_open_with() with
 * the flag CSO_OPEN_CHECK_INDEX.
 *
 * Returns CSO_ERR_NOT_FOUND, CSO_ERR_PERMISSION_DENIED, CSO_ERR_IS_DIRECTORY, CSO_ERR_NOT_A_FILE
 * or CSO_ERR_READ if the file cannot be opened or read. Returns a code from CSO_ERR_EMPTY (-20) to
 * CSO_ERR_METHOD (-36) if the file is damaged or not an image. Returns CSO_ERR_OUT_OF_MEMORY if
 * there is not enough memory.
 */
cso_status cso_open(const char *path, struct cso_handle **out);
#endif

#if defined(CSO_HOSTED)
/**
 * Opens the image in the file at path, as cso_open() does, with options. options may be NULL,
 * which selects all defaults.
 */
cso_status cso_open_with(const char *path,
                         const struct cso_open_options *options,
                         struct cso_handle **out);
#endif

/**
 * Reads one sector of the image into buf, which has CSO_SECTOR_SIZE bytes. sector is a number from
 * 0 to cso_info.sectors - 1.
 *
 * If the size of the image is not a multiple of CSO_SECTOR_SIZE, the rest of the last sector is
 * filled with zeros.
 *
 * Returns CSO_ERR_OUT_OF_RANGE if the sector does not exist. Returns CSO_ERR_READ if the file
 * cannot be read. Returns a code from CSO_ERR_TRUNCATED (-22) to CSO_ERR_CHECKSUM (-42) if the
 * file is damaged. Returns CSO_ERR_OUT_OF_MEMORY if there is not enough memory. If the call fails,
 * the contents of buf are unspecified.
 */
cso_status cso_read_sector(struct cso_handle *handle, uint32_t sector, void *buf);

/**
 * Reads count sectors of the image into buf, which has count * CSO_SECTOR_SIZE bytes. first is the
 * number of the first sector. This is much faster than one call per sector, because neighboring
 * blocks are read from the file at once.
 *
 * If count is 0, nothing is read and buf may be NULL. Returns CSO_ERR_OUT_OF_RANGE, and reads
 * nothing, if one of the sectors does not exist. Returns the other codes of cso_read_sector() in
 * the same cases. If the call fails, the contents of buf are unspecified.
 */
cso_status cso_read_sectors(struct cso_handle *handle, uint32_t first, uint32_t count, void *buf);

/**
 * Reads up to len bytes of the image into buf, starting at byte offset. *got receives the number
 * of bytes that were read. It is less than len only if the end of the image is reached, and 0 if
 * offset is at or past the end.
 *
 * buf may be NULL if len is 0. Returns the same codes as cso_read_sector(), except
 * CSO_ERR_OUT_OF_RANGE. If the call fails, *got is unchanged and the contents of buf are
 * unspecified.
 */
cso_status cso_read_at(struct cso_handle *handle,
                       uint64_t offset,
                       void *buf,
                       size_t len,
                       size_t *got);

/**
 * Fills in *info with the properties of the image, for example its format and size. Set
 * info->struct_size.
 */
cso_status cso_get_info(struct cso_handle *handle, struct cso_info *info);

/**
 * Fills in *out with the position and the encoding of a block in the file. block is a number from
 * 0 to cso_info.blocks - 1. Set out->struct_size.
 *
 * Returns CSO_ERR_OUT_OF_RANGE if the block does not exist. Returns CSO_ERR_READ, or a code from
 * CSO_ERR_INDEX_ORDER (-31) to CSO_ERR_NC_TABLE (-35), if the index entry of the block cannot be
 * read or is damaged.
 */
cso_status cso_get_block(struct cso_handle *handle, uint32_t block, struct cso_block *out);

/**
 * Returns the name of a value of enum cso_format, for example "CSO v1". The string is constant.
 * Returns NULL if this version does not have the format.
 */
const char *cso_format_name(uint32_t format);

/**
 * Closes an image and releases all resources of its handle. Does nothing if handle is NULL.
 *
 * No other call with this handle may be running, and none may follow. If the image was opened from
 * a source, this function calls the callback close of the source. After this call, the caller may
 * use cso_open_options.memory again.
 */
void cso_close(struct cso_handle *handle);

/**
 * Fills in *error with the most recent failure of a call with this handle, on any thread. Set
 * error->struct_size.
 *
 * error->status is CSO_OK if no call with this handle has failed. A successful call does not clear
 * an earlier failure. If several threads use the handle, the failure may be that of another
 * thread. All fields of *error belong to the same failure, even if several threads fail at the
 * same time.
 *
 * Returns CSO_ERR_ARGUMENT if a pointer is NULL or error->struct_size is not valid (see
 * CSO_ERR_ARGUMENT), else CSO_OK.
 */
cso_status cso_last_error(const struct cso_handle *handle, struct cso_error *error);

/**
 * Writes *error to buf as one line of English text without a line feed, for example "block 12 at
 * byte 30864: the data of a block does not decode".
 *
 * At most len bytes are written, including the final NUL. If len is not 0, the text always ends
 * with NUL. buf may be NULL if len is 0.
 *
 * Returns the length of the whole text in bytes without NUL, as snprintf() does. If this length is
 * len or more, the text in buf is cut off. Returns 0 and writes an empty text if error is NULL or
 * error->struct_size is impossible. Returns 0 and writes nothing if buf is NULL and len is not 0.
 */
size_t cso_error_message(const struct cso_error *error, char *buf, size_t len);

/**
 * Returns an English description of a status, without a full stop. The string is constant and
 * never NULL. If this version does not have the status, the string is "unknown status".
 */
const char *cso_strerror(cso_status status);

/**
 * Returns the name of a status in this header, for example "CSO_ERR_TRUNCATED". The string is
 * constant. Returns NULL if this version does not have the status.
 */
const char *cso_status_name(cso_status status);

#if (defined(CSO_HOSTED) && defined(CSO_POSIX))
/**
 * Opens the image in a file that is already open, on POSIX systems. The file descriptor fd can
 * come from another process, a sandbox or the content resolver of Android. options may be NULL,
 * which selects all defaults.
 *
 * fd must be open for reading. The library uses a duplicate of fd. The caller still owns fd and
 * may close it after this call. The image begins at the first byte of the file. The file position
 * of fd is neither used nor changed.
 *
 * Returns CSO_ERR_ARGUMENT if fd is not an open descriptor. Returns CSO_ERR_PERMISSION_DENIED if
 * fd is open only for writing. Returns the other codes of cso_open() in the same cases.
 */
cso_status cso_open_fd(int fd, const struct cso_open_options *options, struct cso_handle **out);
#endif

/**
 * Opens an image or a compressed image in memory. The len bytes at data are the contents of the
 * whole file. options may be NULL, which selects all defaults.
 *
 * The bytes are not copied. They must exist unchanged until cso_close() returns. Returns a code
 * from CSO_ERR_EMPTY (-20) to CSO_ERR_METHOD (-36) if the bytes are damaged or not an image.
 * Returns CSO_ERR_OUT_OF_MEMORY if there is not enough memory.
 */
cso_status cso_open_memory(const void *data,
                           size_t len,
                           const struct cso_open_options *options,
                           struct cso_handle **out);

/**
 * Opens an image from a source: the library calls the callbacks of source to read the bytes of the
 * file. options may be NULL, which selects all defaults.
 *
 * If opening fails, the callback close is not called, so the caller must release the resources of
 * the source. Returns CSO_ERR_READ if a callback fails, and otherwise the same codes as
 * cso_open_memory().
 */
cso_status cso_open_source(const struct cso_source *source,
                           const struct cso_open_options *options,
                           struct cso_handle **out);

/**
 * Fills in *info from the first len bytes of a file, to which head points. The file itself is not
 * accessed. Set info->struct_size. CSO_PROBE_SIZE bytes are enough for a compressed image, and
 * CSO_PROBE_SIZE_ISO bytes for an uncompressed one.
 *
 * Only the header is checked. The length of the file is not known, so info->file_size is 0. For an
 * uncompressed image, info->size, info->sectors and info->blocks are 0 too.
 *
 * Returns CSO_ERR_UNKNOWN_FORMAT if the format is not known. Returns CSO_ERR_TRUNCATED if more
 * bytes are needed. Returns another code from CSO_ERR_EMPTY (-20) to CSO_ERR_METHOD (-36) if the
 * header is invalid.
 */
cso_status cso_probe(const void *head, size_t len, struct cso_info *info);

/**
 * Returns the size in bytes that cso_open_options.memory must have to open an image. head points
 * to the first len bytes of its file. len must be at least CSO_PROBE_SIZE, or the length of the
 * file if the file is shorter. Memory of this size is enough at any alignment.
 *
 * options may be NULL, which selects all defaults. Only the option index_page_blocks changes the
 * result: it limits the memory for the index.
 *
 * Returns 0 if an argument or the header is invalid, or if the size does not fit in size_t. If the
 * format is not known, returns the number for an uncompressed image.
 */
size_t cso_memory_needed(const void *head, size_t len, const struct cso_open_options *options);

#if defined(CSO_HOSTED)
/**
 * Loads the file of the image into memory, or the decoded image if CSO_PRECACHE_DECODED is set.
 * Later reads use this copy, not the file or source. cso_close() releases it. options may be NULL,
 * which selects all defaults.
 *
 * Other threads may read with the handle during this call. They read from the file or source until
 * all bytes are loaded. Bytes that are already in memory are not loaded again, for example those
 * of cso_open_memory(). If the decoded image is loaded after the file, both copies remain in
 * memory.
 *
 * Returns CSO_ERR_OUT_OF_MEMORY if the copy needs more than options->max_bytes bytes or more
 * memory than is free. Returns CSO_ERR_CANCELLED if the progress callback cancels. Returns the
 * codes of cso_read_sector() if reading fails. A call that fails loads nothing, and the handle can
 * be used as before.
 */
cso_status cso_precache(struct cso_handle *handle, const struct cso_precache_options *options);
#endif

#if defined(CSO_HOSTED)
/**
 * Decodes the whole image, checks all checksums that its format has, and computes digests of the
 * image. options may be NULL, which selects all defaults. Other threads may use the handle during
 * this call.
 *
 * digests may be NULL, which means that no digest is computed. Otherwise set digests->struct_size.
 *
 * If several blocks are damaged, the function returns the code of the first one, and
 * cso_last_error() describes that block. Returns the codes of cso_read_sector() if the file is
 * damaged or cannot be read. Returns CSO_ERR_DIGEST if the MD5 in the header of a JISO file does
 * not match. Returns CSO_ERR_CANCELLED if the progress callback cancels.
 */
cso_status cso_verify(struct cso_handle *handle,
                      const struct cso_verify_options *options,
                      struct cso_digests *digests);
#endif

#if defined(CSO_HOSTED)
/**
 * Compresses the image in the file at input into the file at output. The input may have any format
 * that the library reads. options may be NULL, which selects all defaults: CSO version 1 and
 * blocks of 2048 bytes.
 *
 * The output is written to a temporary file in the same directory, flushed to the device and then
 * renamed to output. If the call fails or is cancelled, an existing output is unchanged and the
 * temporary file is removed. The bytes of the output do not depend on the number of threads.
 *
 * Returns CSO_ERR_SAME_FILE if input and output are the same file. Returns CSO_ERR_ALREADY_EXISTS
 * if the output exists and the flag CSO_COMPRESS_KEEP_EXISTING is set. Returns CSO_ERR_BLOCK_SIZE
 * if the format does not allow options->block_size. Returns CSO_ERR_TOO_LARGE if the format cannot
 * hold the image. Returns CSO_ERR_WRITE or CSO_ERR_NO_SPACE if writing fails. Returns
 * CSO_ERR_MISMATCH if a block does not decode to the original data. Returns CSO_ERR_CANCELLED if
 * the progress callback cancels. Returns the codes of cso_open() and cso_read_sector() if the
 * input cannot be opened or read.
 */
cso_status cso_compress_file(const char *input,
                             const char *output,
                             const struct cso_compress_options *options);
#endif

#if defined(CSO_HOSTED)
/**
 * Compresses an open image into a sink. options may be NULL, which selects all defaults. Other
 * threads may use the handle during this call.
 *
 * Returns CSO_ERR_WRITE if the sink fails. Returns CSO_ERR_BLOCK_SIZE, CSO_ERR_TOO_LARGE,
 * CSO_ERR_MISMATCH, CSO_ERR_CANCELLED and the codes of cso_read_sector() in the same cases as
 * cso_compress_file(). After a failure, options->error and cso_last_error() both contain the
 * details.
 */
cso_status cso_compress(struct cso_handle *handle,
                        const struct cso_sink *sink,
                        const struct cso_compress_options *options);
#endif

#if defined(CSO_HOSTED)
/**
 * Reads the image in the file at the path input and writes it, uncompressed, to the file at the
 * path output. The input may have any format that the library reads. options may be NULL, which
 * selects all defaults.
 *
 * As with cso_compress_file(), the output is first written to a temporary file. Returns the codes
 * of cso_compress_file(), except CSO_ERR_TOO_LARGE and CSO_ERR_MISMATCH. Returns
 * CSO_ERR_ALREADY_EXISTS only if the flag CSO_DECOMPRESS_KEEP_EXISTING is set.
 */
cso_status cso_decompress_file(const char *input,
                               const char *output,
                               const struct cso_decompress_options *options);
#endif

#if defined(CSO_HOSTED)
/**
 * Decompresses an open image into a sink. options may be NULL, which selects all defaults. Other
 * threads may use the handle during this call.
 *
 * Returns CSO_ERR_WRITE if the sink fails, CSO_ERR_CANCELLED if the progress callback cancels, and
 * the codes of cso_read_sector() if the image cannot be read. After a failure, options->error and
 * cso_last_error() both contain the details.
 */
cso_status cso_decompress(struct cso_handle *handle,
                          const struct cso_sink *sink,
                          const struct cso_decompress_options *options);
#endif

/**
 * Returns the version of the library as one number: major << 24 | minor << 12 | patch. CSO_VERSION
 * is the version of this header in the same form.
 */
uint32_t cso_version(void);

/**
 * Returns the version of the library as text, for example "0.1.0". The string is constant.
 */
const char *cso_version_string(void);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* CSO_H */
