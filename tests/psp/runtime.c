#include "runtime.h"

/* argc and argv are on the stack. $gp points to small data (-G8). */
__asm__(".text\n"
        ".globl __start\n"
        ".ent __start\n"
        "__start:\n"
        "    la $28, _gp\n"
        "    lw $4, 0($29)\n"
        "    addiu $5, $29, 4\n"
        "    addiu $29, $29, -64\n"
        "    jal begin\n"
        ".end __start\n");

void begin(int argc, char **argv);

void begin(int argc, char **argv)
{
    quit(check_main(argc, argv));
}

/* Linux takes the number of the call in $2 and reports failure in $7. */
int32_t system_call(int32_t number, uint32_t a, uint32_t b, uint32_t c)
{
    register uint32_t v0 __asm__("$2") = (uint32_t)number;
    register uint32_t a0 __asm__("$4") = a;
    register uint32_t a1 __asm__("$5") = b;
    register uint32_t a2 __asm__("$6") = c;
    register uint32_t a3 __asm__("$7") = 0;
    __asm__ volatile("syscall"
                     : "+r"(v0), "+r"(a3)
                     : "r"(a0), "r"(a1), "r"(a2)
                     : "$1", "$3", "$8", "$9", "$10", "$11", "$12", "$13", "$14", "$15", "$24",
                       "$25", "hi", "lo", "memory");
    return a3 != 0 ? -(int32_t)v0 : (int32_t)v0;
}

#define SYS_EXIT 4001
#define SYS_READ 4003
#define SYS_WRITE 4004
#define SYS_OPEN 4005

_Noreturn void quit(int code)
{
    for (;;)
        system_call(SYS_EXIT, (uint32_t)code, 0, 0);
}

static size_t length(const char *text)
{
    size_t len = 0;
    while (text[len] != '\0')
        len++;
    return len;
}

void say(const char *text)
{
    system_call(SYS_WRITE, 1, (uint32_t)text, length(text));
}

void say_number(const char *text, uint32_t number)
{
    char digits[12];
    int at = sizeof digits - 1;
    digits[at] = '\0';
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    say(text);
    say(" ");
    say(digits + at);
    say("\n");
}

int text_equal(const char *a, const char *b)
{
    while (*a != '\0' && *a == *b)
        a++, b++;
    return *a == *b;
}

uint32_t text_number(const char *text)
{
    uint32_t number = 0;
    while (*text >= '0' && *text <= '9')
        number = number * 10 + (uint32_t)(*text++ - '0');
    return number;
}

static unsigned char files[24 << 20];
static size_t files_used;

unsigned char *load(const char *path, size_t *len)
{
    unsigned char *start = files + files_used;
    int32_t file = system_call(SYS_OPEN, (uint32_t)path, 0, 0);
    int32_t got;
    *len = 0;
    if (file < 0) {
        say("no such file: ");
        say(path);
        quit(2);
    }
    while ((got = system_call(SYS_READ, (uint32_t)file, (uint32_t)(start + *len),
                              sizeof files - files_used - *len)) > 0)
        *len += (size_t)got;
    files_used = (files_used + *len + 63) / 64 * 64;
    return start;
}

/* A heap that only grows and counts the allocated bytes. Each block is preceded by its size. */

static unsigned char heap[8 << 20] __attribute__((aligned(64)));
static uint32_t heap_top;
uint32_t heap_used, heap_peak, heap_calls;
int heap_fails_after = -1;

void *memalign(size_t align, size_t size)
{
    uint32_t at = (heap_top + 4 + align - 1) / align * align;
    if (heap_fails_after >= 0 && heap_fails_after-- == 0)
        return NULL;
    if (size > sizeof heap - at)
        return NULL;
    memcpy(heap + at - 4, &size, 4);
    heap_top = (at + size + 3) / 4 * 4;
    heap_calls++;
    heap_used += size;
    if (heap_used > heap_peak)
        heap_peak = heap_used;
    /* The heap is zero at first. Code that reads uninitialized memory must not find zeros. */
    memset(heap + at, 0xCD, size);
    return heap + at;
}

void *malloc(size_t size)
{
    return memalign(8, size);
}

void free(void *block)
{
    uint32_t size;
    if (block == NULL)
        return;
    memcpy(&size, (unsigned char *)block - 4, 4);
    memset(block, 0xEE, size);
    heap_used -= size;
}

void *memcpy(void *to, const void *from, size_t len)
{
    return memmove(to, from, len);
}

void *memmove(void *to, const void *from, size_t len)
{
    unsigned char *t = to;
    const unsigned char *f = from;
    size_t i;
    if (t < f)
        for (i = 0; i < len; i++)
            t[i] = f[i];
    else
        for (i = len; i-- > 0;)
            t[i] = f[i];
    return to;
}

void *memset(void *to, int value, size_t len)
{
    unsigned char *t = to;
    size_t i;
    for (i = 0; i < len; i++)
        t[i] = (unsigned char)value;
    return to;
}

int memcmp(const void *a, const void *b, size_t len)
{
    const unsigned char *x = a, *y = b;
    size_t i;
    for (i = 0; i < len; i++)
        if (x[i] != y[i])
            return x[i] - y[i];
    return 0;
}
