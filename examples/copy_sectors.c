/*
 * Copies a range of sectors out of a disc image of any format. The volume descriptor of a disc,
 * for one, is its sector 16:
 *
 *     copy_sectors game.cso 16 1 descriptor.bin
 */
#include <cso.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* So many sectors are read at once: far fewer calls and reads than one after the other. */
#define BATCH 64

/* What the handle knows of its last failure, with the block and the place in the file. */
static void print_failure(const char *path, const cso_handle *image)
{
    char text[200];
    cso_error error = {.struct_size = sizeof error};

    cso_last_error(image, &error);
    cso_error_message(&error, text, sizeof text);
    fprintf(stderr, "%s: %s\n", path, text);
}

/* Returns 0, or 1 after it said what went wrong. */
static int copy(const char *path, cso_handle *image, uint32_t first, uint32_t count, FILE *out)
{
    static unsigned char buf[BATCH * CSO_SECTOR_SIZE];

    while (count > 0) {
        uint32_t some = count < BATCH ? count : BATCH;
        if (cso_read_sectors(image, first, some, buf) != CSO_OK) {
            print_failure(path, image);
            return 1;
        }
        if (fwrite(buf, CSO_SECTOR_SIZE, some, out) != some) {
            perror("cannot write");
            return 1;
        }
        first += some;
        count -= some;
    }
    return 0;
}

/* Reads a number that fits in 32 bits. Returns 0, or 1 if it is none. */
static int parse(const char *text, uint32_t *number)
{
    char *end;
    unsigned long long value = strtoull(text, &end, 0);

    if (*text < '0' || *text > '9' || *end != '\0' || value > UINT32_MAX)
        return 1;
    *number = (uint32_t)value;
    return 0;
}

/* C99 cannot create a file only if there is none, so look first: it might be the image itself. */
static FILE *create(const char *path)
{
    FILE *file = fopen(path, "rb");

    if (file != NULL) {
        fclose(file);
        fprintf(stderr, "%s: exists already\n", path);
        return NULL;
    }
    file = fopen(path, "wb");
    if (file == NULL)
        perror(path);
    return file;
}

int main(int argc, char **argv)
{
    uint32_t first, count;
    cso_handle *image;
    cso_status status;
    FILE *out;
    int failed;

    if (argc != 5 || parse(argv[2], &first) || parse(argv[3], &count)) {
        fprintf(stderr, "usage: %s IMAGE FIRST COUNT OUTPUT\n", argv[0]);
        return 2;
    }
    status = cso_open(argv[1], &image);
    if (status != CSO_OK) {
        fprintf(stderr, "%s: %s\n", argv[1], cso_strerror(status));
        return 1;
    }
    out = create(argv[4]);
    if (out == NULL) {
        cso_close(image);
        return 1;
    }
    failed = copy(argv[1], image, first, count, out);
    /* What a full disk has to say may come as late as here. */
    if (fclose(out) != 0 && !failed) {
        perror(argv[4]);
        failed = 1;
    }
    cso_close(image);
    if (failed)
        remove(argv[4]);
    return failed;
}
