/* Tests struct sizes of older and newer programs, ranges of fields, and unknown flags. */

#include "test.h"

static unsigned char *file;

/* A struct followed by fields that this version does not have. */
struct longer {
    union {
        uint32_t struct_size;
        cso_source source;
        cso_open_options open;
        cso_compress_options compress;
        cso_decompress_options decompress;
        cso_verify_options verify;
        cso_sink sink;
        cso_error error;
        cso_info info;
        cso_block block;
        cso_digests digests;
        cso_summary summary;
    } known;
    unsigned char tail[64];
};

/* Invalid sizes: not set, smaller than struct_size itself, and uninitialized memory. */
static const uint32_t IMPOSSIBLE[] = {0, 1, 3, 4097, 0xEEEEEEEEu};
#define IMPOSSIBLE_COUNT (sizeof IMPOSSIBLE / sizeof *IMPOSSIBLE)

/* One function for each input struct. The struct is valid except for its size and added fields. */
typedef cso_status (*input_call)(const struct longer *in);

static cso_status with_open_options(const struct longer *in)
{
    cso_handle *handle;
    cso_status status = cso_open_memory(file, STORED_SIZE, &in->known.open, &handle);
    CHECK((status == CSO_OK) == (handle != NULL));
    cso_close(handle);
    return status;
}

static int64_t read_memory(void *user, uint64_t offset, void *buf, size_t len)
{
    size_t count = offset < STORED_SIZE ? STORED_SIZE - (size_t)offset : 0;
    if (count > len)
        count = len;
    memcpy(buf, (const unsigned char *)user + offset, count);
    return (int64_t)count;
}

static int64_t memory_size(void *user)
{
    (void)user;
    return STORED_SIZE;
}

static cso_status with_source(const struct longer *in)
{
    cso_handle *handle;
    cso_status status = cso_open_source(&in->known.source, NULL, &handle);
    cso_close(handle);
    return status;
}

static cso_status with_compress_options(const struct longer *in)
{
    return cso_compress_file(in_dir("in.iso"), in_dir("out"), &in->known.compress);
}

static cso_status with_decompress_options(const struct longer *in)
{
    return cso_decompress_file(in_dir("in.iso"), in_dir("out"), &in->known.decompress);
}

static int32_t discard(void *user, uint64_t offset, const void *data, size_t len)
{
    (void)user, (void)offset, (void)data, (void)len;
    return 0;
}

static cso_status with_sink(const struct longer *in)
{
    cso_handle *handle;
    cso_status status;
    CHECK_OK(cso_open_memory(file, STORED_SIZE, NULL, &handle));
    status = cso_decompress(handle, &in->known.sink, NULL);
    cso_close(handle);
    return status;
}

static cso_status with_verify_options(const struct longer *in)
{
    cso_handle *handle;
    cso_status status;
    CHECK_OK(cso_open_memory(file, STORED_SIZE, NULL, &handle));
    status = cso_verify(handle, &in->known.verify, NULL);
    cso_close(handle);
    return status;
}

static cso_status with_error(const struct longer *in)
{
    char line[100];
    return cso_error_message(&in->known.error, line, sizeof line) != 0 ? CSO_OK
                                                                       : CSO_ERR_ARGUMENT;
}

/* Tests the struct `in` of `size` bytes, whose first `least` bytes hold the required fields. */
static void check_input(input_call call, struct longer in, size_t size, size_t least)
{
    struct longer changed;
    size_t i;
    in.known.struct_size = (uint32_t)size;
    CHECK_OK(call(&in));
    for (i = 0; i < IMPOSSIBLE_COUNT; i++) {
        changed = in;
        changed.known.struct_size = IMPOSSIBLE[i];
        CHECK_STATUS(call(&changed), CSO_ERR_ARGUMENT);
    }
    /* An older program: bytes after its struct are not read. */
    for (i = least; i < size; i += 4) {
        changed = in;
        memset((unsigned char *)&changed + i, 0xEE, sizeof changed - i);
        changed.known.struct_size = (uint32_t)i;
        CHECK_OK(call(&changed));
    }
    /* A newer program: all bytes of unknown fields must be 0. */
    for (i = size + 1; i <= size + sizeof in.tail; i += 7) {
        changed = in;
        memset((unsigned char *)&changed + size, 0xEE, sizeof changed - size);
        memset((unsigned char *)&changed + size, 0, i - size);
        changed.known.struct_size = (uint32_t)i;
        CHECK_OK(call(&changed));
        ((unsigned char *)&changed)[i - 1] = 1;
        CHECK_STATUS(call(&changed), CSO_ERR_ARGUMENT);
    }
}

static struct longer zeroed(void)
{
    struct longer in;
    memset(&in, 0, sizeof in);
    return in;
}

