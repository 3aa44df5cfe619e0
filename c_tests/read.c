/* Tests every function that reads, with every format and at the ends of the image. */

#include "test.h"

static void whole_image(cso_handle *handle, const unsigned char *image)
{
    size_t size = IMAGE_SECTORS * CSO_SECTOR_SIZE, i;
    unsigned char *got = malloc(size);
    CHECK(got != NULL);
    memset(got, 0xEE, size);
    CHECK_OK(cso_read_sectors(handle, 0, IMAGE_SECTORS, got));
    CHECK(memcmp(got, image, IMAGE_SIZE) == 0);
    for (i = IMAGE_SIZE; i < size; i++)
        CHECK(got[i] == 0); /* the rest of the last sector reads as zeros */
    free(got);
}

static void single_sectors(cso_handle *handle, const unsigned char *image)
{
    unsigned char sector[CSO_SECTOR_SIZE + 1];
    uint32_t i;
    sector[CSO_SECTOR_SIZE] = 0xEE;
    for (i = IMAGE_SECTORS; i-- > 0;) {
        size_t len = i == IMAGE_SECTORS - 1 ? 700 : CSO_SECTOR_SIZE;
        CHECK_OK(cso_read_sector(handle, i, sector));
        CHECK(memcmp(sector, image + (size_t)i * CSO_SECTOR_SIZE, len) == 0);
    }
    CHECK(sector[CSO_SECTOR_SIZE] == 0xEE);
}

static void past_the_end(cso_handle *handle)
{
    unsigned char buf[2 * CSO_SECTOR_SIZE];
    size_t got = 99;
    memset(buf, 0xEE, sizeof buf);
    CHECK_STATUS(cso_read_sector(handle, IMAGE_SECTORS, buf), CSO_ERR_OUT_OF_RANGE);
    CHECK_STATUS(cso_read_sector(handle, UINT32_MAX, buf), CSO_ERR_OUT_OF_RANGE);
    CHECK_STATUS(cso_read_sectors(handle, IMAGE_SECTORS - 1, 2, buf), CSO_ERR_OUT_OF_RANGE);
    CHECK_STATUS(cso_read_sectors(handle, UINT32_MAX, UINT32_MAX, buf), CSO_ERR_OUT_OF_RANGE);
    CHECK_OK(cso_read_sectors(handle, IMAGE_SECTORS, 0, buf));
    CHECK_OK(cso_read_sectors(handle, 0, 0, NULL));
    CHECK_STATUS(cso_read_sectors(handle, IMAGE_SECTORS + 1, 0, buf), CSO_ERR_OUT_OF_RANGE);
    CHECK_OK(cso_read_at(handle, IMAGE_SIZE, buf, sizeof buf, &got));
    CHECK(got == 0);
    CHECK_OK(cso_read_at(handle, UINT64_MAX, buf, sizeof buf, &got));
    CHECK(got == 0);
    CHECK_OK(cso_read_at(handle, 0, NULL, 0, &got));
    CHECK(got == 0);
    CHECK(buf[0] == 0xEE && memcmp(buf, buf + 1, sizeof buf - 1) == 0);
    CHECK_STATUS(cso_read_at(handle, 0, buf, SIZE_MAX, &got), CSO_ERR_ARGUMENT);
}

static void bytes_across_blocks(cso_handle *handle, const unsigned char *image)
{
    static const size_t starts[] = {0, 1, 2047, 2048, 8191, 16000, IMAGE_SIZE - 3000};
    static const size_t lens[] = {1, 2, 2048, 5000, 20000};
    unsigned char buf[20001];
    size_t s, l, got;
    for (s = 0; s < sizeof starts / sizeof *starts; s++) {
        for (l = 0; l < sizeof lens / sizeof *lens; l++) {
            size_t left = IMAGE_SIZE - starts[s];
            size_t wanted = lens[l] < left ? lens[l] : left;
            memset(buf, 0xEE, sizeof buf);
            CHECK_OK(cso_read_at(handle, starts[s], buf, lens[l], &got));
            CHECK(got == wanted && buf[wanted] == 0xEE);
            CHECK(memcmp(buf, image + starts[s], wanted) == 0);
        }
    }
}

static void everything(cso_handle *handle, const unsigned char *image)
{
    whole_image(handle, image);
    single_sectors(handle, image);
    bytes_across_blocks(handle, image);
    past_the_end(handle);
}

