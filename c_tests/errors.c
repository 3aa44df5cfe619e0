/* Causes every status that a caller can cause, and tests the error messages. */

#define _POSIX_C_SOURCE 200809L

#include "test.h"
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static unsigned char *stored;
static const char *iso, *out;

/* returned[-status] is 1 if a call has returned the status. */
static unsigned char returned[64];

static void record(cso_status got, cso_status wanted, int line)
{
    check_status(got, wanted, "the call in this line", __FILE__, line);
    returned[-wanted] = 1;
}

#define EXPECT(call, wanted) record((call), (wanted), __LINE__)

/* Opens the bytes as a file, reads the whole image and verifies it. Returns the first failure. */
static cso_status try_bytes(const unsigned char *bytes, size_t len)
{
    static unsigned char buf[IMAGE_SECTORS * CSO_SECTOR_SIZE];
    cso_handle *handle;
    cso_status status = cso_open_memory(bytes, len, NULL, &handle);
    cso_info info;
    if (status != CSO_OK) {
        CHECK(handle == NULL);
        return status;
    }
    INIT(info);
    CHECK_OK(cso_get_info(handle, &info));
    CHECK(info.sectors <= IMAGE_SECTORS);
    status = cso_read_sectors(handle, 0, info.sectors, buf);
    if (status == CSO_OK)
        status = cso_verify(handle, NULL, NULL);
    else
        CHECK(cso_verify(handle, NULL, NULL) == status);
    cso_close(handle);
    return status;
}

/* Changes of one field of the file: `width` bytes, 1 or 4, at offset `place`. */
static const struct {
    size_t place;
    int width;
    uint32_t value;
    cso_status status;
} CHANGES[] = {
    {0, 1, 'X', CSO_ERR_UNKNOWN_FORMAT},
    {0, 1, 'C', CSO_OK},
    {8, 4, 0, CSO_ERR_IMAGE_SIZE},
    {12, 4, 0xFFFFFFFFu, CSO_ERR_IMAGE_SIZE},
    {16, 4, 3000, CSO_ERR_BLOCK_SIZE},
    {16, 4, 0, CSO_ERR_BLOCK_SIZE},
    {20, 1, 3, CSO_ERR_VERSION},
    {21, 1, 21, CSO_ERR_INDEX_SHIFT},
    {24, 4, 24, CSO_ERR_INDEX_OVERLAP},
    {24 + 4 * 6, 4, STORED_BLOCK(5) - 1, CSO_ERR_INDEX_ORDER},
    {24 + 4 * 5, 4, 0x7FFFFFFF, CSO_ERR_INDEX_RANGE},
    {24 + 4 * 5, 4, STORED_BLOCK(4) + 10, CSO_ERR_BLOCK_LENGTH},
    {24 + 4 * IMAGE_SECTORS, 4, STORED_SIZE + 1, CSO_ERR_TRUNCATED},
};

static void changed_fields(void)
{
    unsigned char *bytes = malloc(STORED_SIZE);
    size_t i;
    CHECK(bytes != NULL);
    for (i = 0; i < sizeof CHANGES / sizeof *CHANGES; i++) {
        memcpy(bytes, stored, STORED_SIZE);
        if (CHANGES[i].width == 1)
            bytes[CHANGES[i].place] = (unsigned char)CHANGES[i].value;
        else
            put32(bytes + CHANGES[i].place, CHANGES[i].value);
        EXPECT(try_bytes(bytes, STORED_SIZE), CHANGES[i].status);
    }
    free(bytes);
    EXPECT(try_bytes(stored, STORED_SIZE - 1), CSO_ERR_TRUNCATED);
    EXPECT(try_bytes(stored, 23), CSO_ERR_TRUNCATED);
    EXPECT(try_bytes(stored, 0), CSO_ERR_EMPTY);
}

/* Makes a file of a format that has the header of CSO, with one sector and the given block. */
static size_t one_block(unsigned char *file, const char *magic, uint32_t header_size,
                        const unsigned char *block, size_t len)
{
    memset(file, 0, 32);
    memcpy(file, magic, 4);
    put32(file + 4, header_size);
    put32(file + 8, 2048);
    put32(file + 16, 2048);
    file[20] = 1;
    put32(file + 24, 32);
    put32(file + 28, 32 + (uint32_t)len);
    memcpy(file + 32, block, len);
    return 32 + len;
}

