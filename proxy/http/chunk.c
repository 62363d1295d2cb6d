/* SPDX-License-Identifier: Apache-2.0 */
#include "http/chunk.h"

#define DIGITS_MAX 8

void
chunk_reader_init(struct chunk_reader *reader)
{
	*reader = (struct chunk_reader){CHUNK_STATE_SIZE, 0, 0};
}

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* One byte of the size line. */
static enum chunk_state
read_size(struct chunk_reader *reader, char c)
{
	int digit = hex(c);

	if (digit >= 0 && reader->digits < DIGITS_MAX) {
		reader->left = reader->left * 16 + (size_t)digit;
		reader->digits++;
		return CHUNK_STATE_DIGITS;
	}
	if (c == '\r' && reader->digits > 0)
		return CHUNK_STATE_SIZE_LF;
	return CHUNK_STATE_BROKEN;
}

/* One byte that is not data. */
static enum chunk_state
read_byte(struct chunk_reader *reader, char c)
{
	switch (reader->state) {
	case CHUNK_STATE_SIZE:
	case CHUNK_STATE_DIGITS:
		return read_size(reader, c);
	case CHUNK_STATE_SIZE_LF:
		if (c != '\n')
			break;
		return reader->left == 0 ? CHUNK_STATE_END_CR
					 : CHUNK_STATE_DATA;
	case CHUNK_STATE_DATA_CR:
		return c == '\r' ? CHUNK_STATE_DATA_LF : CHUNK_STATE_BROKEN;
	case CHUNK_STATE_DATA_LF:
		if (c != '\n')
			break;
		reader->digits = 0;
		return CHUNK_STATE_SIZE;
	case CHUNK_STATE_END_CR:
		return c == '\r' ? CHUNK_STATE_END_LF : CHUNK_STATE_BROKEN;
	case CHUNK_STATE_END_LF:
		return c == '\n' ? CHUNK_STATE_DONE : CHUNK_STATE_BROKEN;
	case CHUNK_STATE_DATA:
	case CHUNK_STATE_DONE:
	case CHUNK_STATE_BROKEN:
		break;
	}
	return CHUNK_STATE_BROKEN;
}

static void
take_data(struct chunk_reader *reader, const char *at, size_t len,
    struct chunk_data *data)
{
	data->at = at;
	data->len = len < reader->left ? len : reader->left;
	data->used += data->len;
	reader->left -= data->len;
	if (reader->left == 0)
		reader->state = CHUNK_STATE_DATA_CR;
}

enum chunk_result
chunk_read(struct chunk_reader *reader, const char *bytes, size_t len,
    struct chunk_data *data, struct errmsg *err)
{
	*data = (struct chunk_data){0, NULL, 0};
	while (data->used < len && reader->state != CHUNK_STATE_DONE) {
		if (reader->state == CHUNK_STATE_DATA) {
			take_data(
			    reader, bytes + data->used, len - data->used, data);
			return CHUNK_MORE;
		}
		reader->state = read_byte(reader, bytes[data->used]);
		data->used++;
		if (reader->state == CHUNK_STATE_BROKEN) {
			(void)errmsg_set(err, "malformed chunked body");
			return CHUNK_BROKEN;
		}
	}
	return reader->state == CHUNK_STATE_DONE ? CHUNK_DONE : CHUNK_MORE;
}