static void info_and_blocks(cso_handle *handle, uint32_t format, uint32_t block_size,
                            uint64_t file_size)
{
    uint32_t i, blocks = (IMAGE_SIZE + block_size - 1) / block_size;
    uint64_t total = 0, end = 0;
    cso_block block;
    cso_info info;
    INIT(info);
    INIT(block);
    CHECK_OK(cso_get_info(handle, &info));
    CHECK(info.struct_size == sizeof info && info.format == format);
    CHECK(info.size == IMAGE_SIZE && info.file_size == file_size);
    CHECK(info.sectors == IMAGE_SECTORS && info.blocks == blocks);
    CHECK(info.block_size == block_size && info.has_md5 == 0 && info.index_shift == 0);
    for (i = 0; i < blocks; i++) {
        CHECK_OK(cso_get_block(handle, i, &block));
        CHECK(block.offset >= end && block.offset + block.stored_size <= file_size);
        CHECK(block.coding >= CSO_CODING_STORED && block.coding <= CSO_CODING_LZO);
        CHECK(format != CSO_FORMAT_ISO || block.coding == CSO_CODING_STORED);
        end = block.offset;
        total += block.size;
    }
    CHECK(total == IMAGE_SIZE);
    CHECK_STATUS(cso_get_block(handle, blocks, &block), CSO_ERR_OUT_OF_RANGE);
    CHECK_STATUS(cso_get_block(handle, UINT32_MAX, &block), CSO_ERR_OUT_OF_RANGE);
}

static void probe_agrees_with_get_info(const unsigned char *file, size_t len, cso_handle *handle)
{
    cso_info opened, probed;
    INIT(opened);
    INIT(probed);
    CHECK_OK(cso_get_info(handle, &opened));
    if (opened.format == CSO_FORMAT_ISO) {
        CHECK_STATUS(cso_probe(file, CSO_PROBE_SIZE_ISO - 1, &probed), CSO_ERR_UNKNOWN_FORMAT);
        CHECK_OK(cso_probe(file, CSO_PROBE_SIZE_ISO, &probed));
        opened.size = opened.sectors = opened.blocks = 0;
    } else {
        CHECK_OK(cso_probe(file, CSO_PROBE_SIZE, &probed));
        CHECK_STATUS(cso_probe(file, 3, &probed), CSO_ERR_TRUNCATED);
    }
    opened.file_size = 0;
    CHECK(memcmp(&opened, &probed, sizeof opened) == 0);
    CHECK_OK(cso_probe(file, len, &probed));
}

/* Opens the file by its path, from memory, and with index pages. */
static void open_every_way(const char *path, const unsigned char *image, uint32_t format,
                           uint32_t block_size)
{
    cso_open_options options;
    cso_handle *handle;
    size_t len;
    unsigned char *file = read_file(path, &len);
    CHECK_OK(cso_open(path, &handle));
    everything(handle, image);
    info_and_blocks(handle, format, block_size, len);
    probe_agrees_with_get_info(file, len, handle);
    cso_close(handle);

    CHECK_OK(cso_open_memory(file, len, NULL, &handle));
    everything(handle, image);
    cso_close(handle);

    INIT(options);
    options.index_page_blocks = 3;
    CHECK_OK(cso_open_with(path, &options, &handle));
    everything(handle, image);
    info_and_blocks(handle, format, block_size, len);
    cso_close(handle);
    free(file);
}

int main(int argc, char **argv)
{
    unsigned char *image = new_image();
    unsigned char *stored = new_stored_cso();
    cso_compress_options options;
    const char *iso, *path;
    size_t i;
    set_test_dir(argc, argv);
    iso = in_dir("in.iso");
    path = in_dir("image");
    write_file(iso, image, IMAGE_SIZE);
    write_file(path, stored, STORED_SIZE);
    open_every_way(path, image, CSO_FORMAT_CSO_V1, 2048);
    open_every_way(iso, image, CSO_FORMAT_ISO, 2048);
    for (i = 0; i < WRITTEN_COUNT; i++) {
        INIT(options);
        options.format = WRITTEN[i];
        CHECK_OK(cso_compress_file(iso, path, &options));
        open_every_way(path, image, WRITTEN[i], WRITTEN[i] == CSO_FORMAT_DAX ? 8192 : 2048);
        if (WRITTEN[i] == CSO_FORMAT_DAX)
            continue;
        options.block_size = 16384;
        CHECK_OK(cso_compress_file(iso, path, &options));
        open_every_way(path, image, WRITTEN[i], 16384);
    }
    free(stored);
    free(image);
    return 0;
}
