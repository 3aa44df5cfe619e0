/*
 * A second declaration of the published API: all functions, all numbers, and the offset of each
 * field. If a change of the header would break compiled programs, this file does not compile. If a
 * field is added at the end of a struct, change the size of the struct here.
 */

#include "test.h"

cso_status cso_open(const char *, cso_handle **);
cso_status cso_open_with(const char *, const cso_open_options *, cso_handle **);
cso_status cso_open_fd(int, const cso_open_options *, cso_handle **);
cso_status cso_open_memory(const void *, size_t, const cso_open_options *, cso_handle **);
cso_status cso_open_source(const cso_source *, const cso_open_options *, cso_handle **);
cso_status cso_probe(const void *, size_t, cso_info *);
size_t cso_memory_needed(const void *, size_t, const cso_open_options *);
void cso_close(cso_handle *);
cso_status cso_read_sector(cso_handle *, uint32_t, void *);
cso_status cso_read_sectors(cso_handle *, uint32_t, uint32_t, void *);
cso_status cso_read_at(cso_handle *, uint64_t, void *, size_t, size_t *);
cso_status cso_get_info(cso_handle *, cso_info *);
cso_status cso_get_block(cso_handle *, uint32_t, cso_block *);
cso_status cso_last_error(const cso_handle *, cso_error *);
cso_status cso_compress_file(const char *, const char *, const cso_compress_options *);
cso_status cso_compress(cso_handle *, const cso_sink *, const cso_compress_options *);
cso_status cso_decompress_file(const char *, const char *, const cso_decompress_options *);
cso_status cso_decompress(cso_handle *, const cso_sink *, const cso_decompress_options *);
cso_status cso_verify(cso_handle *, const cso_verify_options *, cso_digests *);
cso_status cso_precache(cso_handle *, const cso_precache_options *);
size_t cso_error_message(const cso_error *, char *, size_t);
const char *cso_strerror(cso_status);
const char *cso_status_name(cso_status);
const char *cso_format_name(uint32_t);
uint32_t cso_version(void);
const char *cso_version_string(void);

/* _Static_assert for C99. */
#define JOIN2(a, b) a##b
#define JOIN(a, b) JOIN2(a, b)
#define ASSERT(condition) typedef char JOIN(assert_, __LINE__)[(condition) ? 1 : -1]

#define SAME_TYPE(a, b) ASSERT(sizeof(a) == sizeof(b) && ((a)-1 < 0) == ((b)-1 < 0))
SAME_TYPE(cso_status, int32_t);

#define P sizeof(void *)
#define AT(type, field, at) ASSERT(offsetof(type, field) == (at))

ASSERT(sizeof(cso_error) == 32);
AT(cso_error, struct_size, 0);
AT(cso_error, status, 4);
AT(cso_error, block, 8);
AT(cso_error, os_error, 12);
AT(cso_error, offset, 16);
AT(cso_error, on_output, 24);
AT(cso_error, reserved, 28);

ASSERT(sizeof(cso_info) == 64);
AT(cso_info, struct_size, 0);
AT(cso_info, format, 4);
AT(cso_info, version, 8);
AT(cso_info, block_size, 12);
AT(cso_info, size, 16);
AT(cso_info, file_size, 24);
AT(cso_info, sectors, 32);
AT(cso_info, blocks, 36);
AT(cso_info, index_shift, 40);
AT(cso_info, has_md5, 44);
AT(cso_info, md5, 48);

ASSERT(sizeof(cso_block) == 24);
AT(cso_block, struct_size, 0);
AT(cso_block, coding, 4);
AT(cso_block, offset, 8);
AT(cso_block, stored_size, 16);
AT(cso_block, size, 20);

ASSERT(sizeof(cso_source) == 8 + 4 * P);
AT(cso_source, struct_size, 0);
AT(cso_source, flags, 4);
AT(cso_source, user, 8);
AT(cso_source, read_at, 8 + P);
AT(cso_source, size, 8 + 2 * P);
AT(cso_source, close, 8 + 3 * P);

ASSERT(sizeof(cso_open_options) == 24 + 3 * P);
AT(cso_open_options, struct_size, 0);
AT(cso_open_options, flags, 4);
AT(cso_open_options, index_page_blocks, 8);
AT(cso_open_options, reserved, 12);
AT(cso_open_options, error, 16);
AT(cso_open_options, memory, 16 + P);
AT(cso_open_options, memory_size, 16 + 2 * P);
AT(cso_open_options, threads, 16 + 3 * P);
AT(cso_open_options, decode_ahead, 20 + 3 * P);
ASSERT(CSO_MAX_DECODE_AHEAD == 16777216);

