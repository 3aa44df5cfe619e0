#ifndef PSPTYPES_H
#define PSPTYPES_H

#include <stdint.h>

typedef int SceUID;
typedef unsigned int SceSize;
typedef int SceMode;
typedef unsigned int SceUInt;
typedef int64_t SceOff;

#endif
