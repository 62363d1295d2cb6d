/* SPDX-License-Identifier: Apache-2.0 */
/*
 * chunk -- the chunked coding, read strictly: 1 to 8 hex digits, CR LF, the
 * data, CR LF; no extensions, no trailers.  Parsers disagree about everything
 * beyond that (RFC 9112, 7.1; CVE-2021-22960, CVE-2025-22871).
 */
#ifndef HTTP_CHUNK_H
#define HTTP_CHUNK_H

#include <stddef.h>

#include "errmsg.h"

enum chunk_state {
	CHUNK_STATE_SIZE = 0, /* no digit yet */
	CHUNK_STATE_DIGITS,
	CHUNK_STATE_SIZE_LF,
	CHUNK_STATE_DATA,
	CHUNK_STATE_DATA_CR,
	CHUNK_STATE_DATA_LF,
	CHUNK_STATE_END_CR, /* behind the last chunk */
	CHUNK_STATE_END_LF,
	CHUNK_STATE_DONE,
	CHUNK_STATE_BROKEN,
};

struct chunk_reader {
	enum chunk_state state;
	unsigned digits;
	size_t left; /* of the chunk at hand */
};

enum chunk_result {
	CHUNK_BROKEN = 0, /* for good */
	CHUNK_MORE,
	CHUNK_DONE,
};

struct chunk_data {
	size_t used; /* bytes taken from the input */
	const char *at; /* data among them, perhaps none */
	size_t len;
};

void chunk_reader_init(struct chunk_reader *reader);

/* Take from bytes up to the end of the first piece of data.  Call again with
 * what is left. */
enum chunk_result chunk_read(struct chunk_reader *reader, const char *bytes,
    size_t len, struct chunk_data *data, struct errmsg *err);

#endif
