/* Verifying: digests, which of them, progress and cancel, and where the damage is. */

#include "test.h"

/* CRC-32, MD5 and SHA-1 of 8000 bytes "0123456789" over and over, from coreutils and gzip. */
#define KNOWN_SIZE 8000u
