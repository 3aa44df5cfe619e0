/* Tests cso_compress_file: formats, options, progress, cancellation, and the files after a
 * failure. */

#include "test.h"

static unsigned char *image;
static const char *iso, *out, *back;

static void round_trip(const cso_compress_options *options)
{
    CHECK_OK(cso_compress_file(iso, out, options));
    CHECK_OK(cso_decompress_file(out, back, NULL));
    check_file(back, image, IMAGE_SIZE);
}

static void all_formats(void)
{
    size_t i;
    round_trip(NULL);
    for (i = 0; i < WRITTEN_COUNT; i++) {
        cso_compress_options options;
        cso_summary summary;
        size_t len, again;
        unsigned char *one, *four;
        INIT(summary);
        INIT(options);
        options.format = WRITTEN[i];
        options.summary = &summary;
        options.threads = 1;
        round_trip(&options);
        one = read_file(out, &len);
        CHECK(summary.image_size == IMAGE_SIZE && summary.file_size == len);
        CHECK(len < IMAGE_SIZE);
        CHECK(summary.stored_blocks + summary.lz4_blocks + summary.deflate_blocks ==
              summary.blocks);
        CHECK(summary.blocks == (WRITTEN[i] == CSO_FORMAT_DAX ? 38 : IMAGE_SECTORS));

        options.threads = 4;
        options.flags = CSO_COMPRESS_NO_VERIFY;
        round_trip(&options);
        four = read_file(out, &again);
        CHECK(again == len && memcmp(one, four, len) == 0);
        free(one);
        free(four);
    }
}

static void all_options(void)
{
    cso_compress_options options;
    cso_summary plain, changed;
    uint32_t level;
    size_t len;
    INIT(plain);
    INIT(changed);
    for (level = CSO_MIN_LEVEL; level <= CSO_MAX_LEVEL; level++) {
        INIT(options);
        options.level = level;
        round_trip(&options);
    }
    INIT(options);
    options.summary = &plain;
    round_trip(&options);
    options.flags = CSO_COMPRESS_PAD;
    round_trip(&options);
    free(read_file(out, &len));
    CHECK(len % CSO_SECTOR_SIZE == 0);

    options.summary = &changed;
    options.flags = 0;
    options.stored_cost = CSO_MAX_COST;
    round_trip(&options);
    CHECK(changed.stored_blocks > plain.stored_blocks);

    INIT(options);
    options.format = CSO_FORMAT_CSO_V2;
    options.summary = &plain;
    round_trip(&options);
    options.lz4_cost = CSO_MAX_COST;
    options.summary = &changed;
    round_trip(&options);
    CHECK(changed.lz4_blocks > plain.lz4_blocks);

    INIT(options);
    options.format = CSO_FORMAT_DAX;
    options.summary = &plain;
    round_trip(&options);
    CHECK(plain.stored_blocks == 0);
    options.flags = CSO_COMPRESS_DAX_AREAS;
    options.summary = &changed;
    round_trip(&options);
    CHECK(changed.stored_blocks > 0);
}

static void from_any_format(void)
{
    cso_compress_options options;
    const char *other = in_dir("other");
    INIT(options);
    options.format = CSO_FORMAT_DAX;
    CHECK_OK(cso_compress_file(iso, other, &options));
    options.format = CSO_FORMAT_ZSO;
    CHECK_OK(cso_compress_file(other, out, &options));
    CHECK_OK(cso_decompress_file(out, back, NULL));
    check_file(back, image, IMAGE_SIZE);
}

struct watch {
    unsigned calls;
    uint64_t stop_at; /* cancel once this many bytes are done */
    cso_progress last;
};

static int32_t record_progress(void *user, const cso_progress *progress)
{
    struct watch *watch = user;
    CHECK(progress->done >= watch->last.done && progress->done <= progress->total);
    CHECK(progress->written >= watch->last.written && progress->total == IMAGE_SIZE);
    watch->last = *progress;
    watch->calls++;
    return progress->done >= watch->stop_at ? -7 : 0;
}

