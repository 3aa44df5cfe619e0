/* Tests sinks: they receive the bytes that a file would have, and each failed write is reported. */

#include "test.h"

struct mock {
    unsigned char *data;
    size_t len, capacity;
    unsigned calls;
    unsigned fail_at; /* number of the call that fails, counted from 1; 0 means none */
};

static int32_t mock_write(void *user, uint64_t offset, const void *data, size_t len)
{
    struct mock *mock = user;
    if (++mock->calls == mock->fail_at)
        return 28;
    CHECK(offset + len <= mock->capacity);
    memcpy(mock->data + offset, data, len);
    if (offset + len > mock->len)
        mock->len = (size_t)offset + len;
    return 0;
}

static struct mock new_mock(void)
{
    struct mock mock;
    memset(&mock, 0, sizeof mock);
    mock.capacity = 2 * IMAGE_SIZE;
    mock.data = calloc(1, mock.capacity);
    CHECK(mock.data != NULL);
    return mock;
}

static cso_sink sink_of(struct mock *mock)
{
    cso_sink sink;
    INIT(sink);
    sink.user = mock;
    sink.write_at = mock_write;
    return sink;
}

static void same_bytes_as_files(cso_handle *iso_handle, const char *iso, const unsigned char *image)
{
    const char *path = in_dir("out");
    size_t i;
    for (i = 0; i < WRITTEN_COUNT; i++) {
        struct mock compressed = new_mock(), decoded = new_mock();
        cso_sink compressed_sink = sink_of(&compressed), decoded_sink = sink_of(&decoded);
        cso_compress_options options;
        cso_summary summary;
        cso_handle *handle;
        INIT(summary);
        INIT(options);
        options.format = WRITTEN[i];
        CHECK_OK(cso_compress_file(iso, path, &options));
        options.summary = &summary;
        CHECK_OK(cso_compress(iso_handle, &compressed_sink, &options));
        CHECK(summary.file_size == compressed.len);
        check_file(path, compressed.data, compressed.len);

        CHECK_OK(cso_open_memory(compressed.data, compressed.len, NULL, &handle));
        CHECK_OK(cso_decompress(handle, &decoded_sink, NULL));
        CHECK(decoded.len == IMAGE_SIZE && memcmp(decoded.data, image, IMAGE_SIZE) == 0);
        cso_close(handle);
        free(compressed.data);
        free(decoded.data);
    }
}

static void each_write_fails_in_turn(cso_handle *handle)
{
    struct mock mock = new_mock();
    cso_sink sink = sink_of(&mock);
    cso_compress_options options;
    cso_error error, last;
    unsigned n;
    INIT(error);
    INIT(last);
    INIT(options);
    options.error = &error;
    for (n = 1;; n++) {
        cso_status status;
        mock.calls = 0;
        mock.fail_at = n;
        status = cso_compress(handle, &sink, &options);
        CHECK(error.status == status);
        if (status == CSO_OK)
            break;
        CHECK_STATUS(status, CSO_ERR_WRITE);
        CHECK(mock.calls == n);
        CHECK(error.os_error == 28 && error.on_output == 1 && error.offset != CSO_NO_OFFSET);
        CHECK_OK(cso_last_error(handle, &last));
        CHECK(memcmp(&error, &last, sizeof error) == 0);
    }
    CHECK(n > 2);
    mock.calls = 0;
    mock.fail_at = 1;
    CHECK_STATUS(cso_decompress(handle, &sink, NULL), CSO_ERR_WRITE);
    free(mock.data);
}

static int32_t stop(void *user, const cso_progress *progress)
{
    (void)user, (void)progress;
    return 1;
}

static void refusals(cso_handle *handle)
{
    struct mock mock = new_mock();
    cso_sink sink = sink_of(&mock);
    cso_compress_options options;
    cso_decompress_options plain;
    INIT(options);
    options.flags = CSO_COMPRESS_ACCEPT_UNRECOGNIZED; /* only for cso_compress_file */
    CHECK_STATUS(cso_compress(handle, &sink, &options), CSO_ERR_ARGUMENT);
    options.flags = CSO_COMPRESS_KEEP_EXISTING;
    CHECK_STATUS(cso_compress(handle, &sink, &options), CSO_ERR_ARGUMENT);
    INIT(plain);
    plain.flags = CSO_DECOMPRESS_ACCEPT_UNRECOGNIZED;
    CHECK_STATUS(cso_decompress(handle, &sink, &plain), CSO_ERR_ARGUMENT);
    sink.reserved = 1;
    CHECK_STATUS(cso_compress(handle, &sink, NULL), CSO_ERR_ARGUMENT);
    sink = sink_of(&mock);
    sink.write_at = NULL;
    CHECK_STATUS(cso_decompress(handle, &sink, NULL), CSO_ERR_ARGUMENT);
    CHECK(mock.calls == 0);

    sink = sink_of(&mock);
    INIT(options);
    options.progress = stop;
    CHECK_STATUS(cso_compress(handle, &sink, &options), CSO_ERR_CANCELLED);
    INIT(plain);
    plain.progress = stop;
    CHECK_STATUS(cso_decompress(handle, &sink, &plain), CSO_ERR_CANCELLED);
    free(mock.data);
}

int main(int argc, char **argv)
{
    unsigned char *image = new_image();
    const char *iso;
    cso_handle *handle;
    set_test_dir(argc, argv);
    iso = in_dir("in.iso");
    write_file(iso, image, IMAGE_SIZE);
    CHECK_OK(cso_open(iso, &handle));
    same_bytes_as_files(handle, iso, image);
    each_write_fails_in_turn(handle);
    refusals(handle);
    cso_close(handle);
    free(image);
    return 0;
}
