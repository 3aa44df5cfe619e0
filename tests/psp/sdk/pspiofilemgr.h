#ifndef PSPIOFILEMGR_H
#define PSPIOFILEMGR_H

#include <psptypes.h>

#define PSP_O_RDONLY 1
#define PSP_SEEK_SET 0
#define PSP_SEEK_CUR 1
#define PSP_SEEK_END 2

SceUID sceIoOpen(const char *file, int flags, SceMode mode);
int sceIoClose(SceUID fd);
int sceIoRead(SceUID fd, void *data, SceSize size);
SceOff sceIoLseek(SceUID fd, SceOff offset, int whence);

#endif
