/* Tests what a first program does: compress, open, describe, read, verify and decompress. */

#include "test.h"

static int32_t show(void *user, const cso_progress *progress)
{
    double *percent = user;
    *percent = 100.0 * (double)progress->done / (double)progress->total;
    return 0;
}

int main(int argc, char **argv)
{
    unsigned char *iso = new_image();
    unsigned char sector[CSO_SECTOR_SIZE];
    cso_compress_options options;
    cso_summary summary;
    cso_error error;
    cso_handle *image;
    cso_info info;
    cso_digests digests;
    const char *input, *output, *back;
    char line[200];
    double percent = 0;
    set_test_dir(argc, argv);
    input = in_dir("game.iso");
    output = in_dir("game.cso");
    back = in_dir("back.iso");
    write_file(input, iso, IMAGE_SIZE);

    INIT(error);
    INIT(summary);
    INIT(options);
    options.progress = show;
    options.user = &percent;
    options.error = &error;
    options.summary = &summary;
    CHECK_OK(cso_compress_file(input, output, &options));
    CHECK(percent == 100.0);
    CHECK(summary.image_size == IMAGE_SIZE && summary.file_size < IMAGE_SIZE);

    CHECK_OK(cso_open(output, &image));
    INIT(info);
    CHECK_OK(cso_get_info(image, &info));
    CHECK(info.format == CSO_FORMAT_CSO_V1 && info.block_size == 2048);
    CHECK(info.sectors == IMAGE_SECTORS && info.size == IMAGE_SIZE);
    CHECK(strcmp(cso_format_name(info.format), "CSO v1") == 0);
    CHECK_OK(cso_read_sector(image, 16, sector));
    CHECK(memcmp(sector + 1, "CD001", 5) == 0);
    INIT(digests);
    CHECK_OK(cso_verify(image, NULL, &digests));
    CHECK(digests.present == (CSO_DIGEST_CRC32 | CSO_DIGEST_MD5 | CSO_DIGEST_SHA1));
    cso_close(image);

    CHECK_OK(cso_decompress_file(output, back, NULL));
    check_file(back, iso, IMAGE_SIZE);

    CHECK_STATUS(cso_compress_file(in_dir("no.iso"), output, &options), CSO_ERR_NOT_FOUND);
    CHECK(error.status == CSO_ERR_NOT_FOUND && error.os_error != 0);
    CHECK(cso_error_message(&error, line, sizeof line) == strlen(line));
    CHECK(strstr(line, cso_strerror(CSO_ERR_NOT_FOUND)) != NULL);
    free(iso);
    return 0;
}
