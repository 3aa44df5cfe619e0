/* Replaces the C library in the test programs. They are compiled for EABI, the calling convention
 * of the PSP, and run in an emulator of Linux on MIPS, whose system calls they make directly. */
#ifndef RUNTIME_H
#define RUNTIME_H

#include <stddef.h>
#include <stdint.h>

void say(const char *text);
void say_number(const char *text, uint32_t number);
_Noreturn void quit(int code);

/* Makes a system call. Returns the result, or the negated error number. */
int32_t system_call(int32_t number, uint32_t a, uint32_t b, uint32_t c);

/* Returns the contents of a file, in memory that is never freed. Ends the program on failure. */
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

/* Allocated bytes, their maximum, and the number of calls of malloc and memalign. */
extern uint32_t heap_used, heap_peak, heap_calls;

/* Number of allocations that succeed before one fails. If negative, none fails. */
extern int heap_fails_after;

int check_main(int argc, char **argv);

#endif