static void damaged_blocks(void)
{
    static const unsigned char nothing[] = {1, 0, 0, 0xFF, 0xFF}; /* deflate stream of 0 bytes */
    static unsigned char junk[64];
    unsigned char file[128];
    memset(junk, 0xFF, sizeof junk);
    EXPECT(try_bytes(file, one_block(file, "CISO", 24, junk, sizeof junk)), CSO_ERR_BLOCK_DATA);
    EXPECT(try_bytes(file, one_block(file, "CISO", 24, nothing, sizeof nothing)),
         CSO_ERR_BLOCK_SHORT);
    EXPECT(try_bytes(file, one_block(file, "ZISO", 32, junk, sizeof junk)), CSO_ERR_HEADER_SIZE);
}

/* LZO1X data: 2048 literals and the end marker. */
static void foreign_lzo(void)
{
    unsigned char block[2060], file[2100];
    memset(block, 0, sizeof block);
    block[8] = 2048 - 18 - 7 * 255;
    block[2057] = 0x11;
    EXPECT(try_bytes(file, one_block(file, "ZISO", 24, block, sizeof block)),
         CSO_ERR_FOREIGN_LZO_ZISO);
}

static void foreign_gamecube(void)
{
    unsigned char file[64] = "CISO";
    put32(file + 4, 2 << 20);
    file[8] = 1;
    EXPECT(try_bytes(file, sizeof file), CSO_ERR_FOREIGN_GAMECUBE);
}

static void foreign_xbox(void)
{
    unsigned char *file = new_stored_cso();
    uint32_t i;
    file[20] = 2; /* version 2, blocks at multiples of 4 bytes */
    file[21] = 2;
    for (i = 0; i <= IMAGE_SECTORS; i++)
        put32(file + 24 + 4 * i, STORED_BLOCK(i) / 4);
    EXPECT(try_bytes(file, STORED_SIZE), CSO_OK);
    memcpy(file + STORED_BLOCK(32), "MICROSOFT*XBOX*MEDIA", 20);
    EXPECT(try_bytes(file, STORED_SIZE), CSO_ERR_FOREIGN_XBOX);
    free(file);
}

/* A DAX file of one block of zeros: a zlib stream with one stored deflate block. */
static void dax(void)
{
    static unsigned char file[38 + 8203];
    memset(file, 0, sizeof file);
    memcpy(file, "DAX", 4);
    put32(file + 4, 8192);
    put32(file + 32, 38);
    put16(file + 36, 8203);
    memcpy(file + 38, "\x78\x01\x01\x00\x20\xFF\xDF", 7);
    put32(file + 38 + 8199, 0x01000020); /* Adler-32 of 8192 zeros, big-endian: 20 00 00 01 */
    EXPECT(try_bytes(file, sizeof file), CSO_OK);
    file[sizeof file - 1] ^= 1;
    EXPECT(try_bytes(file, sizeof file), CSO_ERR_CHECKSUM);
    file[8] = 1;
    file[12] = 2; /* more stored areas than blocks */
    EXPECT(try_bytes(file, sizeof file), CSO_ERR_NC_TABLE);
}

/* A JISO file of one stored block of zeros. */
static void jiso(void)
{
    static unsigned char file[56 + 2048];
    cso_handle *handle;
    cso_info info;
    memset(file, 0, sizeof file);
    memcpy(file, "JISO", 4);
    put16(file + 6, 2048);
    file[10] = 1;
    put32(file + 12, 2048);
    put32(file + 32, 48);
    put32(file + 48, 56);
    put32(file + 52, sizeof file);
    EXPECT(try_bytes(file, sizeof file), CSO_OK);
    /* MD5 of 2048 zeros, computed with md5sum of coreutils. */
    memcpy(file + 16, "\xC9\x9A\x74\xC5\x55\x37\x1A\x43\x3D\x12\x1F\x55\x1D\x6C\x63\x98", 16);
    EXPECT(try_bytes(file, sizeof file), CSO_OK);
    CHECK_OK(cso_open_memory(file, sizeof file, NULL, &handle));
    INIT(info);
    CHECK_OK(cso_get_info(handle, &info));
    CHECK(info.has_md5 == 1 && memcmp(info.md5, file + 16, 16) == 0);
    cso_close(handle);
    file[16] ^= 1;
    EXPECT(try_bytes(file, sizeof file), CSO_ERR_DIGEST);
    file[10] = 2;
    EXPECT(try_bytes(file, sizeof file), CSO_ERR_METHOD);
}

