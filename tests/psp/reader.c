/* A program that only opens an image and reads sectors: .ci/psp.sh compares its size with a limit. */

#include <cso.h>

#include "runtime.h"

static int64_t read_at(void *user, uint64_t offset, void *buf, size_t len)
{
    (void)user, (void)offset, (void)buf;
    return (int64_t)len;
}

static int64_t size(void *user)
{
    (void)user;
    return 1000000;
}

static char sectors[4 * CSO_SECTOR_SIZE];

int check_main(int argc, char **argv)
{
    cso_source source = {0};
    cso_handle *handle;
    int result;
    (void)argc, (void)argv;
    source.struct_size = sizeof source;
    source.read_at = read_at;
    source.size = size;
    if (cso_open_source(&source, 0, &handle) != CSO_OK)
        return 1;
    result = cso_read_sectors(handle, 16, 4, sectors) != CSO_OK;
    cso_close(handle);
    return result;
}
