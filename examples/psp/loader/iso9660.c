#include "iso9660.h"

#define DESCRIPTOR 16 /* sector of the volume descriptor */
#define ROOT 156      /* offset of the root directory's record in the descriptor */

static uint32_t get32(const unsigned char *at)
{
    return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

/* Parses a directory record. Offsets: record length 0, sector 2, size 10, flags 25, length of the
 * name 32, name 33. */
static void parse(const unsigned char *record, iso_entry *entry)
{
    unsigned length = record[32], i;

    if (length > record[0] - 33u)
        length = record[0] - 33u;
    if (length > sizeof entry->name - 1)
        length = sizeof entry->name - 1;
    for (i = 0; i < length && record[33 + i] != ';'; i++)
        entry->name[i] = (char)record[33 + i];
    entry->name[i] = '\0';
    entry->sector = get32(record + 2);
    entry->size = get32(record + 10);
    entry->is_directory = (record[25] & 2) != 0;
}

/* Returns whether the record is "." or "..", whose names are a single byte 0 or 1. */
static int is_dots(const unsigned char *record)
{
    return record[32] == 1 && record[33] <= 1;
}

int iso_list_root(cso_handle *image, iso_visit visit, void *user)
{
    /* Aligned to a cache line, so that transfers from the memory stick need no copy. Static, because
     * PSP threads may have small stacks. */
    static unsigned char sector[CSO_SECTOR_SIZE] __attribute__((aligned(64)));
    uint32_t first, size, i;
    cso_status status = cso_read_sector(image, DESCRIPTOR, sector);

    if (status != CSO_OK)
        return status;
    if (sector[0] != 1 || sector[1] != 'C' || sector[2] != 'D' || sector[ROOT] < 34)
        return ISO_NONE;
    first = get32(sector + ROOT + 2);
    size = get32(sector + ROOT + 10);
    for (i = 0; i < size / CSO_SECTOR_SIZE; i++) {
        uint32_t at = 0;
        status = cso_read_sector(image, first + i, sector);
        if (status != CSO_OK)
            return status;
        /* A record does not cross a sector boundary. A length of 0 ends the records of a sector. */
        while (at + 34 <= CSO_SECTOR_SIZE && sector[at] != 0) {
            iso_entry entry;
            int end;
            if (sector[at] < 34 || at + sector[at] > CSO_SECTOR_SIZE)
                return ISO_NONE;
            if (!is_dots(sector + at)) {
                parse(sector + at, &entry);
                end = visit(user, &entry);
                if (end != 0)
                    return end;
            }
            at += sector[at];
        }
    }
    return 0;
}

int32_t iso_read(cso_handle *image, const iso_entry *file, uint32_t offset, void *buf, uint32_t len)
{
    uint64_t start = (uint64_t)file->sector * CSO_SECTOR_SIZE;
    size_t got;
    cso_status status;

    if (offset >= file->size)
        return 0;
    if (len > file->size - offset)
        len = file->size - offset;
    if (len > INT32_MAX)
        len = INT32_MAX;
    status = cso_read_at(image, start + offset, buf, len, &got);
    return status == CSO_OK ? (int32_t)got : status;
}