/* A source of any length that contains a header and then only zeros. */
struct zeros {
    const unsigned char *head;
    size_t head_len;
    int64_t size;
    int64_t failure;
};

static int64_t zeros_read(void *user, uint64_t offset, void *buf, size_t len)
{
    const struct zeros *zeros = user;
    size_t i;
    if (zeros->failure != 0)
        return zeros->failure;
    memset(buf, 0, len);
    for (i = 0; i < len && offset + i < zeros->head_len; i++)
        ((unsigned char *)buf)[i] = zeros->head[offset + i];
    return (int64_t)len;
}

static int64_t zeros_size(void *user)
{
    return ((const struct zeros *)user)->size;
}

static cso_status open_zeros(struct zeros *zeros, cso_handle **handle)
{
    cso_open_options options;
    cso_source source;
    INIT(options);
    options.flags = CSO_OPEN_ACCEPT_UNRECOGNIZED | CSO_OPEN_CHECK_INDEX;
    INIT(source);
    source.user = zeros;
    source.read_at = zeros_read;
    source.size = zeros_size;
    return cso_open_source(&source, &options, handle);
}

static int32_t full(void *user, uint64_t offset, const void *data, size_t len)
{
    (void)user, (void)offset, (void)data, (void)len;
    return 5;
}

static int32_t stop(void *user, const cso_progress *progress)
{
    (void)user, (void)progress;
    return 1;
}

static void sources_and_sinks(void)
{
    struct zeros zeros = {NULL, 0, 5000000000, 0};
    cso_compress_options options;
    cso_verify_options verify;
    cso_handle *handle;
    cso_sink sink;
    char buf[CSO_SECTOR_SIZE];
    INIT(sink);
    sink.write_at = full;
    INIT(options);
    CHECK_OK(open_zeros(&zeros, &handle));
    options.format = CSO_FORMAT_DAX;
    EXPECT(cso_compress(handle, &sink, &options), CSO_ERR_TOO_LARGE);
    EXPECT(cso_decompress(handle, &sink, NULL), CSO_ERR_WRITE);
    INIT(verify);
    verify.progress = stop;
    EXPECT(cso_verify(handle, &verify, NULL), CSO_ERR_CANCELLED);
    EXPECT(cso_read_sector(handle, UINT32_MAX, buf), CSO_ERR_OUT_OF_RANGE);
    EXPECT(cso_read_sector(handle, 0, NULL), CSO_ERR_ARGUMENT);
    zeros.failure = -1;
    EXPECT(cso_read_sector(handle, 0, buf), CSO_ERR_READ);
    cso_close(handle);
}

/* Returns the bytes of address space in use, or 0 if the system does not report them. */
static rlim_t address_space(void)
{
    FILE *file = fopen("/proc/self/statm", "r");
    unsigned long pages = 0;
    if (file != NULL) {
        CHECK(fscanf(file, "%lu", &pages) == 1);
        CHECK(fclose(file) == 0);
    }
    return (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE);
}

/* Limits the memory and opens a file with an index of 6 GiB. */
static void out_of_memory(void)
{
    unsigned char head[28] = "CISO";
    struct zeros zeros = {head, sizeof head, (int64_t)1 << 42, 0};
    struct rlimit before, small;
    cso_handle *handle;
    cso_status status;
    uint64_t blocks = 3u << 29;
    rlim_t in_use = address_space();
    if (in_use == 0) { /* a system without /proc may not enforce the limit, so skip the test */
        returned[-CSO_ERR_OUT_OF_MEMORY] = 1;
        return;
    }
    put32(head + 8, (uint32_t)(blocks << 11));
    put32(head + 12, (uint32_t)(blocks >> 21));
    put32(head + 16, 2048);
    head[20] = 1;
    head[21] = 10;
    put32(head + 24, 0x7FFFFFFF);
    CHECK(getrlimit(RLIMIT_AS, &before) == 0);
    small = before;
    small.rlim_cur = in_use + ((rlim_t)64 << 20);
    CHECK(setrlimit(RLIMIT_AS, &small) == 0);
    status = open_zeros(&zeros, &handle);
    CHECK(setrlimit(RLIMIT_AS, &before) == 0);
    EXPECT(status, CSO_ERR_OUT_OF_MEMORY);
}

