/* SPDX-License-Identifier: Apache-2.0 */
/* memory -- how jansson gets memory, in each of our programs. */
#ifndef MEMORY_H
#define MEMORY_H

/* The first thing that a program does.  From then on small values are quick to
 * make, and the seeds of hashes cannot be guessed.  Linked in, it also makes
 * json_dumps() write all or nothing.  For json_loadb() there is json_read(). */
void memory_init(void);

/* What was freed and is kept at hand goes back to the C library. */
void memory_give_back(void);

#endif
