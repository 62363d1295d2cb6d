/* SPDX-License-Identifier: Apache-2.0 */
/*
 * strict_http -- a second reader of requests (RFC 9112, RFC 3986), which shares
 * nothing with what the program reads and writes by.
 */
#ifndef FUZZ_STRICT_HTTP_H
#define FUZZ_STRICT_HTTP_H

#include <stdbool.h>
#include <stddef.h>

#define STRICT_FIELDS 128

struct strict_field {
	char *name, *value; /* without the blanks around it */
};

struct strict_request {
	char *method, *target;
	struct strict_field field[STRICT_FIELDS];
	size_t n;
	size_t len; /* of the head */
	char *bytes; /* what all of it points into */
};

/* Read the head that the bytes begin with; false if there is none. */
bool strict_request_read(
    const char *bytes, size_t len, struct strict_request *request);
void strict_request_done(struct strict_request *request);

/* The value of a field that may come only once: NULL if it is absent.  *once is
 * made false if it comes twice. */
const char *strict_request_field(
    const struct strict_request *request, const char *name, bool *once);

/* Decode "%XX", and plus as a space if that is asked for, in place; the length,
 * or -1. */
long strict_unescape(char *text, bool plus);

/* base64url with padding (RFC 4648, 5): a new string, or NULL. */
char *strict_base64url(const char *text, size_t *len);

/* Decode what is chunked (RFC 9112, 7.1; neither extensions nor trailers): how
 * many bytes of the input it takes, 0 if it does not end there, -1 if it is
 * malformed.  data holds at least len bytes. */
long strict_dechunk(
    const char *bytes, size_t len, char *data, size_t *data_len);

#endif