ASSERT(sizeof(cso_precache_options) == 24 + 2 * P);
AT(cso_precache_options, struct_size, 0);
AT(cso_precache_options, flags, 4);
AT(cso_precache_options, max_bytes, 8);
AT(cso_precache_options, threads, 16);
AT(cso_precache_options, reserved, 20);
AT(cso_precache_options, progress, 24);
AT(cso_precache_options, user, 24 + P);
ASSERT(CSO_PRECACHE_DECODED == 1);

ASSERT(sizeof(cso_progress) == 24);
AT(cso_progress, done, 0);
AT(cso_progress, total, 8);
AT(cso_progress, written, 16);

ASSERT(sizeof(cso_summary) == 40);
AT(cso_summary, struct_size, 0);
AT(cso_summary, blocks, 4);
AT(cso_summary, image_size, 8);
AT(cso_summary, file_size, 16);
AT(cso_summary, stored_blocks, 24);
AT(cso_summary, lz4_blocks, 28);
AT(cso_summary, deflate_blocks, 32);
AT(cso_summary, reserved, 36);

ASSERT(sizeof(cso_compress_options) == 32 + 4 * P);
AT(cso_compress_options, struct_size, 0);
AT(cso_compress_options, flags, 4);
AT(cso_compress_options, format, 8);
AT(cso_compress_options, block_size, 12);
AT(cso_compress_options, level, 16);
AT(cso_compress_options, threads, 20);
AT(cso_compress_options, stored_cost, 24);
AT(cso_compress_options, lz4_cost, 28);
AT(cso_compress_options, progress, 32);
AT(cso_compress_options, user, 32 + P);
AT(cso_compress_options, error, 32 + 2 * P);
AT(cso_compress_options, summary, 32 + 3 * P);

ASSERT(sizeof(cso_decompress_options) == 16 + 4 * P);
AT(cso_decompress_options, struct_size, 0);
AT(cso_decompress_options, flags, 4);
AT(cso_decompress_options, threads, 8);
AT(cso_decompress_options, reserved, 12);
AT(cso_decompress_options, progress, 16);
AT(cso_decompress_options, user, 16 + P);
AT(cso_decompress_options, error, 16 + 2 * P);
AT(cso_decompress_options, summary, 16 + 3 * P);

ASSERT(sizeof(cso_sink) == 8 + 2 * P);
AT(cso_sink, struct_size, 0);
AT(cso_sink, reserved, 4);
AT(cso_sink, user, 8);
AT(cso_sink, write_at, 8 + P);

ASSERT(sizeof(cso_verify_options) == 16 + 2 * P);
AT(cso_verify_options, struct_size, 0);
AT(cso_verify_options, without, 4);
AT(cso_verify_options, threads, 8);
AT(cso_verify_options, reserved, 12);
AT(cso_verify_options, progress, 16);
AT(cso_verify_options, user, 16 + P);

ASSERT(sizeof(cso_digests) == 48);
AT(cso_digests, struct_size, 0);
AT(cso_digests, present, 4);
AT(cso_digests, crc32, 8);
AT(cso_digests, md5, 12);
AT(cso_digests, sha1, 28);

