/* What the test program has instead of a C library: it is compiled for the PSP's convention, EABI,
 * and runs on Linux for MIPS, in an emulator, by raw system calls. */
#ifndef RUNTIME_H
#define RUNTIME_H

#include <stddef.h>
#include <stdint.h>

void say(const char *text);
void say_number(const char *text, uint32_t number);
_Noreturn void quit(int code);

/* A call of Linux: its result, or a failure's number, negative. */
int32_t system_call(int32_t number, uint32_t a, uint32_t b, uint32_t c);

/* The whole file, in memory that is never given back. Ends the program if there is none. */
unsigned char *load(const char *path, size_t *len);

int text_equal(const char *a, const char *b);
uint32_t text_number(const char *text);

void *malloc(size_t size);
void *memalign(size_t align, size_t size);
void free(void *block);
void *memcpy(void *to, const void *from, size_t len);
void *memmove(void *to, const void *from, size_t len);
void *memset(void *to, int value, size_t len);
int memcmp(const void *a, const void *b, size_t len);

/* Bytes that malloc and memalign have handed out, now and at the most; and calls of them. */
extern uint32_t heap_used, heap_peak, heap_calls;

/* The call after this many more fails; negative: none does. */
extern int heap_fails_after;

int check_main(int argc, char **argv);

#endif
