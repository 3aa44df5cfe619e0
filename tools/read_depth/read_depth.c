/*
 * Reads images in every way that the C API has, for read_depth.py, which counts the functions from
 * the C API to a codec in a debugger.
 *
 *   read_depth FOLDER [COMPRESSED_IMAGE...]
 *
 * Writes the image image.iso and compressed images of it to FOLDER, and reads them. Then reads the
 * given files, which another program has made from image.iso.
 *
 * Prints "images read" if every call succeeded.
 */
#include <cso.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SECTORS = 512 };

static unsigned char data[SECTORS * CSO_SECTOR_SIZE];

static void check(cso_status status, const char *what)
{
    if (status != CSO_OK) {
        fprintf(stderr, "%s: %s\n", what, cso_strerror(status));
        exit(1);
    }
}

/* Writes an image of text, zeros and random bytes, so that there are blocks of every coding. */
static void write_image(const char *path)
{
    unsigned seed = 1;
    size_t i;
    FILE *file = fopen(path, "wb");
    for (i = 0; i < sizeof data; i++) {
        seed = seed * 1103515245u + 12345u;
        switch (i / CSO_SECTOR_SIZE % 16) {
        case 3:
            data[i] = (unsigned char)(seed >> 16);
            break;
        case 7:
            data[i] = 0;
            break;
        default:
            data[i] = "etaoin shrdlu"[(seed >> 16) % 13];
        }
    }
    memcpy(data + 16 * CSO_SECTOR_SIZE + 1, "CD001", 5);
    if (!file || fwrite(data, sizeof data, 1, file) != 1 || fclose(file) != 0) {
        fprintf(stderr, "%s cannot be written\n", path);
        exit(1);
    }
}

static void read_with(const char *path, uint32_t flags, uint32_t threads, uint32_t ahead, int loaded)
{
    static unsigned char buf[sizeof data];
    static const uint32_t counts[] = {1, 3, 40, SECTORS};
    cso_open_options options = {0};
    cso_handle *image;
    uint32_t sector, count;
    size_t i, got;

    options.struct_size = sizeof options;
    options.flags = flags;
    options.threads = threads;
    options.decode_ahead = ahead;
    check(cso_open_with(path, &options, &image), path);
    if (loaded)
        check(cso_precache(image, NULL), path);
    for (i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        for (sector = 0; sector < SECTORS; sector += counts[i]) {
            count = counts[i] < SECTORS - sector ? counts[i] : SECTORS - sector;
            if (count == 1)
                check(cso_read_sector(image, sector, buf), path);
            else
                check(cso_read_sectors(image, sector, count, buf), path);
            if (memcmp(buf, data + sector * CSO_SECTOR_SIZE, count * CSO_SECTOR_SIZE) != 0)
                check(CSO_ERR_INTERNAL, path);
        }
    }
    for (sector = 0; sector + 40 < SECTORS; sector += 40) {
        check(cso_read_at(image, sector * CSO_SECTOR_SIZE + 99, buf, 40 * CSO_SECTOR_SIZE, &got), path);
        if (memcmp(buf, data + sector * CSO_SECTOR_SIZE + 99, got) != 0)
            check(CSO_ERR_INTERNAL, path);
    }
    cso_close(image);
}

static void read_image(const char *path)
{
    read_with(path, 0, 0, 0, 0);
    read_with(path, 0, 0, 0, 1);
    read_with(path, 0, 2, 0, 0);
    read_with(path, 0, 0, 65536, 0);
    read_with(path, 0, 2, 65536, 1);
    read_with(path, CSO_OPEN_LOW_MEMORY, 0, 0, 0);
}

int main(int argc, char **argv)
{
    static const struct {
        uint32_t format, block_size;
    } kinds[] = {
        {CSO_FORMAT_CSO_V1, 2048},
        {CSO_FORMAT_CSO_V1, 16384},
        {CSO_FORMAT_CSO_V2, 2048},
        {CSO_FORMAT_ZSO, 2048},
        {CSO_FORMAT_DAX, 0},
    };
    char input[1000], output[1000];
    size_t i;

    if (argc < 2 || strlen(argv[1]) > 900) {
        fprintf(stderr, "usage: read_depth FOLDER [COMPRESSED_IMAGE...]\n");
        return 1;
    }
    sprintf(input, "%s/image.iso", argv[1]);
    sprintf(output, "%s/image.cso", argv[1]);
    write_image(input);
    for (i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        cso_compress_options options = {0};
        options.struct_size = sizeof options;
        options.format = kinds[i].format;
        options.block_size = kinds[i].block_size;
        check(cso_compress_file(input, output, &options), output);
        read_image(output);
    }
    for (i = 2; i < (size_t)argc; i++)
        read_image(argv[i]);
    printf("images read\n");
    return 0;
}
