/* Passes NULL for every pointer of every function. This must be an error, and nothing may be
 * written. */

#include "test.h"

static unsigned char *file;
static const char *iso, *out;

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

static int32_t discard(void *user, uint64_t offset, const void *data, size_t len)
{
    (void)user, (void)offset, (void)data, (void)len;
    return 0;
}

#define REFUSED(call) CHECK_STATUS(call, CSO_ERR_ARGUMENT)

static void opening(void)
{
    static char somewhere;
    cso_handle *handle = (cso_handle *)(void *)&somewhere;
    cso_source source;
    cso_info info;
    INIT(source);
    source.user = file;
    source.read_at = read_memory;
    source.size = memory_size;
    INIT(info);

    REFUSED(cso_open(NULL, &handle));
    CHECK(handle == NULL);
    REFUSED(cso_open(iso, NULL));
    REFUSED(cso_open_with(NULL, NULL, &handle));
    REFUSED(cso_open_with(iso, NULL, NULL));
    REFUSED(cso_open_memory(NULL, STORED_SIZE, NULL, &handle));
    REFUSED(cso_open_memory(NULL, 0, NULL, &handle));
    REFUSED(cso_open_memory(file, SIZE_MAX, NULL, &handle));
    REFUSED(cso_open_memory(file, STORED_SIZE, NULL, NULL));
    REFUSED(cso_open_source(NULL, NULL, &handle));
    REFUSED(cso_open_source(&source, NULL, NULL));
    REFUSED(cso_probe(NULL, CSO_PROBE_SIZE, &info));
    REFUSED(cso_probe(file, CSO_PROBE_SIZE, NULL));
    CHECK(info.format == 0);
    cso_close(NULL);

    CHECK_OK(cso_open_with(iso, NULL, &handle));
    cso_close(handle);
    CHECK_OK(cso_open_source(&source, NULL, &handle));
    cso_close(handle);
}

static void reading(cso_handle *handle)
{
    unsigned char buf[CSO_SECTOR_SIZE];
    size_t got = 99;
    REFUSED(cso_read_sector(NULL, 0, buf));
    REFUSED(cso_read_sector(handle, 0, NULL));
    REFUSED(cso_read_sectors(NULL, 0, 1, buf));
    REFUSED(cso_read_sectors(handle, 0, 1, NULL));
    REFUSED(cso_read_at(NULL, 0, buf, 1, &got));
    REFUSED(cso_read_at(handle, 0, NULL, 1, &got));
    REFUSED(cso_read_at(handle, 0, buf, 1, NULL));
    CHECK(got == 99);
}

static void describing(cso_handle *handle)
{
    cso_info info;
    cso_block block;
    cso_error error;
    char line[10] = "untouched";
    INIT(info);
    INIT(block);
    INIT(error);
    REFUSED(cso_get_info(NULL, &info));
    REFUSED(cso_get_info(handle, NULL));
    REFUSED(cso_get_block(NULL, 0, &block));
    REFUSED(cso_get_block(handle, 0, NULL));
    REFUSED(cso_last_error(NULL, &error));
    REFUSED(cso_last_error(handle, NULL));
    CHECK(info.format == 0 && block.coding == 0 && error.status == 0);

    error.status = CSO_ERR_EMPTY;
    CHECK(cso_error_message(&error, NULL, 10) == 0);
    CHECK(cso_error_message(&error, NULL, 0) == strlen(cso_strerror(CSO_ERR_EMPTY)) +
                                                    strlen("block 0 at byte 0: "));
    CHECK(cso_error_message(NULL, NULL, 0) == 0);
    CHECK(cso_error_message(NULL, line, sizeof line) == 0);
    CHECK(line[0] == 0 && line[1] == 'n');
}

static void writing(cso_handle *handle)
{
    cso_sink sink;
    cso_digests digests;
    INIT(sink);
    sink.write_at = discard;
    INIT(digests);
    REFUSED(cso_compress_file(NULL, out, NULL));
    REFUSED(cso_compress_file(iso, NULL, NULL));
    REFUSED(cso_decompress_file(NULL, out, NULL));
    REFUSED(cso_decompress_file(iso, NULL, NULL));
    CHECK(!file_exists(out));
    REFUSED(cso_compress(NULL, &sink, NULL));
    REFUSED(cso_compress(handle, NULL, NULL));
    REFUSED(cso_decompress(NULL, &sink, NULL));
    REFUSED(cso_decompress(handle, NULL, NULL));
    REFUSED(cso_verify(NULL, NULL, &digests));
    CHECK(digests.present == 0);
    REFUSED(cso_precache(NULL, NULL));
    CHECK_OK(cso_compress(handle, &sink, NULL));
    CHECK_OK(cso_decompress(handle, &sink, NULL));
    CHECK_OK(cso_verify(handle, NULL, NULL));
    CHECK_OK(cso_precache(handle, NULL));
}

int main(int argc, char **argv)
{
    cso_handle *handle;
    set_test_dir(argc, argv);
    iso = in_dir("in.iso");
    out = in_dir("out");
    file = new_stored_cso();
    write_file(iso, file + STORED_BLOCK(0), IMAGE_SIZE);
    opening();
    CHECK_OK(cso_open_memory(file, STORED_SIZE, NULL, &handle));
    reading(handle);
    describing(handle);
    writing(handle);
    cso_close(handle);
    free(file);
    return 0;
}
