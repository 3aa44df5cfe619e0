/*
 * Copies a range of sectors of a disc image of any format to a file. This example copies the volume
 * descriptor, which is sector 16 of a disc:
 *
 *     copy_sectors game.cso 16 1 descriptor.bin
 */
#include <cso.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* Sectors per request. Larger requests are faster, because the library reads the compressed bytes
 * of a request with one system call and decodes two blocks at a time. */
#define SECTORS_PER_READ 64

/* Prints the last failure of the handle, with the block and the position in the file. */
static void print_failure(const char *path, const cso_handle *image)
{
    char text[200];
    cso_error error = {.struct_size = sizeof error};

    cso_last_error(image, &error);
    cso_error_message(&error, text, sizeof text);
    fprintf(stderr, "%s: %s\n", path, text);
}

/* Returns 0 on success. On failure, prints the reason and returns 1. */
static int copy(const char *path, cso_handle *image, uint32_t first, uint32_t count, FILE *out)
{
    static unsigned char buf[SECTORS_PER_READ * CSO_SECTOR_SIZE];

    while (count > 0) {
        uint32_t some = count < SECTORS_PER_READ ? count : SECTORS_PER_READ;
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

/* Parses a 32-bit number. Returns 0 on success and 1 if the text is not such a number. */
static int parse(const char *text, uint32_t *number)
{
    char *end;
    unsigned long long value = strtoull(text, &end, 0);

    if (*text < '0' || *text > '9' || *end != '\0' || value > UINT32_MAX)
        return 1;
    *number = (uint32_t)value;
    return 0;
}

/* Creates the output file. Fails if it exists, because it could be the image itself. C99 has no way
 * to create a file only if it does not exist, so this checks first. */
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
    /* fclose writes the buffered rest, so a full disk may be reported only here. */
    if (fclose(out) != 0 && !failed) {
        perror(argv[4]);
        failed = 1;
    }
    cso_close(image);
    if (failed)
        remove(argv[4]);
    return failed;
}
