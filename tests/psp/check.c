/*
 * Tests the library from C code that is compiled for the PSP:
 *
 *     check calls IMAGE ISO     checks the parameters and results of every function and callback
 *     check read IMAGE ISO      checks that every sector equals the ISO, with several options
 *     check bad IMAGE STATUS    checks that opening or reading fails with this status
 *     check heap                checks that an image of 1.8 GB takes little memory and stack
 *     check list IMAGE          prints the names and sizes of the files in the root directory
 */
#include "../../examples/psp/loader/iso9660.h"
#include "runtime.h"

#define CHECK(condition)                                             \
    do {                                                             \
        if (!(condition)) {                                          \
            say_number("FAILED: " #condition " in line", __LINE__);  \
            quit(1);                                                 \
        }                                                            \
    } while (0)

/* Small data. With -G8, code accesses it through $gp, which the library must not change. */
int small_counter = 1;
static int32_t last_result = 2;

/* A file in memory, which callbacks read. */
struct memory_file {
    const unsigned char *data;
    size_t len;
    uint32_t reads, closed;
    size_t most; /* maximum number of bytes of one read */
    int64_t failure;
};

static int64_t read_memory_file(void *user, uint64_t offset, void *buf, size_t len)
{
    struct memory_file *source_data = user;
    size_t left;
    small_counter++;
    source_data->reads++;
    if (source_data->failure != 0)
        return source_data->failure;
    if (offset >= source_data->len)
        return 0;
    left = source_data->len - (size_t)offset;
    if (len > left)
        len = left;
    if (len > source_data->most)
        len = source_data->most;
    memcpy(buf, source_data->data + (size_t)offset, len);
    return (int64_t)len;
}

static int64_t size_of_memory_file(void *user)
{
    small_counter++;
    return (int64_t)((struct memory_file *)user)->len;
}

static void close_memory_file(void *user)
{
    small_counter++;
    ((struct memory_file *)user)->closed++;
}

static cso_source source_of(struct memory_file *source_data)
{
    cso_source source;
    memset(&source, 0, sizeof source);
    source.struct_size = sizeof source;
    source.user = source_data;
    source.read_at = read_memory_file;
    source.size = size_of_memory_file;
    source.close = close_memory_file;
    return source;
}

static cso_open_options options_of(uint32_t page_size)
{
    cso_open_options options;
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.index_page_blocks = page_size;
    return options;
}

static unsigned char sectors[64 * CSO_SECTOR_SIZE] __attribute__((aligned(64)));

static void check_sectors(cso_handle *image, const unsigned char *iso, size_t len)
{
    uint32_t count = (uint32_t)(len / CSO_SECTOR_SIZE), i, run;
    size_t got;
    for (i = 0; i < count; i++) {
        CHECK(cso_read_sector(image, i, sectors) == CSO_OK);
        CHECK(memcmp(sectors, iso + i * CSO_SECTOR_SIZE, CSO_SECTOR_SIZE) == 0);
    }
    for (i = 0; i < count; i += run) {
        run = 1 + i % 64;
        if (run > count - i)
            run = count - i;
        CHECK(cso_read_sectors(image, i, run, sectors) == CSO_OK);
        CHECK(memcmp(sectors, iso + i * CSO_SECTOR_SIZE, run * CSO_SECTOR_SIZE) == 0);
    }
    for (i = 1; i < len; i += 40009) {
        CHECK(cso_read_at(image, i, sectors, 5003, &got) == CSO_OK);
        CHECK(got == (len - i < 5003 ? len - i : 5003));
        CHECK(memcmp(sectors, iso + i, got) == 0);
    }
}

static void check_read(const unsigned char *file, size_t file_len, const unsigned char *iso,
                       size_t len)
{
    static const uint32_t page_sizes[] = {0, 1, 2048};
    uint32_t i, calls;
    cso_handle *image;
    CHECK(cso_open_memory(file, file_len, NULL, &image) == CSO_OK);
    check_sectors(image, iso, len);
    cso_close(image);
    for (i = 0; i < 3; i++) {
        struct memory_file source_data = {file, file_len, 0, 0, i == 1 ? 1000 : (size_t)-1, 0};
        cso_source source = source_of(&source_data);
        cso_open_options options = options_of(page_sizes[i]);
        CHECK(cso_open_source(&source, &options, &image) == CSO_OK);
        calls = heap_calls;
        check_sectors(image, iso, len);
        CHECK(heap_calls == calls); /* reading does not allocate */
        cso_close(image);
        CHECK(source_data.closed == 1 && heap_used == 0);
        /* In memory of the caller, opening does not allocate either. */
        options.memory_size = cso_memory_needed(file, file_len, &options);
        options.memory = malloc(options.memory_size);
        calls = heap_calls;
        CHECK(options.memory != NULL);
        CHECK(cso_open_source(&source, &options, &image) == CSO_OK);
        check_sectors(image, iso, len);
        cso_close(image);
        CHECK(source_data.closed == 2 && heap_calls == calls);
        free(options.memory);
        CHECK(heap_used == 0);
    }
    /* Each allocation fails in turn, which must return an error and leak nothing. */
    for (i = 0; i < 100; i++) {
        cso_status status;
        heap_fails_after = (int)i;
        status = cso_open_memory(file, file_len, NULL, &image);
        if (status == CSO_OK)
            break;
        CHECK(status == CSO_ERR_OUT_OF_MEMORY && image == NULL && heap_used == 0);
    }
    heap_fails_after = -1;
    CHECK(i < 100);
    cso_close(image);
    CHECK(heap_used == 0);
}

static void check_calls(const unsigned char *file, size_t file_len, const unsigned char *iso,
                        size_t len)
{
    struct memory_file source_data = {file, file_len, 0, 0, (size_t)-1, 0};
    cso_source source = source_of(&source_data);
    cso_open_options options = options_of(64);
    cso_info info;
    cso_block block;
    cso_error error;
    cso_handle *image;
    char line[100];
    size_t got = 0;
    uint32_t before;

    CHECK(cso_version() == CSO_VERSION);
    CHECK(text_equal(cso_version_string(), CSO_VERSION_STRING));
    CHECK(text_equal(cso_strerror(CSO_OK), "success"));
    CHECK(text_equal(cso_strerror(CSO_ERR_EMPTY), "the file is empty"));
    CHECK(text_equal(cso_status_name(CSO_ERR_TRUNCATED), "CSO_ERR_TRUNCATED"));
    CHECK(cso_status_name(-9999) == NULL);
    CHECK(text_equal(cso_format_name(CSO_FORMAT_ZSO), "ZSO"));

    memset(&info, 0, sizeof info);
    info.struct_size = sizeof info;
    CHECK(cso_probe(file, file_len, &info) == CSO_OK);
    if (info.format != CSO_FORMAT_ISO) {
        CHECK(info.size == len && info.sectors == len / CSO_SECTOR_SIZE && info.file_size == 0);
        CHECK(cso_memory_needed(file, 7, &options) == 0);
    }
    CHECK(cso_memory_needed(file, file_len, &options) > 4096);

    CHECK(cso_open_memory(file, file_len, NULL, &image) == CSO_OK);
    cso_close(image);
    cso_close(NULL);

    error.struct_size = sizeof error;
    options.error = &error;
    CHECK(cso_open_source(&source, &options, &image) == CSO_OK && error.status == CSO_OK);
    CHECK(cso_get_info(image, &info) == CSO_OK);
    CHECK(info.file_size == file_len && info.size == len && info.block_size >= 2048);
    memset(&block, 0, sizeof block);
    block.struct_size = sizeof block;
    CHECK(cso_get_block(image, info.blocks - 1, &block) == CSO_OK);
    CHECK(block.offset + block.stored_size <= file_len && block.size <= info.block_size);
    CHECK(cso_get_block(image, info.blocks, &block) == CSO_ERR_OUT_OF_RANGE);

    /* Six words: a handle, a 64-bit number, and three parameters that EABI passes in t0 to t2. */
    CHECK(cso_read_at(image, 0x8001, line, 5, &got) == CSO_OK);
    CHECK(got == 5 && memcmp(line, "CD001", 5) == 0);
    CHECK(cso_read_at(image, 0x100000000ull + 0x8001, line, 5, &got) == CSO_OK && got == 0);
    CHECK(cso_read_at(image, len - 3, line, 100, &got) == CSO_OK);
    CHECK(got == 3 && memcmp(line, iso + len - 3, 3) == 0);
    CHECK(cso_read_at(image, 0, NULL, 5, &got) == CSO_ERR_ARGUMENT);
    CHECK(cso_read_at(image, 0, line, 5, NULL) == CSO_ERR_ARGUMENT);
    CHECK(cso_read_sector(image, 16, sectors) == CSO_OK);
    CHECK(cso_read_sectors(image, 16, 2, sectors) == CSO_OK);
    CHECK(memcmp(sectors, iso + 16 * CSO_SECTOR_SIZE, 2 * CSO_SECTOR_SIZE) == 0);
    CHECK(cso_read_sectors(image, info.sectors - 1, 2, sectors) == CSO_ERR_OUT_OF_RANGE);

    /* A callback fails. Its 64-bit result is limited to 32 bits. */
    source_data.failure = -0x80020102ll;
    before = source_data.reads;
    CHECK(cso_read_sectors(image, 0, 64, sectors) == CSO_ERR_READ && source_data.reads > before);
    CHECK(cso_last_error(image, &error) == CSO_OK);
    CHECK(error.status == CSO_ERR_READ && error.os_error == INT32_MIN);
    source_data.failure = -5;
    CHECK(cso_read_sectors(image, 0, 64, sectors) == CSO_ERR_READ);
    CHECK(cso_last_error(image, &error) == CSO_OK && error.os_error == -5);
    got = cso_error_message(&error, line, sizeof line);
    CHECK(got > 20 && line[got] == '\0' && memcmp(line, "block 0 at byte ", 16) == 0);
    CHECK(memcmp(line + got - 13, "(os error -5)", 13) == 0);
    source_data.failure = 0;
    CHECK(cso_read_sectors(image, 0, 64, sectors) == CSO_OK);

    CHECK(source_data.closed == 0);
    cso_close(image);
    CHECK(source_data.closed == 1);
    /* Small data has the expected values: each callback incremented the counter. */
    CHECK(small_counter > 5 && last_result == 2 && heap_used == 0);
}

static int bad_status(const unsigned char *file, size_t len)
{
    cso_handle *image;
    cso_info info;
    uint32_t i;
    cso_status status = cso_open_memory(file, len, NULL, &image);
    if (status != CSO_OK)
        return status;
    info.struct_size = sizeof info;
    CHECK(cso_get_info(image, &info) == CSO_OK);
    for (i = 0; i < info.sectors && status == CSO_OK; i++)
        status = cso_read_sector(image, i, sectors);
    /* Larger requests fail with the same status. */
    for (i = 0; status != CSO_OK && i < info.sectors; i += 32) {
        uint32_t count = info.sectors - i < 32 ? info.sectors - i : 32;
        if (cso_read_sectors(image, i, count, sectors) == status)
            break;
        CHECK(i + 32 < info.sectors);
    }
    cso_close(image);
    CHECK(heap_used == 0);
    return status;
}

/* A CSO file of 900,000 blocks, whose bytes are computed when they are read. Blocks with even
 * numbers are stored blocks. Blocks with odd numbers are deflate streams of one stored deflate
 * block. */

#define BIG_BLOCKS 900000u
#define BIG_DATA (24 + 4 * (BIG_BLOCKS + 1))
#define PAIR (2048 + 2053)

static uint32_t big_position(uint32_t block)
{
    return BIG_DATA + block / 2 * PAIR + block % 2 * 2048;
}

static unsigned char big_data(uint32_t block, uint32_t at)
{
    return (unsigned char)(block * 31 + at * 7 + (block >> 8));
}

static unsigned char big_byte(uint32_t at)
{
    static const unsigned char header[24] = {'C', 'I', 'S', 'O', 24, 0, 0, 0};
    static const unsigned char stream[5] = {1, 0, 8, 0xFF, 0xF7};
    uint32_t size = BIG_BLOCKS * 2048, in_pair, block, entry;
    if (at >= 8 && at < 12)
        return (unsigned char)(size >> (at - 8) * 8);
    if (at == 17)
        return 8; /* second byte of the block size, 2048 */
    if (at == 20)
        return 1;
    if (at < 24)
        return header[at];
    if (at < BIG_DATA) {
        block = (at - 24) / 4;
        entry = big_position(block) | (block % 2 == 0 && block < BIG_BLOCKS ? 0x80000000u : 0);
        return (unsigned char)(entry >> at % 4 * 8);
    }
    block = (at - BIG_DATA) / PAIR * 2;
    in_pair = (at - BIG_DATA) % PAIR;
    if (in_pair < 2048)
        return big_data(block, in_pair);
    in_pair -= 2048;
    return in_pair < 5 ? stream[in_pair] : big_data(block + 1, in_pair - 5);
}

static int64_t read_big(void *user, uint64_t offset, void *buf, size_t len)
{
    unsigned char *to = buf;
    size_t i;
    (void)user;
    for (i = 0; i < len && offset + i < big_position(BIG_BLOCKS); i++)
        to[i] = big_byte((uint32_t)offset + i);
    return (int64_t)i;
}

static int64_t size_of_big(void *user)
{
    (void)user;
    return big_position(BIG_BLOCKS);
}

/* The next functions measure how much stack a call takes. fill_stack fills the unused stack below
 * sp with a pattern. overwritten_stack returns the number of bytes below sp that were overwritten
 * since, by the library or by callbacks. */

#define CHECKED_STACK 16384

static inline unsigned char *stack_pointer(void)
{
    unsigned char *sp;
    __asm__ volatile("move %0, $29" : "=r"(sp));
    return sp;
}

static inline void fill_stack(unsigned char *sp)
{
    uint32_t i;
    for (i = CHECKED_STACK; i >= 256; i--)
        *(volatile unsigned char *)(sp - i) = 0x5A;
}

static inline uint32_t overwritten_stack(unsigned char *sp)
{
    uint32_t i;
    for (i = CHECKED_STACK; i >= 256; i--)
        if (*(volatile unsigned char *)(sp - i) != 0x5A)
            break;
    return i;
}

static __attribute__((noinline)) cso_status open_big(cso_open_options *options, cso_handle **image,
                                                     uint32_t *stack)
{
    unsigned char *sp;
    cso_status status;
    cso_source source;
    memset(&source, 0, sizeof source);
    source.struct_size = sizeof source;
    source.read_at = read_big;
    source.size = size_of_big;
    sp = stack_pointer();
    fill_stack(sp);
    status = cso_open_source(&source, options, image);
    *stack = overwritten_stack(sp);
    return status;
}

static __attribute__((noinline)) uint32_t read_big_sectors(cso_handle *image)
{
    unsigned char *sp = stack_pointer();
    uint32_t i, k, block = 0;
    fill_stack(sp);
    for (i = 0; i < 200; i++) {
        uint32_t count = 1 + i % 20;
        block = (block + 104729 * (i + 1)) % (BIG_BLOCKS - 20);
        CHECK(cso_read_sectors(image, block, count, sectors) == CSO_OK);
        for (k = 0; k < count * 2048; k += 61)
            CHECK(sectors[k] == big_data(block + k / 2048, k % 2048));
    }
    return overwritten_stack(sp);
}

static void check_heap(void)
{
    cso_open_options options = options_of(2048);
    cso_handle *image;
    uint32_t calls, opening, reading;
    unsigned char head[CSO_PROBE_SIZE];

    CHECK(open_big(&options, &image, &opening) == CSO_OK);
    calls = heap_calls;
    reading = read_big_sectors(image);
    CHECK(heap_calls == calls);
    cso_close(image);
    CHECK(heap_used == 0 && heap_peak <= 65536);
    say_number("peak heap, index pages of 2048 blocks:", heap_peak);
    say_number("stack of opening:", opening);
    say_number("stack of reading:", reading);
    CHECK(opening <= 4096 && reading <= 4096);

    CHECK(read_big(NULL, 0, head, sizeof head) == sizeof head);
    options.memory_size = cso_memory_needed(head, sizeof head, &options);
    say_number("memory of the caller, index pages of 2048 blocks:", options.memory_size);
    CHECK(options.memory_size != 0 && options.memory_size <= 65536);
    options.memory = malloc(options.memory_size);
    calls = heap_calls;
    CHECK(open_big(&options, &image, &opening) == CSO_OK);
    read_big_sectors(image);
    CHECK(heap_calls == calls);
    cso_close(image);
}

static int show(void *user, const iso_entry *entry)
{
    (void)user;
    say_number(entry->name, entry->size);
    return 0;
}

/* Reads the start of a file in pieces and with one request, and compares the results. */
static int compare(void *user, const iso_entry *entry)
{
    static unsigned char whole[3000], piece[1000];
    int32_t got, i, part;
    if (entry->is_directory)
        return 0;
    got = iso_read(user, entry, 0, whole, sizeof whole);
    CHECK(got == (int32_t)(entry->size < sizeof whole ? entry->size : sizeof whole));
    for (i = 0; i < got; i += part) {
        part = iso_read(user, entry, (uint32_t)i, piece, sizeof piece);
        CHECK(part > 0 && memcmp(piece, whole + i, (size_t)(part < got - i ? part : got - i)) == 0);
    }
    CHECK(iso_read(user, entry, entry->size, piece, 1) == 0);
    return 0;
}

static void list(const unsigned char *file, size_t len)
{
    cso_handle *image;
    CHECK(cso_open_memory(file, len, NULL, &image) == CSO_OK);
    CHECK(iso_list_root(image, show, NULL) == 0);
    /* iso_list_root uses a buffer of its own, so its callback may read files. */
    CHECK(iso_list_root(image, compare, image) == 0);
    cso_close(image);
}

int check_main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    unsigned char *file = NULL, *iso = NULL;
    size_t file_len = 0, len = 0;

    if (argc > 2)
        file = load(argv[2], &file_len);
    if (argc == 4 && !text_equal(what, "bad"))
        iso = load(argv[3], &len);
    if (argc == 4 && text_equal(what, "calls")) {
        check_calls(file, file_len, iso, len);
    } else if (argc == 4 && text_equal(what, "read")) {
        check_read(file, file_len, iso, len);
    } else if (argc == 4 && text_equal(what, "bad")) {
        int status = bad_status(file, file_len);
        if ((uint32_t)-status != text_number(argv[3])) {
            say_number(argv[2], (uint32_t)-status);
            return 1;
        }
    } else if (argc == 2 && text_equal(what, "heap")) {
        check_heap();
    } else if (argc == 3 && text_equal(what, "list")) {
        list(file, file_len);
    } else {
        say("usage: check calls|read IMAGE ISO, bad IMAGE STATUS, heap, list IMAGE\n");
        return 2;
    }
    return 0;
}
