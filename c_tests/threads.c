/* Tests one handle that many threads use. */

#define _POSIX_C_SOURCE 200809L

#include "test.h"
#include <pthread.h>

#define THREADS 8
#define ROUNDS 400

struct shared {
    cso_handle *handle;
    const unsigned char *image;
};

static void *read_around(void *user)
{
    static unsigned seeds;
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    const struct shared *shared = user;
    unsigned char buf[3 * CSO_SECTOR_SIZE];
    uint32_t random;
    int i;
    pthread_mutex_lock(&lock);
    random = ++seeds * 2654435761u;
    pthread_mutex_unlock(&lock);
    for (i = 0; i < ROUNDS; i++) {
        size_t offset, len, got;
        random = random * 1664525u + 1013904223u;
        offset = (random >> 8) % IMAGE_SIZE;
        len = (random >> 4) % sizeof buf;
        CHECK_OK(cso_read_at(shared->handle, offset, buf, len, &got));
        CHECK(got == (len < IMAGE_SIZE - offset ? len : IMAGE_SIZE - offset));
        CHECK(memcmp(buf, shared->image + offset, got) == 0);
        if (i % 50 == 0) {
            cso_error error;
            INIT(error);
            CHECK_STATUS(cso_read_sector(shared->handle, IMAGE_SECTORS, buf),
                         CSO_ERR_OUT_OF_RANGE);
            CHECK_OK(cso_last_error(shared->handle, &error));
            CHECK(error.status == CSO_ERR_OUT_OF_RANGE);
        }
    }
    return NULL;
}

static void read_by_all(cso_handle *handle, const unsigned char *image)
{
    struct shared shared;
    pthread_t threads[THREADS];
    int i;
    shared.handle = handle;
    shared.image = image;
    for (i = 0; i < THREADS; i++)
        CHECK(pthread_create(&threads[i], NULL, read_around, &shared) == 0);
    for (i = 0; i < THREADS; i++)
        CHECK(pthread_join(threads[i], NULL) == 0);
}

/* A source that reads from a FILE. The test fails if two threads call it at the same time, because
 * seeking and reading are two steps. */
struct cursor {
    FILE *file;
    int busy;
};

static int64_t cursor_read(void *user, uint64_t offset, void *buf, size_t len)
{
    struct cursor *cursor = user;
    size_t count;
    CHECK(!cursor->busy);
    cursor->busy = 1;
    CHECK(fseek(cursor->file, (long)offset, SEEK_SET) == 0);
    count = fread(buf, 1, len, cursor->file);
    cursor->busy = 0;
    return (int64_t)count;
}

static int64_t cursor_size(void *user)
{
    struct cursor *cursor = user;
    CHECK(fseek(cursor->file, 0, SEEK_END) == 0);
    return ftell(cursor->file);
}

static void cursor_close(void *user)
{
    struct cursor *cursor = user;
    CHECK(fclose(cursor->file) == 0);
    cursor->file = NULL;
}

int main(int argc, char **argv)
{
    unsigned char *image = new_image();
    cso_compress_options options;
    cso_open_options paged, threaded;
    cso_source source;
    struct cursor cursor;
    cso_handle *handle;
    const char *iso, *zso;
    set_test_dir(argc, argv);
    iso = in_dir("in.iso");
    zso = in_dir("out.zso");
    write_file(iso, image, IMAGE_SIZE);
    INIT(options);
    options.format = CSO_FORMAT_CSO_V2;
    options.block_size = 4096;
    CHECK_OK(cso_compress_file(iso, zso, &options));

    CHECK_OK(cso_open(zso, &handle));
    read_by_all(handle, image);
    cso_close(handle);

    INIT(paged);
    paged.index_page_blocks = 5;
    CHECK_OK(cso_open_with(zso, &paged, &handle));
    read_by_all(handle, image);
    cso_close(handle);

    INIT(threaded);
    threaded.threads = 3;
    threaded.decode_ahead = 65536;
    CHECK_OK(cso_open_with(zso, &threaded, &handle));
    read_by_all(handle, image);
    cso_close(handle);

    INIT(source);
    source.flags = CSO_SOURCE_SERIALIZE;
    source.user = &cursor;
    source.read_at = cursor_read;
    source.size = cursor_size;
    source.close = cursor_close;
    cursor.file = fopen(zso, "rb");
    cursor.busy = 0;
    CHECK(cursor.file != NULL);
    /* Threads of the library only decode and never call the source. */
    CHECK_OK(cso_open_source(&source, &threaded, &handle));
    read_by_all(handle, image);
    CHECK_OK(cso_verify(handle, NULL, NULL));
    cso_close(handle);
    CHECK(cursor.file == NULL);
    free(image);
    return 0;
}
