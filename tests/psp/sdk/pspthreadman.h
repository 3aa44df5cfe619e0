#ifndef PSPTHREADMAN_H
#define PSPTHREADMAN_H

#include <psptypes.h>

#define PSP_THREAD_ATTR_USER 0x80000000u

int sceKernelDelayThread(SceUInt delay);

#endif
