/* Tests cso_verify: digests, the choice of digests, progress, cancellation, and damaged files. */

#include "test.h"

/* An image of 8000 bytes, in which "0123456789" repeats. The expected digests were computed with
 * zlib and coreutils. */
#define KNOWN_SIZE 8000u
#define KNOWN_CRC32 0xBCD1F421u
static const unsigned char KNOWN_MD5[16] = {0xCF, 0x7E, 0x16, 0x3E, 0xC7, 0x12, 0x8B, 0x0E,
                                            0xCF, 0xD7, 0x2D, 0x67, 0xBA, 0xAB, 0x18, 0xC2};
static const unsigned char KNOWN_SHA1[20] = {0x20, 0xC4, 0x43, 0xC9, 0xBD, 0x46, 0x2A,
                                             0xA0, 0xF8, 0xC2, 0x2D, 0x77, 0x37, 0xAF,
                                             0x54, 0xB6, 0xFA, 0xD5, 0xC6, 0xEF};

static void known_digests(void)
{
    const char *input = in_dir("known"), *path = in_dir("known.out");
    char data[KNOWN_SIZE];
    size_t i, f;
    for (i = 0; i < sizeof data; i++)
        data[i] = (char)('0' + i % 10);
    write_file(input, data, sizeof data);
    for (f = 0; f < WRITTEN_COUNT; f++) {
        cso_compress_options options;
        cso_digests digests;
        cso_handle *handle;
        INIT(digests);
        INIT(options);
        options.format = WRITTEN[f];
        options.flags = CSO_COMPRESS_ACCEPT_UNRECOGNIZED;
        CHECK_OK(cso_compress_file(input, path, &options));
        CHECK_OK(cso_open(path, &handle));
        CHECK_OK(cso_verify(handle, NULL, &digests));
        CHECK(digests.present == (CSO_DIGEST_CRC32 | CSO_DIGEST_MD5 | CSO_DIGEST_SHA1));
        CHECK(digests.crc32 == KNOWN_CRC32);
        CHECK(memcmp(digests.md5, KNOWN_MD5, sizeof KNOWN_MD5) == 0);
        CHECK(memcmp(digests.sha1, KNOWN_SHA1, sizeof KNOWN_SHA1) == 0);
        cso_close(handle);
    }
}

static void some_digests(cso_handle *handle)
{
    static const unsigned char none[20];
    cso_verify_options options;
    cso_digests all, some;
    INIT(all);
    CHECK_OK(cso_verify(handle, NULL, &all));
    INIT(options);
    options.threads = 3;
    for (options.without = 0; options.without < 8; options.without++) {
        INIT(some);
        CHECK_OK(cso_verify(handle, &options, &some));
        CHECK(some.present == (7 & ~options.without));
        CHECK(some.crc32 == (options.without & CSO_DIGEST_CRC32 ? 0 : all.crc32));
        CHECK(memcmp(some.md5, options.without & CSO_DIGEST_MD5 ? none : all.md5, 16) == 0);
        CHECK(memcmp(some.sha1, options.without & CSO_DIGEST_SHA1 ? none : all.sha1, 20) == 0);
    }
    CHECK_STATUS(cso_verify(handle, &options, &some), CSO_ERR_ARGUMENT);
    options.without = 0;
    CHECK_OK(cso_verify(handle, &options, NULL));
}

struct watch {
    uint64_t done;
    int stop;
};

static int32_t watched(void *user, const cso_progress *progress)
{
    struct watch *watch = user;
    CHECK(progress->done >= watch->done && progress->total == IMAGE_SIZE);
    CHECK(progress->written == 0);
    watch->done = progress->done;
    return watch->stop;
}

static void progress_and_cancel(cso_handle *handle)
{
    struct watch watch = {0, 0};
    cso_verify_options options;
    cso_digests digests;
    INIT(options);
    options.progress = watched;
    options.user = &watch;
    CHECK_OK(cso_verify(handle, &options, NULL));
    CHECK(watch.done == IMAGE_SIZE);
    watch.done = 0;
    watch.stop = 1;
    INIT(digests);
    digests.crc32 = 77;
    CHECK_STATUS(cso_verify(handle, &options, &digests), CSO_ERR_CANCELLED);
    CHECK(digests.crc32 == 77); /* outputs are written only on success */
}

static void damage_is_found(const char *iso)
{
    const char *path = in_dir("bad.cso");
    unsigned char *file;
    size_t len;
    cso_compress_options compress;
    cso_handle *handle;
    cso_block block;
    cso_error error;
    char line[200], wanted[200];
    INIT(compress);
    compress.format = CSO_FORMAT_DAX;
    CHECK_OK(cso_compress_file(iso, path, &compress));
    CHECK_OK(cso_open(path, &handle));
    INIT(block);
    CHECK_OK(cso_get_block(handle, 3, &block));
    CHECK(block.coding == CSO_CODING_ZLIB);
    cso_close(handle);

    file = read_file(path, &len);
    file[block.offset + block.stored_size - 1] ^= 1; /* last byte of the Adler-32 checksum */
    CHECK_OK(cso_open_memory(file, len, NULL, &handle));
    CHECK_STATUS(cso_verify(handle, NULL, NULL), CSO_ERR_CHECKSUM);
    INIT(error);
    CHECK_OK(cso_last_error(handle, &error));
    CHECK(error.block == 3 && error.offset == block.offset && error.on_output == 0);
    snprintf(wanted, sizeof wanted, "block 3 at byte %lu: %s", (unsigned long)block.offset,
             cso_strerror(CSO_ERR_CHECKSUM));
    CHECK(cso_error_message(&error, line, sizeof line) == strlen(wanted));
    CHECK(strcmp(line, wanted) == 0);
    cso_close(handle);
    free(file);
}

int main(int argc, char **argv)
{
    unsigned char *image = new_image();
    const char *iso, *cso;
    cso_handle *handle;
    set_test_dir(argc, argv);
    iso = in_dir("in.iso");
    cso = in_dir("in.cso");
    write_file(iso, image, IMAGE_SIZE);
    CHECK_OK(cso_compress_file(iso, cso, NULL));
    CHECK_OK(cso_open(cso, &handle));
    some_digests(handle);
    progress_and_cancel(handle);
    cso_close(handle);
    damage_is_found(iso);
    known_digests();
    free(image);
    return 0;
}
