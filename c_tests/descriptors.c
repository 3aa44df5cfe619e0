/* Tests cso_open_fd: the image begins at the first byte of the file, and the descriptor is
 * unchanged. */

#define _POSIX_C_SOURCE 200809L

#include "test.h"
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static int open_file(const char *path, int flags)
{
    int fd = open(path, flags);
    CHECK(fd >= 0);
    return fd;
}

/* The caller may close the descriptor after opening, and reads do not move its file position. */
static void reads_through_a_duplicate(const char *path, const unsigned char *image)
{
    unsigned char sector[CSO_SECTOR_SIZE];
    cso_handle *first, *second;
    int fd = open_file(path, O_RDONLY);
    CHECK(lseek(fd, 77, SEEK_SET) == 77);
    CHECK_OK(cso_open_fd(fd, NULL, &first));
    CHECK_OK(cso_open_fd(fd, NULL, &second));
    CHECK_OK(cso_read_sector(first, 20, sector));
    CHECK(lseek(fd, 0, SEEK_CUR) == 77);
    CHECK(close(fd) == 0);
    cso_close(first);
    CHECK_OK(cso_read_sector(second, 20, sector));
    CHECK(memcmp(sector, image + 20 * CSO_SECTOR_SIZE, sizeof sector) == 0);
    cso_close(second);
}

/* cso_close and a failed cso_open_fd leave no descriptor open. */
static void no_descriptor_leaks(const char *path, const char *junk)
{
    cso_handle *handle;
    int before = open_file(path, O_RDONLY), bad = open_file(junk, O_RDONLY), after;
    CHECK_OK(cso_open_fd(before, NULL, &handle));
    cso_close(handle);
    CHECK_STATUS(cso_open_fd(bad, NULL, &handle), CSO_ERR_UNKNOWN_FORMAT);
    CHECK(close(before) == 0 && close(bad) == 0);
    after = open_file(path, O_RDONLY);
    CHECK(after == before); /* a new descriptor gets the lowest free number */
    CHECK(close(after) == 0);
}

static void refusals(const char *path)
{
    static char somewhere;
    cso_handle *handle = (cso_handle *)(void *)&somewhere;
    cso_open_options options;
    cso_error error;
    int fd, ends[2];
    INIT(options);
    INIT(error);
    options.error = &error;
    CHECK_STATUS(cso_open_fd(-1, &options, &handle), CSO_ERR_ARGUMENT);
    CHECK(handle == NULL && error.status == CSO_ERR_ARGUMENT);
    CHECK_STATUS(cso_open_fd(INT32_MAX, NULL, &handle), CSO_ERR_ARGUMENT);
    fd = open_file(path, O_WRONLY);
    CHECK_STATUS(cso_open_fd(fd, NULL, &handle), CSO_ERR_PERMISSION_DENIED);
    CHECK(close(fd) == 0);
    fd = open_file(test_dir, O_RDONLY);
    CHECK_STATUS(cso_open_fd(fd, NULL, &handle), CSO_ERR_IS_DIRECTORY);
    CHECK(close(fd) == 0);
    CHECK(pipe(ends) == 0);
    CHECK_STATUS(cso_open_fd(ends[0], NULL, &handle), CSO_ERR_NOT_A_FILE);
    CHECK(close(ends[0]) == 0 && close(ends[1]) == 0);
    fd = open_file(path, O_RDONLY);
    CHECK_STATUS(cso_open_fd(fd, NULL, NULL), CSO_ERR_ARGUMENT);
    CHECK(close(fd) == 0);
}

int main(int argc, char **argv)
{
    unsigned char *image = new_image(), *file = new_stored_cso();
    const char *path, *junk;
    set_test_dir(argc, argv);
    path = in_dir("in.cso");
    junk = in_dir("junk");
    write_file(path, file, STORED_SIZE);
    write_file(junk, "no image", 8);
    reads_through_a_duplicate(path, image);
    no_descriptor_leaks(path, junk);
    refusals(path);
    free(file);
    free(image);
    return 0;
}
