/* Tests cso_decompress_file: progress, cancellation, and the files after a failure. */

#include "test.h"

static const char old[] = "old contents of the output";

struct watch {
    unsigned calls;
    unsigned stop_at;
    cso_progress last;
};

static int32_t record_progress(void *user, const cso_progress *progress)
{
    struct watch *watch = user;
    CHECK(progress->done >= watch->last.done && progress->done <= progress->total);
    CHECK(progress->total == IMAGE_SIZE);
    watch->last = *progress;
    return ++watch->calls == watch->stop_at;
}

static void progress_and_cancel(const char *in, const char *out, const unsigned char *image)
{
    cso_decompress_options options;
    struct watch watch;
    cso_summary summary;
    memset(&watch, 0, sizeof watch);
    INIT(summary);
    INIT(options);
    options.progress = record_progress;
    options.user = &watch;
    options.summary = &summary;
    options.threads = 2;
    CHECK_OK(cso_decompress_file(in, out, &options));
    CHECK(watch.last.done == IMAGE_SIZE && watch.last.written == IMAGE_SIZE);
    CHECK(summary.image_size == IMAGE_SIZE && summary.file_size == IMAGE_SIZE);
    check_file(out, image, IMAGE_SIZE);

    write_file(out, old, sizeof old);
    memset(&watch, 0, sizeof watch);
    watch.stop_at = 1;
    CHECK_STATUS(cso_decompress_file(in, out, &options), CSO_ERR_CANCELLED);
    CHECK(watch.calls == 1);
    check_file(out, old, sizeof old);
}

static void failures(const char *in, const char *out)
{
    cso_decompress_options options;
    cso_error error;
    size_t len;
    unsigned char *file;
    const char *none = in_dir("none"), *bad = in_dir("bad");
    INIT(error);
    INIT(options);
    options.error = &error;
    CHECK_STATUS(cso_decompress_file(in, in, &options), CSO_ERR_SAME_FILE);
    CHECK_STATUS(cso_decompress_file(none, out, &options), CSO_ERR_NOT_FOUND);
    CHECK(error.on_output == 0 && error.os_error != 0);
    CHECK_STATUS(cso_decompress_file(in, in_dir("no/where"), &options), CSO_ERR_NOT_FOUND);
    CHECK(error.on_output == 1);
    write_file(out, old, sizeof old);
    options.flags = CSO_DECOMPRESS_KEEP_EXISTING;
    CHECK_STATUS(cso_decompress_file(in, out, &options), CSO_ERR_ALREADY_EXISTS);
    check_file(out, old, sizeof old);
    options.flags = 0;

    file = read_file(in, &len);
    write_file(bad, file, len - 1);
    CHECK_STATUS(cso_decompress_file(bad, none, &options), CSO_ERR_TRUNCATED);
    CHECK(!file_exists(none));
    free(file);

    write_file(bad, old, sizeof old);
    CHECK_STATUS(cso_decompress_file(bad, none, &options), CSO_ERR_UNKNOWN_FORMAT);
    options.flags = CSO_DECOMPRESS_ACCEPT_UNRECOGNIZED;
    CHECK_OK(cso_decompress_file(bad, none, &options));
    check_file(none, old, sizeof old);
}

int main(int argc, char **argv)
{
    unsigned char *image = new_image();
    const char *iso, *cso, *out;
    set_test_dir(argc, argv);
    iso = in_dir("in.iso");
    cso = in_dir("in.cso");
    out = in_dir("out.iso");
    write_file(iso, image, IMAGE_SIZE);
    CHECK_OK(cso_compress_file(iso, cso, NULL));
    progress_and_cancel(cso, out, image);
    failures(cso, out);
    free(image);
    return 0;
}
