#ifndef PSPKERNEL_H
#define PSPKERNEL_H

#include <psptypes.h>

#define PSP_MODULE_USER 0

/* On a PSP these define symbols for the loader of programs. */
#define PSP_MODULE_INFO(name, attributes, major, minor) \
    const char module_info[] = name " " #attributes " " #major "." #minor
#define PSP_MAIN_THREAD_ATTR(attributes) unsigned int sce_newlib_main_thread_attr = (attributes)

void sceKernelExitGame(void);

#endif
