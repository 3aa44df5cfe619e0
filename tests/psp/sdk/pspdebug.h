#ifndef PSPDEBUG_H
#define PSPDEBUG_H

void pspDebugScreenInit(void);
void pspDebugScreenPrintf(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
