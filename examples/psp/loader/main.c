/*
 * Lists the root directory of ms0:/ISO/game.cso on the screen and reads the first bytes of its first
 * file. Exits after ten seconds.
 */
#include "iso9660.h"
#include <pspdebug.h>
#include <pspiofilemgr.h>
#include <pspkernel.h>
#include <pspthreadman.h>
#include <stdlib.h>
#include <string.h>

PSP_MODULE_INFO("cso loader", PSP_MODULE_USER, 1, 0);
PSP_MAIN_THREAD_ATTR(PSP_THREAD_ATTR_USER);

#define PATH "ms0:/ISO/game.cso"

/* The callbacks of the source. Only one thread reads, so seek and read need no lock. */

static int64_t read_file(void *user, uint64_t offset, void *buf, size_t len)
{
    SceUID file = *(SceUID *)user;
    SceOff at = sceIoLseek(file, (SceOff)offset, PSP_SEEK_SET);

    return at < 0 ? at : sceIoRead(file, buf, len);
}

static int64_t size_of_file(void *user)
{
    return sceIoLseek(*(SceUID *)user, 0, PSP_SEEK_END);
}

static void close_file(void *user)
{
    sceIoClose(*(SceUID *)user);
}

/* Opens the image in memory that this function allocates. With index pages of 2048 blocks, this is
 * about 17 KB for an image of any size. */
static cso_status open_image(SceUID *file, void **memory, cso_handle **image)
{
    static unsigned char head[CSO_PROBE_SIZE];
    cso_source source;
    cso_open_options options;
    int got = sceIoRead(*file, head, sizeof head);

    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.index_page_blocks = 2048;
    options.memory_size = got > 0 ? cso_memory_needed(head, (size_t)got, &options) : 0;
    *memory = options.memory = options.memory_size != 0 ? malloc(options.memory_size) : NULL;
    if (options.memory == NULL)
        options.memory_size = 0; /* opening reports what is wrong with the file */

    memset(&source, 0, sizeof source);
    source.struct_size = sizeof source;
    source.user = file;
    source.read_at = read_file;
    source.size = size_of_file;
    source.close = close_file;
    return cso_open_source(&source, &options, image);
}

static int show(void *user, const iso_entry *entry)
{
    iso_entry *first = user;

    pspDebugScreenPrintf("%10lu %s%s\n", (unsigned long)entry->size, entry->name,
                         entry->is_directory ? "/" : "");
    if (!entry->is_directory && first->name[0] == '\0')
        *first = *entry;
    return 0;
}

static void run(cso_handle *image)
{
    static unsigned char begin[64] __attribute__((aligned(64)));
    static iso_entry first;
    int result = iso_list_root(image, show, &first);

    if (result == 0 && first.name[0] != '\0')
        result = iso_read(image, &first, 0, begin, sizeof begin);
    if (result < 0) {
        cso_error error;
        static char line[200];
        error.struct_size = sizeof error;
        cso_last_error(image, &error);
        cso_error_message(&error, line, sizeof line);
        pspDebugScreenPrintf("%s\n", line);
    } else if (result == ISO_NONE) {
        pspDebugScreenPrintf("no ISO 9660 file system\n");
    } else if (first.name[0] != '\0') {
        pspDebugScreenPrintf("%s begins with %02x %02x %02x %02x\n", first.name, begin[0],
                             begin[1], begin[2], begin[3]);
    }
}

int main(void)
{
    SceUID file;
    void *memory = NULL;
    cso_handle *image;
    cso_status status;

    pspDebugScreenInit();
    pspDebugScreenPrintf("libcso %s\n", cso_version_string());
    file = sceIoOpen(PATH, PSP_O_RDONLY, 0);
    if (file < 0) {
        pspDebugScreenPrintf("cannot open %s\n", PATH);
    } else {
        status = open_image(&file, &memory, &image);
        if (status == CSO_OK) {
            run(image);
            cso_close(image);
        } else {
            pspDebugScreenPrintf("%s: %s\n", PATH, cso_strerror(status));
            sceIoClose(file); /* opening failed, so the source was not closed */
        }
        free(memory);
    }
    sceKernelDelayThread(10 * 1000 * 1000);
    sceKernelExitGame();
    return 0;
}
