/* Tests sources: which callbacks are called, in which order, and which statuses their failures
 * cause. */

#include "test.h"

/* A source in memory that can fail and records its calls. */
struct mock {
    const unsigned char *data;
    size_t len;
    unsigned calls;
    unsigned fail_at; /* number of the call that fails, counted from 1; 0 means none */
    int64_t failure;
    size_t most; /* largest number of bytes that a call returns; 0 means no limit */
    unsigned closed;
};

static int fails_now(struct mock *mock)
{
    CHECK(mock->closed == 0);
    return ++mock->calls == mock->fail_at;
}

static int64_t mock_read(void *user, uint64_t offset, void *buf, size_t len)
{
    struct mock *mock = user;
    size_t count = 0;
    if (fails_now(mock))
        return mock->failure;
    if (offset < mock->len) {
        count = mock->len - (size_t)offset;
        if (count > len)
            count = len;
        if (mock->most != 0 && count > mock->most)
            count = mock->most;
        memcpy(buf, mock->data + offset, count);
    }
    return (int64_t)count;
}

static int64_t mock_size(void *user)
{
    struct mock *mock = user;
    return fails_now(mock) ? mock->failure : (int64_t)mock->len;
}

static void mock_close(void *user)
{
    struct mock *mock = user;
    mock->closed++;
}

static struct mock mock_of(const unsigned char *data, size_t len)
{
    struct mock mock;
    memset(&mock, 0, sizeof mock);
    mock.data = data;
    mock.len = len;
    mock.failure = -5;
    return mock;
}

static cso_source source_of(struct mock *mock)
{
    cso_source source;
    INIT(source);
    source.user = mock;
    source.read_at = mock_read;
    source.size = mock_size;
    source.close = mock_close;
    return source;
}

static void check_image(cso_handle *handle, const unsigned char *image)
{
    unsigned char *got = malloc(IMAGE_SECTORS * CSO_SECTOR_SIZE);
    CHECK(got != NULL);
    CHECK_OK(cso_read_sectors(handle, 0, IMAGE_SECTORS, got));
    CHECK(memcmp(got, image, IMAGE_SIZE) == 0);
    free(got);
}

static void reads_and_closes_once(const unsigned char *file, const unsigned char *image)
{
    struct mock mock = mock_of(file, STORED_SIZE);
    cso_source source = source_of(&mock);
    cso_handle *handle;
    CHECK_OK(cso_open_source(&source, NULL, &handle));
    memset(&source, 0xEE, sizeof source); /* the library has copied the struct */
    check_image(handle, image);
    CHECK(mock.closed == 0);
    cso_close(handle);
    CHECK(mock.closed == 1);
}

static void short_reads_are_put_together(const unsigned char *file, const unsigned char *image)
{
    struct mock mock = mock_of(file, STORED_SIZE);
    cso_source source = source_of(&mock);
    cso_handle *handle;
    mock.most = 777;
    source.flags = CSO_SOURCE_SERIALIZE;
    CHECK_OK(cso_open_source(&source, NULL, &handle));
    check_image(handle, image);
    cso_close(handle);
    CHECK(mock.closed == 1);
}

static void close_may_be_left_out(const unsigned char *file, const unsigned char *image)
{
    struct mock mock = mock_of(file, STORED_SIZE);
    cso_source source = source_of(&mock);
    cso_handle *handle;
    source.close = NULL;
    CHECK_OK(cso_open_source(&source, NULL, &handle));
    check_image(handle, image);
    cso_close(handle);
    CHECK(mock.closed == 0);
}

static void bad_sources_are_refused(const unsigned char *file)
{
    struct mock mock = mock_of(file, STORED_SIZE);
    cso_source source = source_of(&mock);
    cso_handle *handle;
    source.read_at = NULL;
    CHECK_STATUS(cso_open_source(&source, NULL, &handle), CSO_ERR_ARGUMENT);
    source = source_of(&mock);
    source.size = NULL;
    CHECK_STATUS(cso_open_source(&source, NULL, &handle), CSO_ERR_ARGUMENT);
    source = source_of(&mock);
    source.flags = CSO_SOURCE_SERIALIZE << 1;
    CHECK_STATUS(cso_open_source(&source, NULL, &handle), CSO_ERR_ARGUMENT);
    CHECK(handle == NULL && mock.calls == 0 && mock.closed == 0);
}