static void files(void)
{
    cso_compress_options options;
    cso_handle *handle;
    const char *pipe = in_dir("pipe");
    INIT(options);
    EXPECT(cso_open(in_dir("missing"), &handle), CSO_ERR_NOT_FOUND);
    EXPECT(cso_open(test_dir, &handle), CSO_ERR_IS_DIRECTORY);
    CHECK(mkfifo(pipe, 0600) == 0);
    EXPECT(cso_open(pipe, &handle), CSO_ERR_NOT_A_FILE);
    EXPECT(cso_compress_file(iso, iso, NULL), CSO_ERR_SAME_FILE);
    options.flags = CSO_COMPRESS_KEEP_EXISTING;
    write_file(out, "", 1);
    EXPECT(cso_compress_file(iso, out, &options), CSO_ERR_ALREADY_EXISTS);
    CHECK(handle == NULL);
}

static void permission(void)
{
    cso_handle *handle;
    int root = geteuid() == 0;
    CHECK(chmod(out, 0) == 0);
    if (root) /* root may open any file */
        CHECK(setegid(65534) == 0 && seteuid(65534) == 0);
    EXPECT(cso_open(out, &handle), CSO_ERR_PERMISSION_DENIED);
    if (root)
        CHECK(seteuid(0) == 0 && setegid(0) == 0);
    CHECK(chmod(out, 0600) == 0);
}

static void no_space(void)
{
    struct rlimit before, small;
    cso_compress_options options;
    cso_error error;
    cso_status status;
    const char *none = in_dir("none");
    char line[200];
    INIT(error);
    INIT(options);
    options.error = &error;
    signal(SIGXFSZ, SIG_IGN);
    CHECK(getrlimit(RLIMIT_FSIZE, &before) == 0);
    small = before;
    small.rlim_cur = 20000;
    CHECK(setrlimit(RLIMIT_FSIZE, &small) == 0);
    status = cso_compress_file(iso, none, &options);
    CHECK(setrlimit(RLIMIT_FSIZE, &before) == 0);
    EXPECT(status, CSO_ERR_NO_SPACE);
    CHECK(error.on_output == 1 && error.os_error == EFBIG);
    CHECK(!file_exists(none));
    cso_error_message(&error, line, sizeof line);
    CHECK(strncmp(line, "output: ", 8) == 0);
}

/* Causes an error that otherwise only a defect of the library or of the machine can cause. The
 * library contains this function if it was built for tests with debug assertions. */
#ifdef CSO_TEST_FAULTS
enum { FAULT_PANIC = 1, FAULT_MISMATCH = 2 };
void cso_test_fault(uint32_t fault);

static void handle_fails_after_a_panic(void)
{
    unsigned char sector[CSO_SECTOR_SIZE];
    cso_handle *handle, *other;
    cso_error error;
    INIT(error);
    CHECK_OK(cso_open(iso, &handle));
    CHECK_OK(cso_open(iso, &other));
    CHECK_OK(cso_read_sector(handle, 0, sector));
    memset(sector, 0xEE, sizeof sector);
    cso_test_fault(FAULT_PANIC);
    EXPECT(cso_read_sector(handle, 0, sector), CSO_ERR_INTERNAL);
    EXPECT(cso_read_sector(handle, 0, sector), CSO_ERR_INTERNAL);
    CHECK(sector[0] == 0xEE && sector[sizeof sector - 1] == 0xEE);
    CHECK_OK(cso_last_error(handle, &error));
    CHECK(error.status == CSO_ERR_INTERNAL);
    CHECK_OK(cso_read_sector(other, 0, sector));
    cso_close(handle);
    cso_close(other);
}

/* If a block does not decode to the original, the error names it and the old output is
 * unchanged. */
static void mismatch_leaves_old_output(void)
{
    cso_compress_options options;
    cso_error error;
    INIT(error);
    INIT(options);
    options.error = &error;
    write_file(out, "old", 3);
    cso_test_fault(FAULT_MISMATCH);
    EXPECT(cso_compress_file(iso, out, &options), CSO_ERR_MISMATCH);
    CHECK(error.block < IMAGE_SECTORS && error.on_output == 1);
    check_file(out, "old", 3);
    CHECK_OK(cso_compress_file(iso, out, &options));
    CHECK(error.status == CSO_OK);

    /* Levels below 5 verify blocks only with the flag. */
    options.level = 1;
    cso_test_fault(FAULT_MISMATCH);
    CHECK_OK(cso_compress_file(iso, out, &options));
    options.flags = CSO_COMPRESS_VERIFY;
    EXPECT(cso_compress_file(iso, out, &options), CSO_ERR_MISMATCH);
    options.flags = CSO_COMPRESS_VERIFY | CSO_COMPRESS_NO_VERIFY;
    EXPECT(cso_compress_file(iso, out, &options), CSO_ERR_ARGUMENT);
}

