/*
 * Tests handles in memory of the caller, and low-memory mode. Every format must be read correctly,
 * nothing may be written outside that memory, and opening must fail if the memory is too small.
 */

#include "test.h"

#define GUARD 0xA5
#define MARGIN 256

/* A source that counts the calls of its callback `close`. */
struct mock {
    const unsigned char *data;
    size_t len;
    int closed;
};

static int64_t read_file_bytes(void *user, uint64_t offset, void *buf, size_t len)
{
    const struct mock *mock = user;
    size_t left = offset < mock->len ? mock->len - (size_t)offset : 0;
    size_t count = len < left ? len : left;
    memcpy(buf, mock->data + (left != 0 ? offset : 0), count);
    return (int64_t)count;
}

static int64_t size_of_file(void *user)
{
    const struct mock *mock = user;
    return (int64_t)mock->len;
}

static void count_close(void *user)
{
    struct mock *mock = user;
    mock->closed++;
}

static cso_status open_counting_source(struct mock *mock, const cso_open_options *options,
                                       cso_handle **out)
{
    cso_source source;
    INIT(source);
    source.user = mock;
    source.read_at = read_file_bytes;
    source.size = size_of_file;
    source.close = count_close;
    return cso_open_source(&source, options, out);
}

static void check_reads(cso_handle *handle, const unsigned char *image)
{
    static unsigned char buf[IMAGE_SECTORS * CSO_SECTOR_SIZE];
    uint32_t i;
    size_t got;
    CHECK_OK(cso_read_sectors(handle, 0, IMAGE_SECTORS, buf));
    CHECK(memcmp(buf, image, IMAGE_SIZE) == 0);
    for (i = 0; i < IMAGE_SECTORS - 1; i++) {
        uint32_t sector = i * 37 % (IMAGE_SECTORS - 1);
        CHECK_OK(cso_read_sector(handle, sector, buf));
        CHECK(memcmp(buf, image + sector * CSO_SECTOR_SIZE, CSO_SECTOR_SIZE) == 0);
    }
    for (i = 0; i < 60; i++) {
        uint32_t at = i * 5003;
        CHECK_OK(cso_read_at(handle, at, buf, 9001, &got));
        CHECK(got == (IMAGE_SIZE - at < 9001 ? IMAGE_SIZE - at : 9001));
        CHECK(memcmp(buf, image + at, got) == 0);
    }
}

/* Opens in memory of exactly the needed size, at every alignment, with guard bytes on both
 * sides. */
static void check_lent(struct mock *mock, uint32_t page_blocks, const unsigned char *image)
{
    cso_open_options options;
    unsigned char *memory;
    size_t size, i, shift;
    cso_error error;

    INIT(options);
    INIT(error);
    options.index_page_blocks = page_blocks;
    options.error = &error;
    size = cso_memory_needed(mock->data, mock->len, &options);
    CHECK(size > 0 && size < (1u << 20));
    memory = malloc(size + 2 * MARGIN);
    CHECK(memory != NULL);
    for (shift = 0; shift < 65; shift += 13) {
        cso_handle *handle;
        memset(memory, GUARD, size + 2 * MARGIN);
        options.memory = memory + MARGIN + shift;
        options.memory_size = size;
        mock->closed = 0;
        CHECK_OK(open_counting_source(mock, &options, &handle));
        CHECK((unsigned char *)handle >= memory + MARGIN + shift);
        CHECK((unsigned char *)handle < memory + MARGIN + shift + 64);
        CHECK((uintptr_t)handle % 64 == 0);
        check_reads(handle, image);
        CHECK(mock->closed == 0);
        cso_close(handle);
        CHECK(mock->closed == 1);
        for (i = 0; i < MARGIN + shift; i++)
            CHECK(memory[i] == GUARD);
        for (i = MARGIN + shift + size; i < size + 2 * MARGIN; i++)
            CHECK(memory[i] == GUARD);
    }
    /* With any smaller size, opening fails, does not close the source and writes no byte past
     * the end. */
    for (i = 0; i < size - 63; i += i < size - 400 ? 97 : 1) {
        cso_handle *handle = (cso_handle *)memory;
        size_t aligned = 64 - (uintptr_t)memory % 64;
        memset(memory, GUARD, size + 2 * MARGIN);
        options.memory = memory + aligned;
        options.memory_size = i;
        mock->closed = 0;
        CHECK_STATUS(open_counting_source(mock, &options, &handle), CSO_ERR_OUT_OF_MEMORY);
        CHECK(handle == NULL && mock->closed == 0 && error.status == CSO_ERR_OUT_OF_MEMORY);
        CHECK(memory[aligned + i] == GUARD);
    }
    free(memory);
}

