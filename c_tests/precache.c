/* Tests cso_precache: later reads do not call the source, at most max_bytes are loaded, and the
 * progress callback can cancel it. */

#include "test.h"

/* A source in memory that counts its reads. */
struct mock {
    const unsigned char *data;
    size_t len;
    unsigned calls;
};

static int64_t read_and_count(void *user, uint64_t offset, void *buf, size_t len)
{
    struct mock *mock = user;
    size_t left = offset < mock->len ? mock->len - (size_t)offset : 0;
    if (len > left)
        len = left;
    mock->calls++;
    memcpy(buf, mock->data + (mock->len - left), len);
    return (int64_t)len;
}

static int64_t file_size(void *user)
{
    return (int64_t)((struct mock *)user)->len;
}

static cso_handle *open_counting_source(struct mock *mock)
{
    cso_source source;
    cso_handle *handle;
    INIT(source);
    source.user = mock;
    source.read_at = read_and_count;
    source.size = file_size;
    CHECK_OK(cso_open_source(&source, NULL, &handle));
    return handle;
}

struct watch {
    uint64_t done, total;
    int stop;
};

static int32_t record_progress(void *user, const cso_progress *progress)
{
    struct watch *watch = user;
    CHECK(progress->done >= watch->done && progress->total == watch->total);
    CHECK(progress->written == 0);
    watch->done = progress->done;
    return watch->stop;
}

/* Reads the whole image in parts that do not begin where blocks begin. */
static void check_reads(cso_handle *handle, const unsigned char *image)
{
    unsigned char part[5000];
    size_t at, got;
    for (at = 0; at < IMAGE_SIZE; at += got) {
        CHECK_OK(cso_read_at(handle, at, part, sizeof part, &got));
        CHECK(got == (IMAGE_SIZE - at < sizeof part ? IMAGE_SIZE - at : sizeof part));
        CHECK(memcmp(part, image + at, got) == 0);
    }
}

static void check(const char *path, uint32_t flags, const unsigned char *image)
{
    struct mock mock = {NULL, 0, 0};
    struct watch watch = {0, 0, 0};
    cso_precache_options options;
    cso_handle *handle;
    unsigned char *data = read_file(path, &mock.len);
    unsigned calls;
    mock.data = data;
    handle = open_counting_source(&mock);
    INIT(options);
    options.flags = flags;
    options.progress = record_progress;
    options.user = &watch;
    watch.total = flags & CSO_PRECACHE_DECODED ? IMAGE_SIZE : mock.len;

    options.max_bytes = watch.total - 1;
    CHECK_STATUS(cso_precache(handle, &options), CSO_ERR_OUT_OF_MEMORY);
    options.max_bytes = watch.total;
    watch.stop = 1;
    CHECK_STATUS(cso_precache(handle, &options), CSO_ERR_CANCELLED);
    check_reads(handle, image);

    watch.stop = 0;
    watch.done = 0;
    CHECK_OK(cso_precache(handle, &options));
    CHECK(watch.done == watch.total);
    calls = mock.calls;
    check_reads(handle, image);
    CHECK_OK(cso_precache(handle, &options));
    CHECK(mock.calls == calls);
    CHECK_OK(cso_verify(handle, NULL, NULL));
    cso_close(handle);
    free(data);
}

static void refused(const char *path)
{
    cso_precache_options options;
    cso_handle *handle;
    CHECK_OK(cso_open(path, &handle));
    INIT(options);
    options.flags = 2;
    CHECK_STATUS(cso_precache(handle, &options), CSO_ERR_ARGUMENT);
    INIT(options);
    options.reserved = 1;
    CHECK_STATUS(cso_precache(handle, &options), CSO_ERR_ARGUMENT);
    INIT(options);
    options.threads = CSO_MAX_THREADS + 1;
    CHECK_STATUS(cso_precache(handle, &options), CSO_ERR_ARGUMENT);
    CHECK_OK(cso_precache(handle, NULL));
    cso_close(handle);
}

int main(int argc, char **argv)
{
    unsigned char *image = new_image();
    const char *iso, *path;
    size_t f;
    set_test_dir(argc, argv);
    iso = in_dir("in.iso");
    path = in_dir("compressed");
    write_file(iso, image, IMAGE_SIZE);
    for (f = 0; f < WRITTEN_COUNT; f++) {
        cso_compress_options options;
        INIT(options);
        options.format = WRITTEN[f];
        CHECK_OK(cso_compress_file(iso, path, &options));
        check(path, 0, image);
        check(path, CSO_PRECACHE_DECODED, image);
    }
    check(iso, CSO_PRECACHE_DECODED, image);
    refused(path);
    free(image);
    return 0;
}
