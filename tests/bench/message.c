/* SPDX-License-Identifier: Apache-2.0 */
#include "message.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool
message_is_reply(const struct message *message)
{
	return memcmp(message->head, "HTTP/", 5) == 0;
}

int
message_status(const struct message *message)
{
	/* "HTTP/1.1 200 OK" */
	return message->head_len < 12
	    ? 0
	    : (int)strtol(message->head + 9, NULL, 10);
}

/* --- the head --------------------------------------------------------------- */

static bool
is_field(const char *line, const char *name)
{
	return strncasecmp(line, name, strlen(name)) == 0;
}

static void
read_field(struct message *message, const char *line)
{
	if (is_field(line, "content-length:")) {
		message->left = strtoull(line + 15, NULL, 10);
		message->phase = message->left == 0 ? MESSAGE_DONE
						    : MESSAGE_BODY;
	} else if (is_field(line, "transfer-encoding: chunked")) {
		message->phase = MESSAGE_CHUNK_SIZE;
	} else if (is_field(line, "connection: close")) {
		message->close = true;
	}
}

static void
read_head(struct message *message)
{
	const char *line = message->head;
	int status = message_is_reply(message) ? message_status(message) : 0;

	message->phase = status == 0 || status == 101 || status == 204
	    ? MESSAGE_DONE
	    : MESSAGE_UNTIL_END;
	while ((line = strchr(line, '\n')) != NULL) {
		line++;
		/* Of all fields, only those that begin so matter. */
		if (strchr("cCtT", *line) != NULL && *line != '\0')
			read_field(message, line);
	}
}

static size_t
feed_head(struct message *message, const char *data, size_t len)
{
	size_t before = message->head_len;
	size_t room = sizeof(message->head) - 1 - before;
	size_t taken = len < room ? len : room;
	size_t from = before > 3 ? before - 3 : 0;
	char *end;

	memcpy(message->head + before, data, taken);
	message->head_len += taken;
	end = memmem(
	    message->head + from, message->head_len - from, "\r\n\r\n", 4);
	if (end == NULL) {
		message->head[message->head_len] = '\0';
		if (taken == room)
			message->phase = MESSAGE_BROKEN;
		return taken;
	}
	end += 4;
	*end = '\0';
	message->head_len = (size_t)(end - message->head);
	read_head(message);
	return message->head_len - before;
}

/* --- the body --------------------------------------------------------------- */

static size_t
feed_data(struct message *message, size_t len, enum message_phase next)
{
	size_t taken = len < message->left ? len : (size_t)message->left;

	message->left -= taken;
	message->body += taken;
	if (message->left == 0)
		message->phase = next;
	return taken;
}

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A byte of the framing between chunks. */
static void
feed_framing(struct message *message, char c)
{
	if (message->phase == MESSAGE_CHUNK_SIZE && hex(c) >= 0) {
		message->left = message->left * 16 + (unsigned long long)hex(c);
	} else if (message->phase == MESSAGE_TRAILER && c != '\r' &&
	    c != '\n') {
		message->last_chunk = false; /* a field, then another line */
	} else if (c != '\n') {
		return;
	} else if (message->phase == MESSAGE_CHUNK_SIZE) {
		message->last_chunk = message->left == 0;
		message->phase = message->left == 0 ? MESSAGE_TRAILER
						    : MESSAGE_CHUNK;
	} else if (message->phase == MESSAGE_CHUNK_END) {
		message->phase = MESSAGE_CHUNK_SIZE;
	} else {
		message->phase = message->last_chunk ? MESSAGE_DONE
						     : MESSAGE_TRAILER;
		message->last_chunk = true;
	}
}

static size_t
feed_some(struct message *message, const char *data, size_t len)
{
	switch (message->phase) {
	case MESSAGE_HEAD:
		return feed_head(message, data, len);
	case MESSAGE_BODY:
		return feed_data(message, len, MESSAGE_DONE);
	case MESSAGE_CHUNK:
		return feed_data(message, len, MESSAGE_CHUNK_END);
	case MESSAGE_UNTIL_END:
		message->body += len;
		return len;
	case MESSAGE_CHUNK_SIZE:
	case MESSAGE_CHUNK_END:
	case MESSAGE_TRAILER:
		feed_framing(message, *data);
		return 1;
	case MESSAGE_DONE:
	case MESSAGE_BROKEN:
		break;
	}
	return 0;
}

size_t
message_feed(struct message *message, const char *data, size_t len)
{
	size_t taken = 0;

	while (taken < len && message->phase < MESSAGE_DONE)
		taken += feed_some(message, data + taken, len - taken);
	return taken;
}