static int cannot_be_caused(cso_status status)
{
    (void)status;
    return 0;
}
#else
static void handle_fails_after_a_panic(void) {}
static void mismatch_leaves_old_output(void) {}

static int cannot_be_caused(cso_status status)
{
    return status == CSO_ERR_INTERNAL || status == CSO_ERR_MISMATCH;
}
#endif

static void every_status_was_returned(void)
{
    int i;
    for (i = 0; i < (int)sizeof returned; i++) {
        const char *name = cso_status_name(-i);
        const char *text = cso_strerror(-i);
        CHECK(text != NULL && text[0] != 0);
        CHECK((name != NULL) == (strcmp(text, "unknown status") != 0));
        if (name != NULL && !returned[i] && !cannot_be_caused(-i)) {
            fprintf(stderr, "no call here returns %s\n", name);
            exit(1);
        }
    }
    CHECK(strcmp(cso_status_name(CSO_OK), "CSO_OK") == 0);
    CHECK(strcmp(cso_status_name(CSO_ERR_DIGEST), "CSO_ERR_DIGEST") == 0);
    CHECK(cso_status_name(1) == NULL && cso_status_name(INT32_MIN) == NULL);
    CHECK(cso_strerror(1) != NULL && cso_strerror(INT32_MIN) != NULL);
    CHECK(cso_format_name(0) == NULL && cso_format_name(UINT32_MAX) == NULL);
    CHECK(strcmp(cso_format_name(CSO_FORMAT_JISO), "JISO") == 0);
}

/* A message is cut at the end of the buffer, and its whole length is returned. */
static void messages(void)
{
    static const char whole[] = "output: block 7 at byte 5000000000: writing failed (os error -3)";
    cso_error error;
    char line[sizeof whole + 8];
    size_t len;
    INIT(error);
    error.status = CSO_ERR_WRITE;
    error.block = 7;
    error.offset = 5000000000;
    error.os_error = -3;
    error.on_output = 1;
    for (len = 0; len <= sizeof line; len++) {
        size_t i, shown = len < sizeof whole ? len : sizeof whole;
        memset(line, 0xEE, sizeof line);
        CHECK(cso_error_message(&error, line, len) == sizeof whole - 1);
        if (shown != 0) {
            CHECK(memcmp(line, whole, shown - 1) == 0);
            CHECK(line[shown - 1] == 0);
        }
        for (i = shown; i < sizeof line; i++)
            CHECK((unsigned char)line[i] == 0xEE);
    }
    INIT(error);
    error.block = CSO_NO_BLOCK;
    error.offset = CSO_NO_OFFSET;
    cso_error_message(&error, line, sizeof line);
    CHECK(strcmp(line, cso_strerror(CSO_OK)) == 0);
    error.status = -999;
    cso_error_message(&error, line, sizeof line);
    CHECK(strcmp(line, cso_strerror(-999)) == 0);
    error.status = CSO_ERR_EMPTY;
    cso_error_message(&error, line, sizeof line);
    CHECK(strcmp(line, cso_strerror(CSO_ERR_EMPTY)) == 0);
}

int main(int argc, char **argv)
{
    set_test_dir(argc, argv);
    stored = new_stored_cso();
    iso = in_dir("in.iso");
    out = in_dir("out");
    write_file(iso, stored + STORED_BLOCK(0), IMAGE_SIZE);
    EXPECT(try_bytes(stored, STORED_SIZE), CSO_OK);
    changed_fields();
    damaged_blocks();
    foreign_lzo();
    foreign_gamecube();
    foreign_xbox();
    dax();
    jiso();
    sources_and_sinks();
    out_of_memory();
    files();
    permission();
    no_space();
    handle_fails_after_a_panic();
    mismatch_leaves_old_output();
    every_status_was_returned();
    messages();
    free(stored);
    return 0;
}
