/*
 * Compresses a disc image, opens the result, and compares every sector with the original:
 *
 *     roundtrip game.iso
 *
 * Without an argument it makes a small image first. It creates the files roundtrip.tmp.* in the
 * current directory and removes them at the end.
 */
#include <cso.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define SAMPLE "roundtrip.tmp.iso"
#define OUTPUT "roundtrip.tmp.cso"

#define SAMPLE_SECTORS 600
#define SECTORS_PER_READ 64

/* Makes one sector of the sample: zeros, text, or noise that does not compress. */
static void make_sector(uint32_t number, unsigned char *sector)
{
    static const char text[] = "no two sectors of the sample are equal; ";
    static uint32_t noise = 1;

    memset(sector, 0, CSO_SECTOR_SIZE);
    for (size_t i = 0; i < CSO_SECTOR_SIZE; i++) {
        noise = noise * 1664525 + 1013904223;
        if (number % 3 == 1)
            sector[i] = (unsigned char)text[i % (sizeof text - 1)];
        else if (number % 3 == 2)
            sector[i] = (unsigned char)(noise >> 24);
    }
    sector[0] = (unsigned char)number;
    sector[1] = (unsigned char)(number >> 8);
    if (number == 16) /* the volume descriptor of the disc */
        memcpy(sector, "\001CD001\001", 7);
}

/* Returns 0 on success. On failure, prints the reason and returns 1. */
static int make_sample(void)
{
    unsigned char sector[CSO_SECTOR_SIZE];
    int failed = 0;
    FILE *file = fopen(SAMPLE, "wb");

    if (file == NULL) {
        perror(SAMPLE);
        return 1;
    }
    for (uint32_t i = 0; i < SAMPLE_SECTORS && !failed; i++) {
        make_sector(i, sector);
        failed = fwrite(sector, sizeof sector, 1, file) != 1;
    }
    if (fclose(file) != 0 || failed) {
        perror(SAMPLE);
        remove(SAMPLE);
        return 1;
    }
    return 0;
}

static int compress(const char *input)
{
    cso_error error = {.struct_size = sizeof error};
    cso_summary summary = {.struct_size = sizeof summary};
    cso_compress_options options = {
        .struct_size = sizeof options,
        .flags = CSO_COMPRESS_KEEP_EXISTING,
        .format = CSO_FORMAT_CSO_V1,
        .error = &error,
        .summary = &summary,
    };

    if (cso_compress_file(input, OUTPUT, &options) != CSO_OK) {
        char text[200];
        cso_error_message(&error, text, sizeof text);
        fprintf(stderr, "%s to %s: %s\n", input, OUTPUT, text);
        return 1;
    }
    printf("compressed %" PRIu64 " bytes to %" PRIu64 " (%.1f %%)\n", summary.image_size,
           summary.file_size, 100.0 * (double)summary.file_size / (double)summary.image_size);
    return 0;
}

/* Reads sectors of an image. On failure, prints the reason and returns 1. */
static int read_some(const char *path, cso_handle *image, uint32_t first, uint32_t count, void *buf)
{
    cso_error error = {.struct_size = sizeof error};
    char text[200];

    if (cso_read_sectors(image, first, count, buf) == CSO_OK)
        return 0;
    cso_last_error(image, &error);
    cso_error_message(&error, text, sizeof text);
    fprintf(stderr, "%s: %s\n", path, text);
    return 1;
}

static int compare(const char *input, cso_handle *original, cso_handle *image)
{
    static unsigned char expected[SECTORS_PER_READ * CSO_SECTOR_SIZE];
    static unsigned char got[SECTORS_PER_READ * CSO_SECTOR_SIZE];
    cso_info a = {.struct_size = sizeof a}, b = {.struct_size = sizeof b};
    uint32_t some;

    if (cso_get_info(original, &a) != CSO_OK || cso_get_info(image, &b) != CSO_OK)
        return 1;
    if (a.size != b.size) {
        fprintf(stderr, "%" PRIu64 " bytes became %" PRIu64 "\n", a.size, b.size);
        return 1;
    }
    for (uint32_t first = 0; first < a.sectors; first += some) {
        some = a.sectors - first < SECTORS_PER_READ ? a.sectors - first : SECTORS_PER_READ;
        if (read_some(input, original, first, some, expected) ||
            read_some(OUTPUT, image, first, some, got))
            return 1;
        if (memcmp(expected, got, (size_t)some * CSO_SECTOR_SIZE) != 0) {
            fprintf(stderr, "the %" PRIu32 " sectors from %" PRIu32 " on differ\n", some, first);
            return 1;
        }
    }
    printf("all %" PRIu32 " sectors agree\n", a.sectors);
    return 0;
}

/* Opens both files and compares them. Returns 0 if they are equal. */
static int check(const char *input)
{
    cso_handle *original = NULL, *image = NULL;
    cso_status status = cso_open(input, &original);
    int failed = 1;

    if (status == CSO_OK)
        status = cso_open(OUTPUT, &image);
    if (status == CSO_OK)
        failed = compare(input, original, image);
    else
        fprintf(stderr, "%s: %s\n", original == NULL ? input : OUTPUT, cso_strerror(status));
    cso_close(image); /* NULL is allowed */
    cso_close(original);
    return failed;
}

int main(int argc, char **argv)
{
    const char *input = argc > 1 ? argv[1] : SAMPLE;
    int failed;

    if (argc > 2) {
        fprintf(stderr, "usage: %s [IMAGE]\n", argv[0]);
        return 2;
    }
    if (argc == 1 && make_sample())
        return 1;
    failed = compress(input);
    if (!failed) {
        failed = check(input);
        remove(OUTPUT);
    }
    if (argc == 1)
        remove(SAMPLE);
    return failed;
}