static void inputs(void)
{
    struct longer in = zeroed();
    check_input(with_open_options, zeroed(), sizeof(cso_open_options), 4);
    check_input(with_compress_options, zeroed(), sizeof(cso_compress_options), 4);
    check_input(with_decompress_options, zeroed(), sizeof(cso_decompress_options), 4);
    check_input(with_verify_options, zeroed(), sizeof(cso_verify_options), 4);
    check_input(with_error, zeroed(), sizeof(cso_error), 4);
    in.known.source.user = file;
    in.known.source.read_at = read_memory;
    in.known.source.size = memory_size;
    check_input(with_source, in, sizeof(cso_source), offsetof(cso_source, close));
    in = zeroed();
    in.known.sink.write_at = discard;
    check_input(with_sink, in, sizeof(cso_sink), sizeof(cso_sink));
}

/* One function for each output struct. */
typedef cso_status (*output_call)(cso_handle *handle, struct longer *out);

static cso_status info_out(cso_handle *handle, struct longer *out)
{
    return cso_get_info(handle, &out->known.info);
}

static cso_status probe_out(cso_handle *handle, struct longer *out)
{
    (void)handle;
    return cso_probe(file, CSO_PROBE_SIZE, &out->known.info);
}

static cso_status block_out(cso_handle *handle, struct longer *out)
{
    return cso_get_block(handle, 1, &out->known.block);
}

static cso_status last_error_out(cso_handle *handle, struct longer *out)
{
    return cso_last_error(handle, &out->known.error);
}

static cso_status error_out(cso_handle *handle, struct longer *out)
{
    cso_open_options options;
    cso_handle *opened;
    cso_status status;
    (void)handle;
    INIT(options);
    options.error = &out->known.error;
    status = cso_open_memory(file, STORED_SIZE, &options, &opened);
    cso_close(opened);
    return status;
}

static cso_status digests_out(cso_handle *handle, struct longer *out)
{
    return cso_verify(handle, NULL, &out->known.digests);
}

static cso_status summary_out(cso_handle *handle, struct longer *out)
{
    cso_compress_options options;
    (void)handle;
    INIT(options);
    options.summary = &out->known.summary;
    return cso_compress_file(in_dir("in.iso"), in_dir("out"), &options);
}

static void check_output(output_call call, cso_handle *handle, size_t size)
{
    struct longer whole, out;
    size_t i, stated;
    memset(&whole, 0xEE, sizeof whole);
    whole.known.struct_size = (uint32_t)size;
    CHECK_OK(call(handle, &whole));
    for (i = 0; i < IMPOSSIBLE_COUNT; i++) {
        memset(&out, 0xEE, sizeof out);
        out.known.struct_size = IMPOSSIBLE[i];
        CHECK_STATUS(call(handle, &out), CSO_ERR_ARGUMENT);
        for (stated = 4; stated < sizeof out; stated++)
            CHECK(((unsigned char *)&out)[stated] == 0xEE);
    }
    for (stated = 4; stated <= size + sizeof out.tail; stated += 4) {
        memset(&out, 0xEE, sizeof out);
        out.known.struct_size = (uint32_t)stated;
        CHECK_OK(call(handle, &out));
        CHECK(out.known.struct_size == stated);
        for (i = 4; i < sizeof out; i++) {
            unsigned char byte = ((unsigned char *)&out)[i];
            if (i >= stated)
                CHECK(byte == 0xEE); /* past the end of the struct */
            else if (i >= size)
                CHECK(byte == 0); /* unknown fields are set to 0 */
            else
                CHECK(byte == ((unsigned char *)&whole)[i]);
        }
    }
}

static void outputs(void)
{
    cso_handle *handle;
    CHECK_OK(cso_open_memory(file, STORED_SIZE, NULL, &handle));
    check_output(info_out, handle, sizeof(cso_info));
    check_output(probe_out, handle, sizeof(cso_info));
    check_output(block_out, handle, sizeof(cso_block));
    check_output(error_out, handle, sizeof(cso_error));
    check_output(digests_out, handle, sizeof(cso_digests));
    check_output(summary_out, handle, sizeof(cso_summary));
    cso_close(handle);
    /* A new handle, because each invalid size above has set the last error of the other one. */
    CHECK_OK(cso_open_memory(file, STORED_SIZE, NULL, &handle));
    check_output(last_error_out, handle, sizeof(cso_error));
    cso_close(handle);
}

