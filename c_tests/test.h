/*
 * Helpers of the test programs: checks, which end the program if they fail, files, and a disc
 * image.
 *
 * The only argument of each program is an empty directory. A program that succeeds prints nothing
 * and exits with 0.
 */
#ifndef CSO_TEST_H
#define CSO_TEST_H

#include <cso.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                              \
    do {                                                                              \
        if (!(condition)) {                                                           \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);           \
            exit(1);                                                                  \
        }                                                                             \
    } while (0)

#define CHECK_STATUS(call, wanted) check_status((call), (wanted), #call, __FILE__, __LINE__)
#define CHECK_OK(call) CHECK_STATUS(call, CSO_OK)

static inline const char *status_name(cso_status status)
{
    const char *name = cso_status_name(status);
    return name != NULL ? name : "a status without a name";
}

static inline void check_status(cso_status got, cso_status wanted, const char *call,
                                const char *file, int line)
{
    if (got != wanted) {
        fprintf(stderr, "%s:%d: %s\n  is %s and should be %s\n", file, line, call,
                status_name(got), status_name(wanted));
        exit(1);
    }
}

/* Sets struct_size of a struct and all other fields to 0. */
#define INIT(variable) \
    (memset(&(variable), 0, sizeof(variable)), (variable).struct_size = (uint32_t)sizeof(variable))

/* The directory for the files of the program. in_dir returns the path of a file in it. */
static const char *test_dir;

static inline void set_test_dir(int argc, char **argv)
{
    CHECK(argc == 2);
    test_dir = argv[1];
}

static inline const char *in_dir(const char *name)
{
    static char paths[32][1024];
    char path[sizeof *paths] = {0};
    size_t i;
    CHECK(snprintf(path, sizeof path, "%s/%s", test_dir, name) < (int)sizeof path);
    for (i = 0; paths[i][0] != 0 && strcmp(paths[i], path) != 0; i++)
        CHECK(i + 1 < sizeof paths / sizeof *paths);
    memcpy(paths[i], path, sizeof path);
    return paths[i];
}

static inline void write_file(const char *path, const void *data, size_t len)
{
    FILE *file = fopen(path, "wb");
    CHECK(file != NULL);
    CHECK(fwrite(data, 1, len, file) == len);
    CHECK(fclose(file) == 0);
}

/* Returns the bytes of a file, followed by a NUL that *len does not include. The caller frees
 * them. */
static inline unsigned char *read_file(const char *path, size_t *len)
{
    FILE *file = fopen(path, "rb");
    unsigned char *data;
    long end;
    CHECK(file != NULL);
    CHECK(fseek(file, 0, SEEK_END) == 0);
    end = ftell(file);
    CHECK(end >= 0);
    CHECK(fseek(file, 0, SEEK_SET) == 0);
    data = malloc((size_t)end + 1);
    CHECK(data != NULL);
    CHECK(fread(data, 1, (size_t)end, file) == (size_t)end);
    data[end] = 0;
    CHECK(fclose(file) == 0);
    *len = (size_t)end;
    return data;
}

static inline int file_exists(const char *path)
{
    FILE *file = fopen(path, "rb");
    return file != NULL && fclose(file) == 0;
}

static inline void check_file(const char *path, const void *data, size_t len)
{
    size_t found;
    unsigned char *bytes = read_file(path, &found);
    CHECK(found == len);
    CHECK(memcmp(bytes, data, len) == 0);
    free(bytes);
}

static inline void put16(unsigned char *at, unsigned value)
{
    at[0] = (unsigned char)value;
    at[1] = (unsigned char)(value >> 8);
}

static inline void put32(unsigned char *at, uint32_t value)
{
    put16(at, value & 0xFFFF);
    put16(at + 2, value >> 16);
}

/* Size of an image with words, tables, zeros and noise. Its last sector has 700 bytes. */
#define IMAGE_SECTORS 151u
#define IMAGE_SIZE ((IMAGE_SECTORS - 1) * CSO_SECTOR_SIZE + 700u)

static inline void fill_image(unsigned char *image)
{
    static const char words[] = "the disc, a sector, this block, its index, zero, an image, ";
    uint32_t noise = 1;
    size_t i;
    for (i = 0; i < IMAGE_SIZE; i++) {
        noise = noise * 1664525u + 1013904223u;
        switch (i / 16384 % 4) {
        case 0:
            image[i] = (unsigned char)words[(i + i / 97) % (sizeof(words) - 1)];
            break;
        case 1:
            image[i] = (unsigned char)(noise >> 24);
            break;
        case 2:
            image[i] = 0;
            break;
        default:
            image[i] = (unsigned char)(i % 4 == 0 ? i / 4 : i % 4);
            break;
        }
    }
    memcpy(image + 0x8001, "CD001", 5);
}

static inline unsigned char *new_image(void)
{
    unsigned char *image = malloc(IMAGE_SIZE);
    CHECK(image != NULL);
    fill_image(image);
    return image;
}

/* A CSO v1 file that has only stored blocks, made without the library. */
#define STORED_BLOCK(i) (24u + 4 * (IMAGE_SECTORS + 1) + 2048 * (i))
#define STORED_SIZE STORED_BLOCK(IMAGE_SECTORS)

static inline unsigned char *new_stored_cso(void)
{
    unsigned char *file = calloc(1, STORED_SIZE);
    uint32_t i;
    CHECK(file != NULL);
    memcpy(file, "CISO", 4);
    put32(file + 4, 24);
    put32(file + 8, IMAGE_SIZE);
    put32(file + 16, 2048);
    file[20] = 1;
    for (i = 0; i < IMAGE_SECTORS; i++)
        put32(file + 24 + 4 * i, STORED_BLOCK(i) | 0x80000000u);
    put32(file + 24 + 4 * i, STORED_SIZE);
    fill_image(file + STORED_BLOCK(0));
    return file;
}

/* Formats that the library writes. */
static const uint32_t WRITTEN[] = {CSO_FORMAT_CSO_V1, CSO_FORMAT_CSO_V2, CSO_FORMAT_ZSO,
                                   CSO_FORMAT_DAX};
#define WRITTEN_COUNT (sizeof(WRITTEN) / sizeof(WRITTEN[0]))

#endif
