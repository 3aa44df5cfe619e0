/* The root directory of an ISO 9660 image, read through an open handle of the library. */
#ifndef ISO9660_H
#define ISO9660_H

#include <cso.h>

/* A file or a directory. */
typedef struct {
    char name[224]; /* without the version, such as "EBOOT.BIN" */
    uint32_t sector;
    uint32_t size; /* in bytes */
    int is_directory;
} iso_entry;

/* Called for each entry; anything but 0 ends the listing, which then returns it. */
typedef int (*iso_visit)(void *user, const iso_entry *entry);

/* The image has no ISO 9660 file system, or a damaged one. (Negative numbers are cso_status.) */
#define ISO_NONE 1000

/* Lists the root directory. Returns 0, what visit returned, ISO_NONE or a negative cso_status. It
 * takes 2 KiB of static memory: one thread at a time. */
int iso_list_root(cso_handle *image, iso_visit visit, void *user);

/* Reads up to len bytes of a file, from offset on. Returns how many, or a negative cso_status. */
int32_t iso_read(cso_handle *image, const iso_entry *file, uint32_t offset, void *buf, uint32_t len);

#endif
