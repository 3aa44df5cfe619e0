/* Compresses the image argv[1] to argv[2], and reads the volume descriptor back. */
#include <cso.h>
#include <stdio.h>
#include <string.h>

#ifdef TOGETHER
int32_t other_answer(void);

/* A function with the name of one in libdeflate, like in a program that contains another version of
 * libdeflate. The library must not call it. */
void libdeflate_free_decompressor(void *decompressor);

void libdeflate_free_decompressor(void *decompressor)
{
    (void)decompressor;
    fprintf(stderr, "libcso calls the libdeflate of the program\n");
}
#endif

static int check(cso_handle *image)
{
    unsigned char sector[CSO_SECTOR_SIZE];

    if (cso_read_sector(image, 16, sector) != CSO_OK || memcmp(sector + 1, "CD001", 5) != 0) {
        fprintf(stderr, "sector 16 is not a volume descriptor\n");
        return 1;
    }
    return 0;
}

int main(int argc, char **argv)
{
    cso_handle *image;
    cso_status status;
    int failed;

    if (argc != 3)
        return 2;
    if (cso_version() != CSO_VERSION) {
        fprintf(stderr, "the header has version %s, the library %s\n", CSO_VERSION_STRING,
                cso_version_string());
        return 1;
    }
    status = cso_compress_file(argv[1], argv[2], NULL);
    if (status == CSO_OK)
        status = cso_open(argv[2], &image);
    if (status != CSO_OK) {
        fprintf(stderr, "%s\n", cso_strerror(status));
        return 1;
    }
    failed = check(image);
    cso_close(image);
#ifdef TOGETHER
    if (other_answer() != 42) {
        fprintf(stderr, "the other library does not work\n");
        failed = 1;
    }
#endif
    if (!failed)
        printf("cso %s\n", cso_version_string());
    return failed;
}
