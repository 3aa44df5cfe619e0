/* Implements the functions of the PSP that examples/psp/loader calls, on Linux. Paths on ms0: are
 * relative to the working directory, and the screen is the standard output. */
#include "runtime.h"
#include <pspdebug.h>
#include <pspiofilemgr.h>
#include <pspkernel.h>
#include <pspthreadman.h>
#include <stdarg.h>

#define SYS_READ 4003
#define SYS_OPEN 4005
#define SYS_CLOSE 4006
#define SYS_LSEEK 4019

static const char device[] = "ms0:/";
static SceUInt waited;

SceUID sceIoOpen(const char *file, int flags, SceMode mode)
{
    size_t i;

    for (i = 0; i < sizeof device - 1; i++)
        if (file[i] != device[i])
            return -1;
    (void)mode;
    /* The PSP opens for reading with 1, Linux with 0. */
    return flags == PSP_O_RDONLY ? system_call(SYS_OPEN, (uint32_t)(file + i), 0, 0) : -1;
}

int sceIoClose(SceUID fd)
{
    return system_call(SYS_CLOSE, (uint32_t)fd, 0, 0);
}

int sceIoRead(SceUID fd, void *data, SceSize size)
{
    return system_call(SYS_READ, (uint32_t)fd, (uint32_t)data, size);
}

SceOff sceIoLseek(SceUID fd, SceOff offset, int whence)
{
    if (offset != (int32_t)offset)
        return -1;
    return system_call(SYS_LSEEK, (uint32_t)fd, (uint32_t)offset, (uint32_t)whence);
}

int sceKernelDelayThread(SceUInt delay)
{
    waited += delay;
    return 0;
}

/* Fails if the program ends before a user could read the screen. */
void sceKernelExitGame(void)
{
    quit(waited >= 1000 * 1000 ? 0 : 3);
}

void pspDebugScreenInit(void)
{
}

static void say_byte(char byte)
{
    const char text[2] = {byte, '\0'};
    say(text);
}

static void put_number(unsigned long number, unsigned base, int width, char filler)
{
    char digits[24];
    int at = sizeof digits - 1;

    digits[at] = '\0';
    do {
        digits[--at] = "0123456789abcdef"[number % base];
        number /= base;
        width--;
    } while (number != 0);
    while (width-- > 0)
        say_byte(filler);
    say(digits + at);
}

/* Supports %s, and %lu and %x with a width. */
void pspDebugScreenPrintf(const char *format, ...)
{
    va_list values;

    va_start(values, format);
    for (; *format != '\0'; format++) {
        char filler = ' ';
        int width = 0;
        if (*format != '%') {
            say_byte(*format);
            continue;
        }
        if (*++format == '0')
            filler = '0';
        for (; *format >= '0' && *format <= '9'; format++)
            width = width * 10 + (*format - '0');
        if (*format == 's') {
            say(va_arg(values, const char *));
        } else if (*format == 'x') {
            put_number(va_arg(values, unsigned), 16, width, filler);
        } else if (format[0] == 'l' && format[1] == 'u') {
            format++;
            put_number(va_arg(values, unsigned long), 10, width, filler);
        } else {
            say("unsupported format\n");
            quit(4);
        }
    }
    va_end(values);
}

int main(void);

int check_main(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    return main();
}
