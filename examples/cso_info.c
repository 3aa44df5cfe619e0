/*
 * Prints the format and the sizes of disc images:
 *
 *     cso_info game.cso other.zso
 */
#include <cso.h>
#include <inttypes.h>
#include <stdio.h>

static void print_info(const char *path, const cso_info *info)
{
    printf("%s\n", path);
    printf("  format      %s\n", cso_format_name(info->format));
    printf("  image       %" PRIu64 " bytes, %" PRIu32 " sectors\n", info->size, info->sectors);
    printf("  file        %" PRIu64 " bytes, %.1f %% of the image\n", info->file_size,
           100.0 * (double)info->file_size / (double)info->size);
    printf("  blocks      %" PRIu32 " of %" PRIu32 " bytes\n", info->blocks, info->block_size);
}

/* Returns 0 on success and 1 if the image cannot be opened. */
static int show(const char *path)
{
    /* struct_size is required in every struct. All other fields may be zero. */
    cso_error error = {.struct_size = sizeof error};
    cso_open_options options = {.struct_size = sizeof options, .error = &error};
    cso_info info = {.struct_size = sizeof info};
    cso_handle *image;

    if (cso_open_with(path, &options, &image) != CSO_OK) {
        char text[200];
        cso_error_message(&error, text, sizeof text);
        fprintf(stderr, "%s: %s\n", path, text);
        return 1;
    }
    if (cso_get_info(image, &info) == CSO_OK)
        print_info(path, &info);
    cso_close(image);
    return 0;
}

int main(int argc, char **argv)
{
    int failed = 0;

    if (argc < 2) {
        fprintf(stderr, "usage: %s IMAGE...\n", argv[0]);
        return 2;
    }
    for (int i = 1; i < argc; i++)
        failed |= show(argv[i]);
    return failed;
}
