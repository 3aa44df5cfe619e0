/*
 * Converts a disc image. The extension of the output selects the format: .cso, .zso, .dax or .iso.
 *
 *     convert game.iso game.cso
 */
#include <cso.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Prints the progress. The library calls it on the thread that converts, at most every 20 ms. */
static int32_t show_progress(void *user, const cso_progress *progress)
{
    int percent = (int)(100.0 * (double)progress->done / (double)progress->total);

    fprintf(stderr, "\r%s: %3d %%", (const char *)user, percent);
    return 0; /* nonzero cancels the conversion */
}

static int ends_in(const char *name, const char *extension)
{
    size_t length = strlen(name), end = strlen(extension);

    return length > end && strcmp(name + length - end, extension) == 0;
}

/* Returns the format that belongs to the extension of a file name, or 0 if there is none. */
static uint32_t format_of(const char *name)
{
    if (ends_in(name, ".cso"))
        return CSO_FORMAT_CSO_V1;
    if (ends_in(name, ".zso"))
        return CSO_FORMAT_ZSO;
    if (ends_in(name, ".dax"))
        return CSO_FORMAT_DAX;
    if (ends_in(name, ".iso"))
        return CSO_FORMAT_ISO;
    return 0;
}

static cso_status compress(char *input, const char *output, uint32_t format, cso_error *error,
                           cso_summary *summary)
{
    cso_compress_options options = {
        .struct_size = sizeof options,
        .flags = CSO_COMPRESS_KEEP_EXISTING, /* fail if the output exists */
        .format = format,
        .progress = show_progress,
        .user = input,
        .error = error,
        .summary = summary,
    };

    return cso_compress_file(input, output, &options);
}

static cso_status decompress(char *input, const char *output, cso_error *error,
                             cso_summary *summary)
{
    cso_decompress_options options = {
        .struct_size = sizeof options,
        .flags = CSO_DECOMPRESS_KEEP_EXISTING,
        .progress = show_progress,
        .user = input,
        .error = error,
        .summary = summary,
    };

    return cso_decompress_file(input, output, &options);
}

int main(int argc, char **argv)
{
    cso_error error = {.struct_size = sizeof error};
    cso_summary summary = {.struct_size = sizeof summary};
    uint32_t format = argc == 3 ? format_of(argv[2]) : 0;
    cso_status status;

    if (format == 0) {
        fprintf(stderr, "usage: %s INPUT OUTPUT.(cso|zso|dax|iso)\n", argv[0]);
        return 2;
    }
    if (format == CSO_FORMAT_ISO)
        status = decompress(argv[1], argv[2], &error, &summary);
    else
        status = compress(argv[1], argv[2], format, &error, &summary);
    fprintf(stderr, "\n");
    if (status != CSO_OK) {
        char text[200];
        cso_error_message(&error, text, sizeof text);
        fprintf(stderr, "%s to %s: %s\n", argv[1], argv[2], text);
        return 1;
    }
    printf("%s: %" PRIu64 " bytes of image in %" PRIu64 " bytes of file\n", argv[2],
           summary.image_size, summary.file_size);
    return 0;
}
