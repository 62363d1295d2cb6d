/* SPDX-License-Identifier: Apache-2.0 */
/* The chunked coding: where the bytes are split changes nothing, and another
 * reader reads the same. */
#include <stdlib.h>
#include <string.h>

#include "fuzz/fuzz.h"
#include "fuzz/strict_http.h"
#include "http/chunk.h"

struct read {
	enum chunk_result result;
	size_t used, len;
	char *data;
};

/* Feed bytes in pieces of at most step, the first one shorter. */
static void
feed(
    const char *bytes, size_t len, size_t first, size_t step, struct read *read)
{
	struct chunk_reader reader;
	struct errmsg err;
	size_t end = first;

	chunk_reader_init(&reader);
	read->result = CHUNK_MORE;
	read->used = read->len = 0;
	while (read->result == CHUNK_MORE) {
		struct chunk_data data = {0, NULL, 0};

		read->result = chunk_read(
		    &reader, bytes + read->used, end - read->used, &data, &err);
		HOLDS(data.used <= end - read->used);
		if (data.len > 0) {
			HOLDS(data.at >= bytes + read->used &&
			    data.at + data.len <=
				bytes + read->used + data.used);
			memcpy(read->data + read->len, data.at, data.len);
		}
		read->len += data.len;
		read->used += data.used;
		if (read->result == CHUNK_MORE && read->used == end) {
			if (end == len)
				break;
			end = len - end < step ? len : end + step;
		} else {
			HOLDS(read->result != CHUNK_MORE || data.used > 0);
		}
	}
}

static void
agree(const struct read *a, const struct read *b)
{
	HOLDS(a->result == b->result);
	if (a->result == CHUNK_BROKEN)
		return;
	HOLDS(a->used == b->used && a->len == b->len);
	HOLDS(memcmp(a->data, b->data, a->len) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *bytes = fuzz_text(data, size);
	struct read whole = {.data = malloc(size + 1)};
	struct read parts = {.data = malloc(size + 1)};
	char *other = malloc(size + 1);
	size_t other_len;
	long used;

	HOLDS(whole.data != NULL && parts.data != NULL && other != NULL);
	feed(bytes, size, size, size, &whole);
	feed(bytes, size, 0, 1, &parts);
	agree(&whole, &parts);
	for (size_t i = 0; i < size && i < 64; i++) {
		feed(bytes, size, i, size, &parts);
		agree(&whole, &parts);
	}
	used = strict_dechunk(bytes, size, other, &other_len);
	HOLDS((used < 0) == (whole.result == CHUNK_BROKEN));
	HOLDS((used > 0) == (whole.result == CHUNK_DONE));
	if (used >= 0) {
		HOLDS(other_len == whole.len);
		HOLDS(memcmp(other, whole.data, other_len) == 0);
	}
	if (used > 0)
		HOLDS((size_t)used == whole.used);
	free(bytes);
	free(whole.data);
	free(parts.data);
	free(other);
	return 0;
}