static void progress_and_cancel(void)
{
    static const char old[] = "what was there before";
    struct watch watch;
    cso_compress_options options;
    cso_error error;
    uint64_t stop;
    INIT(error);
    INIT(options);
    options.progress = record_progress;
    options.user = &watch;
    options.error = &error;
    memset(&watch, 0, sizeof watch);
    watch.stop_at = UINT64_MAX;
    CHECK_OK(cso_compress_file(iso, out, &options));
    CHECK(watch.calls > 0 && watch.last.done == IMAGE_SIZE && watch.last.written > 0);
    /* Cancel at the first call, in the middle, and just before the output gets its name. */
    for (stop = 0; stop <= IMAGE_SIZE; stop += IMAGE_SIZE / 2) {
        write_file(out, old, sizeof old);
        memset(&watch, 0, sizeof watch);
        watch.stop_at = stop;
        CHECK_STATUS(cso_compress_file(iso, out, &options), CSO_ERR_CANCELLED);
        CHECK(watch.last.done >= stop && error.status == CSO_ERR_CANCELLED);
        check_file(out, old, sizeof old);
    }
}

static void failure_leaves_old_output(void)
{
    static const char old[] = "what was there before";
    unsigned char *broken;
    size_t len;
    cso_compress_options options;
    cso_error error;
    const char *bad = in_dir("bad.zso"), *none = in_dir("none");
    INIT(error);
    INIT(options);
    options.error = &error;

    options.format = CSO_FORMAT_ZSO;
    CHECK_OK(cso_compress_file(iso, bad, &options));
    broken = read_file(bad, &len);
    memset(broken + 24 + 4 * (IMAGE_SECTORS + 1), 0xFF, 16); /* the first block */
    write_file(bad, broken, len);
    free(broken);
    write_file(out, old, sizeof old);
    CHECK_STATUS(cso_compress_file(bad, out, &options), CSO_ERR_BLOCK_DATA);
    CHECK(error.block == 0 && error.offset == 24 + 4 * (IMAGE_SECTORS + 1));
    CHECK(error.on_output == 0);
    check_file(out, old, sizeof old);
    CHECK_STATUS(cso_compress_file(bad, none, &options), CSO_ERR_BLOCK_DATA);
    CHECK(!file_exists(none));

    CHECK_STATUS(cso_compress_file(iso, iso, &options), CSO_ERR_SAME_FILE);
    check_file(iso, image, IMAGE_SIZE);
    options.flags = CSO_COMPRESS_KEEP_EXISTING;
    CHECK_STATUS(cso_compress_file(iso, out, &options), CSO_ERR_ALREADY_EXISTS);
    check_file(out, old, sizeof old);
    CHECK_OK(cso_compress_file(iso, none, &options));
    CHECK(error.status == CSO_OK);
    options.flags = 0;
    CHECK_STATUS(cso_compress_file(iso, in_dir("no/where"), &options), CSO_ERR_NOT_FOUND);
    CHECK(error.on_output == 1);
    CHECK_STATUS(cso_compress_file(iso, test_dir, &options), CSO_ERR_IS_DIRECTORY);
    CHECK_STATUS(cso_compress_file(test_dir, out, &options), CSO_ERR_IS_DIRECTORY);
}

static void unrecognized_inputs(void)
{
    static const char unrecognized[5000] = "no ISO 9660 descriptors";
    cso_compress_options options;
    const char *path = in_dir("unrecognized");
    write_file(path, unrecognized, sizeof unrecognized);
    INIT(options);
    CHECK_STATUS(cso_compress_file(path, out, &options), CSO_ERR_UNKNOWN_FORMAT);
    options.flags = CSO_COMPRESS_ACCEPT_UNRECOGNIZED;
    CHECK_OK(cso_compress_file(path, out, &options));
    CHECK_OK(cso_decompress_file(out, back, NULL));
    check_file(back, unrecognized, sizeof unrecognized);
}

int main(int argc, char **argv)
{
    set_test_dir(argc, argv);
    image = new_image();
    iso = in_dir("in.iso");
    out = in_dir("out");
    back = in_dir("back.iso");
    write_file(iso, image, IMAGE_SIZE);
    all_formats();
    all_options();
    from_any_format();
    progress_and_cancel();
    failure_leaves_old_output();
    unrecognized_inputs();
    free(image);
    return 0;
}
