/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Targets, with their query, by every method: what is taken is clean, and what
 * is made of it is read as exactly what was judged, by another reader and by
 * ourselves.
 */
#include "http/target.h"

#include <stdlib.h>
#include <string.h>

#include "fuzz/fuzz.h"
#include "fuzz/request.h"
#include "prepare.h"

static void
path_is_clean(const struct target *target)
{
	const char *path = target->path;
	size_t len = strlen(path);

	HOLDS(*path == '/');
	HOLDS(target->minor == 0 ||
	    (target->minor >= API_MINOR_FIRST &&
		target->minor <= API_MINOR_LAST));
	HOLDS(strstr(path, "//") == NULL);
	HOLDS(strstr(path, "/../") == NULL && strstr(path, "/./") == NULL);
	HOLDS(len < 3 || strcmp(path + len - 3, "/..") != 0);
	HOLDS(len < 2 || strcmp(path + len - 2, "/.") != 0);
	for (; *path != '\0'; path++)
		HOLDS((unsigned char)*path >= 0x20 && *path != 0x7f &&
		    *path != '\\');
}

/* Read what was written: it must be the same request. */
static void
read_again(const struct request *req, const struct sent *sent)
{
	const char *at = strchr(sent->head, ' ') + 1;
	struct http_request_head head = {.method = req->call->method,
	    .content_length = -1,
	    .target = {at, strcspn(at, " ")}};
	struct request again = {.minor = 0};
	struct errmsg err;
	int status;

	if (head.target.len < 8 * 1024) {
		HOLDS(prepare_head(&head, &again, &status, &err));
		HOLDS(again.call == req->call && again.minor == req->minor);
		HOLDS(json_equal(again.vars, req->vars));
		HOLDS(json_equal(again.query, req->query));
	}
	request_done(&again);
}

static void
by_method(enum http_method method, struct span raw)
{
	struct http_request_head head = {
	    .method = method, .content_length = -1, .target = raw};
	struct request req = {.minor = 0};
	struct sent sent;
	struct errmsg err;
	int status = 0;

	if (!prepare_head(&head, &req, &status, &err)) {
		HOLDS(status == 400 || status == 403 || status == 404);
	} else if (request_send(&req, &head, &sent)) {
		request_sent_is(&req, &sent);
		read_again(&req, &sent);
		sent_done(&sent);
	}
	request_done(&req);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* As the lexer of heads lets it through. */
	char *text = fuzz_text(data, size);
	struct span raw = {text, 0};
	struct target target;
	struct errmsg err;
	int status = 0;

	while (raw.len < size && raw.len < 4096 && text[raw.len] > 0x20 &&
	    text[raw.len] < 0x7f)
		raw.len++;
	if (raw.len > 0 && target_read(raw, &target, &status, &err)) {
		path_is_clean(&target);
		for (enum http_method method = METHOD_GET;
		     method <= METHOD_DELETE; method++)
			by_method(method, raw);
	} else if (raw.len > 0) {
		HOLDS(status == 400);
	}
	free(text);
	return 0;
}
