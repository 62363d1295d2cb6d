/* SPDX-License-Identifier: Apache-2.0 */
/* tape -- tar archives for tests, header by header; ustar, as POSIX has it. */
#ifndef LOOP_TAPE_H
#define LOOP_TAPE_H

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define TAPE_BLOCK 512

struct tape_header {
	const char *name;
	unsigned mode;
	char type; /* '0' file, '2' symbolic link, '3' device, '5' directory */
	size_t size;
	const char *link;
};

/* One header into block, which has TAPE_BLOCK bytes. */
static inline void
tape_header(char *block, const struct tape_header *header)
{
	unsigned sum = 0;

	memset(block, 0, TAPE_BLOCK);
	(void)snprintf(block, 100, "%s", header->name);
	(void)snprintf(block + 100, 8, "%07o", header->mode & 07777777U);
	(void)snprintf(block + 108, 8, "%07o", 0U);
	(void)snprintf(block + 116, 8, "%07o", 0U);
	(void)snprintf(block + 124, 12, "%011zo", header->size);
	(void)snprintf(block + 136, 12, "%011o", 0U);
	block[156] = header->type;
	if (header->link != NULL)
		(void)snprintf(block + 157, 100, "%s", header->link);
	memcpy(block + 257,
	    "ustar\0"
	    "00",
	    8);
	memset(block + 148, ' ', 8);
	for (size_t i = 0; i < TAPE_BLOCK; i++)
		sum += (unsigned char)block[i];
	(void)snprintf(block + 148, 7, "%06o", sum);
}

/* Bytes of a file of this size, with what fills its last block. */
static inline size_t
tape_padded(size_t size)
{
	return (size + TAPE_BLOCK - 1) / TAPE_BLOCK * TAPE_BLOCK;
}

#endif
