/* Reads the root directory of an ISO 9660 image through an open cso_handle. */
#ifndef ISO9660_H
#define ISO9660_H

#include <cso.h>

/* An entry of a directory: a file or another directory. */
typedef struct {
    char name[224]; /* without the version number, for example "EBOOT.BIN" */
    uint32_t sector; /* first sector of the data */
    uint32_t size; /* in bytes */
    int is_directory;
} iso_entry;

/* Called for each entry. Returns 0 to continue. Any other value ends the listing and becomes the
 * result of iso_list_root. */
typedef int (*iso_visit)(void *user, const iso_entry *entry);

/* Result of iso_list_root if the image has no ISO 9660 file system, or a damaged one. */
#define ISO_NONE 1000

/* Calls visit for each entry of the root directory. Returns 0, the nonzero result of visit,
 * ISO_NONE, or a negative cso_status. Uses a static buffer of 2 KiB, so only one thread may call it
 * at a time. */
int iso_list_root(cso_handle *image, iso_visit visit, void *user);

/* Reads up to len bytes of a file, beginning at byte offset. Returns the number of bytes read, or a
 * negative cso_status. */
int32_t iso_read(cso_handle *image, const iso_entry *file, uint32_t offset, void *buf, uint32_t len);

#endif