ASSERT(CSO_OK == 0);
ASSERT(CSO_ERR_ARGUMENT == -1);
ASSERT(CSO_ERR_OUT_OF_MEMORY == -2);
ASSERT(CSO_ERR_NOT_FOUND == -3);
ASSERT(CSO_ERR_PERMISSION_DENIED == -4);
ASSERT(CSO_ERR_IS_DIRECTORY == -5);
ASSERT(CSO_ERR_READ == -6);
ASSERT(CSO_ERR_WRITE == -7);
ASSERT(CSO_ERR_NO_SPACE == -8);
ASSERT(CSO_ERR_SAME_FILE == -9);
ASSERT(CSO_ERR_ALREADY_EXISTS == -10);
ASSERT(CSO_ERR_CANCELLED == -11);
ASSERT(CSO_ERR_OUT_OF_RANGE == -12);
ASSERT(CSO_ERR_INTERNAL == -13);
ASSERT(CSO_ERR_NOT_A_FILE == -14);
ASSERT(CSO_ERR_EMPTY == -20);
ASSERT(CSO_ERR_UNKNOWN_FORMAT == -21);
ASSERT(CSO_ERR_TRUNCATED == -22);
ASSERT(CSO_ERR_FOREIGN_GAMECUBE == -23);
ASSERT(CSO_ERR_FOREIGN_XBOX == -24);
ASSERT(CSO_ERR_FOREIGN_LZO_ZISO == -25);
ASSERT(CSO_ERR_HEADER_SIZE == -26);
ASSERT(CSO_ERR_VERSION == -27);
ASSERT(CSO_ERR_BLOCK_SIZE == -28);
ASSERT(CSO_ERR_INDEX_SHIFT == -29);
ASSERT(CSO_ERR_IMAGE_SIZE == -30);
ASSERT(CSO_ERR_INDEX_ORDER == -31);
ASSERT(CSO_ERR_INDEX_OVERLAP == -32);
ASSERT(CSO_ERR_INDEX_RANGE == -33);
ASSERT(CSO_ERR_BLOCK_LENGTH == -34);
ASSERT(CSO_ERR_NC_TABLE == -35);
ASSERT(CSO_ERR_METHOD == -36);
ASSERT(CSO_ERR_TOO_LARGE == -37);
ASSERT(CSO_ERR_BLOCK_DATA == -40);
ASSERT(CSO_ERR_BLOCK_SHORT == -41);
ASSERT(CSO_ERR_CHECKSUM == -42);
ASSERT(CSO_ERR_MISMATCH == -43);
ASSERT(CSO_ERR_DIGEST == -44);

ASSERT(CSO_FORMAT_ISO == 1 && CSO_FORMAT_CSO_V1 == 2 && CSO_FORMAT_CSO_V2 == 3);
ASSERT(CSO_FORMAT_ZSO == 4 && CSO_FORMAT_DAX == 5 && CSO_FORMAT_JISO == 6);
ASSERT(CSO_CODING_STORED == 1 && CSO_CODING_DEFLATE == 2 && CSO_CODING_ZLIB == 3);
ASSERT(CSO_CODING_LZ4 == 4 && CSO_CODING_LZO == 5);
ASSERT(CSO_SECTOR_SIZE == 2048 && CSO_MIN_BLOCK_SIZE == 2048);
ASSERT(CSO_MAX_BLOCK_SIZE == 16 * 1024 * 1024);
ASSERT(CSO_NO_BLOCK == UINT32_MAX && CSO_NO_OFFSET == UINT64_MAX);
ASSERT(CSO_OPEN_ACCEPT_UNRECOGNIZED == 1 && CSO_OPEN_LOW_MEMORY == 2 && CSO_OPEN_CHECK_INDEX == 4);
ASSERT(CSO_SOURCE_SERIALIZE == 1);
ASSERT(CSO_COMPRESS_NO_VERIFY == 1 && CSO_COMPRESS_PAD == 2 && CSO_COMPRESS_DAX_AREAS == 4);
ASSERT(CSO_COMPRESS_ACCEPT_UNRECOGNIZED == 8 && CSO_COMPRESS_KEEP_EXISTING == 16);
ASSERT(CSO_COMPRESS_VERIFY == 32);
ASSERT(CSO_DECOMPRESS_ACCEPT_UNRECOGNIZED == 1 && CSO_DECOMPRESS_KEEP_EXISTING == 2);
ASSERT(CSO_DIGEST_CRC32 == 1 && CSO_DIGEST_MD5 == 2 && CSO_DIGEST_SHA1 == 4);

/* Functions with the types of the callbacks. */
static int64_t read_at(void *user, uint64_t offset, void *buf, size_t len)
{
    (void)user, (void)offset, (void)buf, (void)len;
    return 0;
}

static int64_t size(void *user)
{
    (void)user;
    return 0;
}

static void close_it(void *user)
{
    (void)user;
}

static int32_t progress(void *user, const cso_progress *how_far)
{
    (void)user, (void)how_far;
    return 0;
}

static int32_t write_at(void *user, uint64_t offset, const void *data, size_t len)
{
    (void)user, (void)offset, (void)data, (void)len;
    return 0;
}

int main(int argc, char **argv)
{
    cso_read_at_fn a = read_at;
    cso_size_fn b = size;
    cso_close_fn c = close_it;
    cso_progress_fn d = progress;
    cso_write_at_fn e = write_at;
    set_test_dir(argc, argv);
    CHECK(a && b && c && d && e);
    return 0;
}
