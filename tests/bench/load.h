/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load -- what the modes of the load generator share.
 */
#ifndef BENCH_LOAD_H
#define BENCH_LOAD_H

#include <openssl/ssl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire.h"

struct plan {
	struct address to;
	SSL_CTX *tls; /* NULL: none */
	size_t connections;
	double seconds; /* 0: until so many requests */
	uint64_t requests;
	uint64_t bytes; /* of bulk modes */
	bool close; /* a connection per request */
	uint64_t pace_us; /* rest between requests */
	const char *request; /* its bytes */
	size_t request_len;
	int expect; /* the status of every reply; 0: none is awaited */
};

/* The modes.  Each says it is ready, waits to be told, prints a line of JSON. */
void load_requests(const struct plan *plan);
void load_hold(const struct plan *plan);
void load_get(const struct plan *plan);
void load_put(const struct plan *plan);
void load_echo(const struct plan *plan);
void load_echo_bytes(const struct plan *plan);

/* "ready" on standard output, then a line of standard input. */
void load_wait(void);

uint64_t now_ns(void);

/* A connection that waits in its calls, dialed until it is there. */
struct wire load_connect(const struct plan *plan);

/* --- how long it took -------------------------------------------------------- */

/* Counts of durations, each known within 3%. */
struct histogram {
	uint64_t counts[64 * 32];
	uint64_t total;
};

void histogram_add(struct histogram *histogram, uint64_t ns);
/* In microseconds, below which this part of them was. */
double histogram_at(const struct histogram *histogram, double part);
/* As members of a JSON object. */
void histogram_print(const struct histogram *histogram);

#endif
