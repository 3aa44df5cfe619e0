#ifndef STRING_H
#define STRING_H

#include <stddef.h>

void *memset(void *to, int value, size_t len);

#endif
