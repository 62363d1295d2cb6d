/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replies -- what the stand-in engine answers, made in advance.
 */
#ifndef BENCH_REPLIES_H
#define BENCH_REPLIES_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes that are written so many times. */
struct part {
	const char *data;
	size_t len;
	unsigned long long times;
};

struct reply {
	const char *method, *target; /* a target's end, without query */
	struct part parts[4]; /* up to one with times 0 */
	bool endless; /* no more is read, nor written, after it */
	bool echo; /* what comes after it is sent back */
};

/* bytes: of bulk replies, a multiple of 256 KiB. */
void replies_make(unsigned long long bytes);

/* That to a request's head. */
const struct reply *reply_to(const char *head);

#endif