/* In each round, another one of the callback calls of cso_open_source fails. */
static void failures_while_opening(const unsigned char *file)
{
    unsigned n;
    for (n = 1;; n++) {
        struct mock mock = mock_of(file, STORED_SIZE);
        cso_source source = source_of(&mock);
        cso_open_options options;
        cso_error error;
        cso_handle *handle;
        cso_status status;
        INIT(error);
        INIT(options);
        options.error = &error;
        mock.fail_at = n;
        mock.failure = -1000 - (int64_t)n;
        status = cso_open_source(&source, &options, &handle);
        CHECK(error.status == status);
        if (status == CSO_OK) {
            CHECK(mock.calls < n && n > 3);
            cso_close(handle);
            break;
        }
        CHECK_STATUS(status, CSO_ERR_READ);
        CHECK(error.os_error == -1000 - (int32_t)n && error.on_output == 0);
        CHECK(handle == NULL && mock.calls == n && mock.closed == 0);
    }
}

/* After a failed read, the next read succeeds. */
static void failures_while_reading(const unsigned char *file, const unsigned char *image)
{
    struct mock mock = mock_of(file, STORED_SIZE);
    cso_source source = source_of(&mock);
    unsigned char sector[CSO_SECTOR_SIZE];
    cso_handle *handle;
    cso_error error;
    INIT(error);
    CHECK_OK(cso_open_source(&source, NULL, &handle));
    CHECK_OK(cso_last_error(handle, &error));
    CHECK(error.status == CSO_OK);
    CHECK(error.block == CSO_NO_BLOCK && error.offset == CSO_NO_OFFSET);

    /* The index page is loaded now. */
    CHECK_OK(cso_read_sector(handle, 3, sector));
    mock.fail_at = mock.calls + 1;
    CHECK_STATUS(cso_read_sector(handle, 20, sector), CSO_ERR_READ);
    CHECK_OK(cso_last_error(handle, &error));
    CHECK(error.status == CSO_ERR_READ && error.os_error == -5);
    CHECK(error.block == 20 && error.offset == STORED_BLOCK(20));

    CHECK_OK(cso_read_sector(handle, 20, sector));
    CHECK(memcmp(sector, image + 20 * CSO_SECTOR_SIZE, sizeof sector) == 0);
    CHECK_OK(cso_last_error(handle, &error));
    CHECK(error.status == CSO_ERR_READ); /* a successful call does not clear the last error */
    cso_close(handle);
    CHECK(mock.closed == 1);
}

static int64_t too_much(void *user, uint64_t offset, void *buf, size_t len)
{
    (void)user, (void)offset, (void)buf;
    return (int64_t)len + 1;
}

static int64_t far_below(void *user, uint64_t offset, void *buf, size_t len)
{
    (void)user, (void)offset, (void)buf, (void)len;
    return INT64_MIN;
}

static void invalid_results(const unsigned char *file)
{
    struct mock mock = mock_of(file, STORED_SIZE);
    cso_source source = source_of(&mock);
    cso_open_options options;
    cso_error error;
    cso_handle *handle;
    INIT(error);
    INIT(options);
    options.error = &error;
    source.read_at = too_much;
    CHECK_STATUS(cso_open_source(&source, &options, &handle), CSO_ERR_READ);
    source.read_at = far_below;
    CHECK_STATUS(cso_open_source(&source, &options, &handle), CSO_ERR_READ);
    CHECK(error.os_error == INT32_MIN);
    CHECK(mock.closed == 0);
}

int main(int argc, char **argv)
{
    unsigned char *image = new_image();
    unsigned char *file = new_stored_cso();
    set_test_dir(argc, argv);
    reads_and_closes_once(file, image);
    short_reads_are_put_together(file, image);
    close_may_be_left_out(file, image);
    bad_sources_are_refused(file);
    failures_while_opening(file);
    failures_while_reading(file, image);
    invalid_results(file);
    free(file);
    free(image);
    return 0;
}