/* Sets one field at a time to a value out of its range. */
static void ranges(void)
{
    static const struct {
        cso_compress_options options;
        cso_status status;
    } CASES[] = {
        {{.flags = 64}, CSO_ERR_ARGUMENT},
        {{.flags = 0x80000000u}, CSO_ERR_ARGUMENT},
        {{.format = CSO_FORMAT_ISO}, CSO_ERR_ARGUMENT},
        {{.format = CSO_FORMAT_JISO}, CSO_ERR_ARGUMENT},
        {{.format = 7}, CSO_ERR_ARGUMENT},
        {{.format = UINT32_MAX}, CSO_ERR_ARGUMENT},
        {{.block_size = 1024}, CSO_ERR_BLOCK_SIZE},
        {{.block_size = 3000}, CSO_ERR_BLOCK_SIZE},
        {{.block_size = 2352}, CSO_ERR_BLOCK_SIZE},
        {{.block_size = 2 * CSO_MAX_BLOCK_SIZE}, CSO_ERR_BLOCK_SIZE},
        {{.format = CSO_FORMAT_DAX, .block_size = 2048}, CSO_ERR_BLOCK_SIZE},
        {{.level = CSO_MAX_LEVEL + 1}, CSO_ERR_ARGUMENT},
        {{.level = UINT32_MAX}, CSO_ERR_ARGUMENT},
        {{.threads = CSO_MAX_THREADS + 1}, CSO_ERR_ARGUMENT},
        {{.stored_cost = CSO_MAX_COST + 1}, CSO_ERR_ARGUMENT},
        {{.lz4_cost = CSO_MAX_COST + 1}, CSO_ERR_ARGUMENT},
        {{.block_size = CSO_MAX_BLOCK_SIZE}, CSO_OK},
        {{.format = CSO_FORMAT_DAX, .block_size = 8192}, CSO_OK},
    };
    const char *out = in_dir("ranges");
    cso_decompress_options decompress;
    cso_verify_options verify;
    cso_open_options open;
    unsigned char sector[CSO_SECTOR_SIZE];
    cso_handle *handle;
    size_t i;
    for (i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        cso_compress_options options = CASES[i].options;
        options.struct_size = sizeof options;
        remove(out);
        CHECK_STATUS(cso_compress_file(in_dir("in.iso"), out, &options), CASES[i].status);
        CHECK(file_exists(out) == (CASES[i].status == CSO_OK));
    }
    remove(out);
    INIT(decompress);
    decompress.flags = 4;
    CHECK_STATUS(cso_decompress_file(in_dir("in.iso"), out, &decompress), CSO_ERR_ARGUMENT);
    INIT(decompress);
    decompress.reserved = 1;
    CHECK_STATUS(cso_decompress_file(in_dir("in.iso"), out, &decompress), CSO_ERR_ARGUMENT);
    INIT(decompress);
    decompress.threads = CSO_MAX_THREADS + 1;
    CHECK_STATUS(cso_decompress_file(in_dir("in.iso"), out, &decompress), CSO_ERR_ARGUMENT);
    CHECK(!file_exists(out));

    INIT(open);
    open.flags = 8;
    CHECK_STATUS(cso_open_memory(file, STORED_SIZE, &open, &handle), CSO_ERR_ARGUMENT);
    INIT(open);
    open.threads = CSO_MAX_THREADS + 1;
    CHECK_STATUS(cso_open_memory(file, STORED_SIZE, &open, &handle), CSO_ERR_ARGUMENT);
    INIT(open);
    open.decode_ahead = CSO_MAX_DECODE_AHEAD + 1;
    CHECK_STATUS(cso_open_memory(file, STORED_SIZE, &open, &handle), CSO_ERR_ARGUMENT);
    INIT(open);
    open.reserved = 1;
    CHECK_STATUS(cso_open_memory(file, STORED_SIZE, &open, &handle), CSO_ERR_ARGUMENT);
    INIT(open);
    open.index_page_blocks = UINT32_MAX; /* more blocks than the image has */
    CHECK_OK(cso_open_memory(file, STORED_SIZE, &open, &handle));
    cso_close(handle);

    /* With CSO_OPEN_CHECK_INDEX, opening reports a damaged index. Otherwise the read reports it. */
    put32(file + 24 + 4 * 5, 0);
    INIT(open);
    open.flags = CSO_OPEN_CHECK_INDEX;
    CHECK_STATUS(cso_open_memory(file, STORED_SIZE, &open, &handle), CSO_ERR_INDEX_ORDER);
    CHECK_OK(cso_open_memory(file, STORED_SIZE, NULL, &handle));
    CHECK_STATUS(cso_read_sector(handle, 4, sector), CSO_ERR_INDEX_ORDER);
    CHECK_OK(cso_read_sector(handle, 3, sector));
    cso_close(handle);
    put32(file + 24 + 4 * 5, STORED_BLOCK(5) | 0x80000000u);
    open.index_page_blocks = 3;
    CHECK_OK(cso_open_memory(file, STORED_SIZE, &open, &handle));
    INIT(verify);
    verify.reserved = 1;
    CHECK_STATUS(cso_verify(handle, &verify, NULL), CSO_ERR_ARGUMENT);
    INIT(verify);
    verify.threads = CSO_MAX_THREADS + 1;
    CHECK_STATUS(cso_verify(handle, &verify, NULL), CSO_ERR_ARGUMENT);
    cso_close(handle);
}

int main(int argc, char **argv)
{
    unsigned char *image = new_image();
    set_test_dir(argc, argv);
    file = new_stored_cso();
    /* A small image, because it is compressed several hundred times. */
    write_file(in_dir("in.iso"), image, 20 * CSO_SECTOR_SIZE);
    free(image);
    inputs();
    outputs();
    ranges();
    free(file);
    return 0;
}
