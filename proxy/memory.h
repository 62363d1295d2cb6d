/* SPDX-License-Identifier: Apache-2.0 */
/* memory -- how jansson gets memory, in each of our programs. */
#ifndef MEMORY_H
#define MEMORY_H

/* The first thing that a program does.  From then on a document that there is no
 * memory for is not read (json_error_out_of_memory), and the seeds of hashes
 * cannot be guessed. */
void memory_init(void);

/* What was freed and is kept at hand goes back to the C library. */
void memory_give_back(void);

#endif
