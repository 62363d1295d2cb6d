/* SPDX-License-Identifier: Apache-2.0 */
/* Heads of the daemon's answers: what is taken is made anew, and the new one is
 * read as the same by ourselves. */
#include "http/reply.h"

#include <stdlib.h>
#include <string.h>

#include "fuzz/fuzz.h"

static void
write_anew(const struct http_reply_head *head, enum http_method method)
{
	struct http_reply_plan plan = {.framing = head->framing,
	    .content_length = head->content_length,
	    .upgrade = head->status == 101 ? head->upgrade : HTTP_UPGRADE_NONE};
	struct http_reply_head again;
	struct errmsg err;
	size_t len;
	struct buffer out = {NULL, 0, 0, false};
	char *text;

	http_reply_head_write(&out, head, &plan);
	text = buffer_take(&out, &len);
	HOLDS(text != NULL && strlen(text) == len);
	HOLDS(http_head_end(text, len) == len);
	HOLDS(http_reply_head_read(text, len, method, &again, &err));
	HOLDS(again.status == head->status);
	HOLDS(again.framing == head->framing);
	HOLDS(head->framing != FRAMING_LENGTH ||
	    again.content_length == head->content_length);
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct http_reply_head head;
	struct errmsg err = {""};
	char *text;
	size_t end;

	if (size > 8192)
		return 0;
	text = fuzz_text(data, size);
	end = http_head_end(text, size);
	for (enum http_method method = METHOD_GET; method <= METHOD_DELETE;
	     method++) {
		if (http_reply_head_read(
			text, end == 0 ? size : end, method, &head, &err))
			write_anew(&head, method);
		else
			HOLDS(err.text[0] != '\0');
	}
	free(text);
	return 0;
}