static void check_low_memory(struct mock *mock, uint32_t page_blocks, const unsigned char *image)
{
    cso_open_options options;
    cso_handle *handle;
    INIT(options);
    options.index_page_blocks = page_blocks;
    options.flags = CSO_OPEN_LOW_MEMORY;
    CHECK_OK(open_counting_source(mock, &options, &handle));
    check_reads(handle, image);
    cso_close(handle);
}

static void check_all(const unsigned char *file, size_t len, const unsigned char *image)
{
    static const uint32_t page_sizes[] = {0, 1, 7, 2048};
    struct mock mock = {0};
    size_t i;
    mock.data = file;
    mock.len = len;
    for (i = 0; i < sizeof(page_sizes) / sizeof(page_sizes[0]); i++) {
        check_lent(&mock, page_sizes[i], image);
        check_low_memory(&mock, page_sizes[i], image);
    }
}

static void check_arguments(const unsigned char *file, size_t len)
{
    cso_open_options options;
    cso_handle *handle;
    unsigned char small[16];

    CHECK(cso_memory_needed(NULL, 0, NULL) == 0);
    CHECK(cso_memory_needed(NULL, 48, NULL) == 0);
    CHECK(cso_memory_needed(file, 0, NULL) == 0);
    CHECK(cso_memory_needed(file, 20, NULL) == 0);
    CHECK(cso_memory_needed(file, CSO_PROBE_SIZE, NULL) == cso_memory_needed(file, len, NULL));
    CHECK(cso_memory_needed("possibly an uncompressed image", 30, NULL) > 0);

    /* Invalid options. */
    INIT(options);
    options.flags = 8;
    CHECK(cso_memory_needed(file, len, &options) == 0);
    INIT(options);
    options.memory_size = 1;
    CHECK_STATUS(cso_open_memory(file, len, &options, &handle), CSO_ERR_ARGUMENT);
    options.memory = small;
    options.memory_size = (size_t)-1;
    CHECK_STATUS(cso_open_memory(file, len, &options, &handle), CSO_ERR_ARGUMENT);
    options.memory_size = 0;
    CHECK_STATUS(cso_open_memory(file, len, &options, &handle), CSO_ERR_OUT_OF_MEMORY);

    /* The index of a large image, in pages and whole. */
    {
        unsigned char head[CSO_PROBE_SIZE] = "CISO";
        size_t whole, part;
        head[4] = 24;
        put32(head + 8, 1800000u * 1024);
        put32(head + 16, 2048);
        head[20] = 1;
        INIT(options);
        whole = cso_memory_needed(head, sizeof head, &options);
        options.index_page_blocks = 2048;
        part = cso_memory_needed(head, sizeof head, &options);
        CHECK(whole > 3600000 && whole < 3700000);
        CHECK(part > 8192 && part < 65536);
    }
}

/* After a failed open, the caller may use the memory again. */
static void check_failure(const unsigned char *file, size_t len)
{
    cso_open_options options;
    cso_handle *handle;
    size_t size = cso_memory_needed(file, len, NULL);
    void *memory = malloc(size);
    CHECK(memory != NULL);
    INIT(options);
    options.memory = memory;
    options.memory_size = size;
    CHECK_STATUS(cso_open_memory(file, len / 2, &options, &handle), CSO_ERR_TRUNCATED);
    CHECK(handle == NULL);
    free(memory);
}

int main(int argc, char **argv)
{
    unsigned char *image = new_image();
    unsigned char *file = new_stored_cso();
    const char *iso, *compressed;
    size_t i, len;

    set_test_dir(argc, argv);
    check_all(image, IMAGE_SIZE, image);
    check_all(file, STORED_SIZE, image);
    check_arguments(file, STORED_SIZE);
    check_failure(file, STORED_SIZE);
    free(file);

    iso = in_dir("image.iso");
    compressed = in_dir("compressed");
    write_file(iso, image, IMAGE_SIZE);
    for (i = 0; i < WRITTEN_COUNT; i++) {
        uint32_t block;
        for (block = 2048; block <= 16384; block *= 8) {
            cso_compress_options options;
            INIT(options);
            options.format = WRITTEN[i];
            options.block_size = WRITTEN[i] == CSO_FORMAT_DAX ? 0 : block;
            CHECK_OK(cso_compress_file(iso, compressed, &options));
            file = read_file(compressed, &len);
            check_all(file, len, image);
            check_failure(file, len);
            free(file);
        }
    }
    free(image);
    return 0;
}
