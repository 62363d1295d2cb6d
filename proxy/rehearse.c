/* SPDX-License-Identifier: Apache-2.0 */
#include "rehearse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host_path.h"
#include "json_read.h"
#include "limit.h"
#include "net/thing.h"
#include "prepare.h"

/* A body is bounded by what --config says when it is sent; here by what a
 * terminal may reasonably hold. */
#define BODY_MAX (4 * 1024 * 1024)

/* Fewer characters of an id are rather a name. */
#define ID_PREFIX 4

/* --- facts ---------------------------------------------------------------- */

static bool
one_of(const char *text, const char *const *words)
{
	while (*words != NULL && strcmp(*words, text) != 0)
		words++;
	return *words != NULL;
}

/* What the engine says of a thing. */
static json_t *
thing(const char *text)
{
	json_t *value = strcmp(text, "absent") == 0 ? json_string(text)
						    : json_read_own(text);

	if (json_is_string(value) || json_is_object(value))
		return value;
	json_decref(value);
	return NULL;
}

static json_t *
minor(const char *text)
{
	size_t len = strspn(text, "0123456789");

	return len == 0 || len > 2 || text[len] != '\0'
	    ? NULL
	    : json_integer(strtol(text, NULL, 10));
}

static json_t *
fact_value(const char *name, const char *text, struct errmsg *err)
{
	static const char *const paths[] = {
	    "plain", "symlink", "absent", "unseen", NULL};
	static const char *const answers[] = {"true", "false", NULL};
	json_t *value = NULL;

	if (strcmp(name, "daemon.userns_remap") == 0) {
		(void)errmsg_set(err, "want true or false");
		if (one_of(text, answers))
			value = json_boolean(*text == 't');
	} else if (strcmp(name, "engine.minor") == 0) {
		(void)errmsg_set(err, "want the N of an API 1.N");
		value = minor(text);
	} else if (strcmp(name, "listener.socket") == 0) {
		(void)errmsg_set(err, "want the path of a socket");
		if (*text == '/')
			value = json_string(text);
	} else if (strncmp(name, "path:/", 6) == 0) {
		(void)errmsg_set(err, "want plain, symlink, absent or unseen");
		if (one_of(text, paths))
			value = json_string(text);
	} else if (thing_is(name)) {
		(void)errmsg_set(err, "want absent, or a JSON object");
		value = thing(text);
	} else {
		(void)errmsg_set(err,
		    "there is no such fact; there are daemon.userns_remap, "
		    "engine.minor, listener.socket, path:/PATH, and "
		    "container:NAME and the like");
	}
	return value;
}

bool
rehearsal_fact(
    json_t *facts, const char *name, const char *text, struct errmsg *err)
{
	json_t *value = fact_value(name, text, err);

	if (value == NULL)
		return errmsg_prefix(err, "%s", name);
	return json_object_set_new(facts, name, value) == 0 ||
	    errmsg_set(err, "want UTF-8");
}

bool
rehearsal_fact_value(
    json_t *facts, const char *name, const json_t *value, struct errmsg *err)
{
	char *text = json_is_string(value) ? strdup(json_string_value(value))
					   : json_dumps(value, JSON_ENCODE_ANY);
	bool put;

	if (text == NULL)
		return errmsg_nomem(err);
	put = rehearsal_fact(facts, name, text, err);
	free(text);
	return put;
}

/* --- the request ---------------------------------------------------------- */

/* The head as a client would send it. */
static char *
write_head(const struct rehearsal_script *script)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	const char *name;
	json_t *value;

	if (out == NULL)
		return NULL;
	(void)fprintf(out, "%s %s HTTP/1.1\r\nHost: docker\r\n", script->method,
	    script->target);
	if (script->len > 0)
		(void)fprintf(out,
		    "Content-Type: application/json\r\n"
		    "Content-Length: %zu\r\n",
		    script->len);
	json_object_foreach(script->headers, name, value)(void)
	    fprintf(out, "%s: %s\r\n", name, json_string_value(value));
	(void)fputs("\r\n", out);
	if (fclose(out) != 0) {
		free(text);
		return NULL;
	}
	return text;
}

static bool
read_head(const struct rehearsal_script *script, struct rehearsal *rehearsal,
    struct errmsg *err)
{
	rehearsal->status = 500;
	rehearsal->head_text = script->head != NULL
	    ? strndup(script->head, script->head_len)
	    : write_head(script);
	if (rehearsal->head_text == NULL)
		return errmsg_nomem(err);
	rehearsal->status = 400;
	return http_request_head_read(rehearsal->head_text,
		   strlen(rehearsal->head_text), &rehearsal->head,
		   &rehearsal->status, err) &&
	    prepare_head(
		&rehearsal->head, &rehearsal->request, &rehearsal->status, err);
}

/* Filters change the request in place. */
static bool
keep_asked(struct rehearsal *rehearsal)
{
	const struct request *req = &rehearsal->request;
	struct request *asked = &rehearsal->asked;

	asked->call = req->call;
	asked->minor = req->minor;
	asked->body = json_deep_copy(req->body);
	asked->query = json_deep_copy(req->query);
	asked->vars = json_deep_copy(req->vars);
	return asked->query != NULL && asked->vars != NULL &&
	    (asked->body != NULL || req->body == NULL);
}

static bool
read_body(const struct tier *tier, const struct rehearsal_script *script,
    struct rehearsal *rehearsal, struct errmsg *err)
{
	struct request *req = &rehearsal->request;

	rehearsal->status = 500;
	if (prepare_collects(req) &&
	    !prepare_body(req, script->body, script->len, BODY_MAX,
		tier_unknown_members(tier), &rehearsal->status, err))
		return false;
	return keep_asked(rehearsal) || errmsg_nomem(err);
}

/* The fact that stands under another of the thing's names: "container:web" for
 * its id, or the beginning of that. */
static json_t *
find_alias(json_t *facts, const char *name)
{
	size_t kind = strcspn(name, ":") + 1;
	const char *wanted = name + kind, *key, *id, *own;
	json_t *fact;

	json_object_foreach(facts, key, fact)
	{
		if (strncmp(key, name, kind) != 0 || !json_is_object(fact))
			continue;
		id = json_string_value(json_object_get(fact, "Id"));
		own = json_string_value(json_object_get(fact, "Name"));
		if (own != NULL && strcmp(own + (*own == '/'), wanted) == 0)
			return fact;
		if (id != NULL && strlen(wanted) >= ID_PREFIX &&
		    strncmp(id, wanted, strlen(wanted)) == 0)
			return fact;
	}
	return NULL;
}

/* What the engine has, as the facts tell it, or has not. */
static json_t *
look_at_thing(const char *name, struct rehearsal *rehearsal)
{
	json_t *fact = find_alias(rehearsal->request.facts, name);

	if (fact != NULL)
		return json_incref(fact);
	if (json_array_append_new(rehearsal->assumed, json_string(name)) != 0)
		return NULL;
	return json_string("absent");
}

/* Find the fact, unless it is there.  *found: it was not, and is now. */
static bool
look_up(const struct rehearsal_script *script, const char *name,
    struct rehearsal *rehearsal, bool *found)
{
	json_t *facts = rehearsal->request.facts;
	json_t *value;

	if (json_object_get(facts, name) != NULL)
		return true;
	if (script->look && strncmp(name, "path:", 5) == 0)
		value = json_string(host_path_look(name + 5));
	else if (script->assume && thing_is(name))
		value = look_at_thing(name, rehearsal);
	else
		return true;
	*found = true;
	return json_object_set_new(facts, name, value) == 0;
}

/* As judging does: filters want more once they know what they wanted. */
static bool
look_up_all(const struct tier *tier, const struct rehearsal_script *script,
    struct rehearsal *rehearsal)
{
	struct request *req = &rehearsal->request;
	bool found = true;
	size_t i;
	json_t *fact;

	req->facts = json_object();
	rehearsal->assumed = json_array();
	if (req->facts == NULL || rehearsal->assumed == NULL ||
	    (script->facts != NULL &&
		json_object_update(req->facts, script->facts) != 0))
		return false;
	for (int round = 0; round < LIMIT_FACT_ROUNDS && found; round++) {
		json_auto_t *wanted = tier_wants(tier, req);

		if (wanted == NULL)
			return false;
		found = false;
		json_array_foreach(wanted, i, fact)
		{
			if (!look_up(script, json_string_value(fact), rehearsal,
				&found))
				return false;
		}
	}
	return true;
}

static bool
ready(const struct tier *tier, const struct rehearsal_script *script,
    struct rehearsal *rehearsal, struct errmsg *err)
{
	struct request *req = &rehearsal->request;

	if (!read_body(tier, script, rehearsal, err))
		return false;
	rehearsal->status = 500;
	if (!look_up_all(tier, script, rehearsal))
		return errmsg_nomem(err);
	if (req->minor == 0 && strcmp(req->call->name, "system.ping") != 0)
		req->minor = API_MINOR_LAST;
	rehearsal->status = 0;
	return true;
}

static enum verdict
judge(const struct tier *tier, const struct rehearsal_script *script,
    struct rehearsal *rehearsal)
{
	struct request *req = &rehearsal->request;
	enum verdict verdict;

	if (!read_head(script, rehearsal, &rehearsal->refusal))
		return VERDICT_FAIL;
	rehearsal->status = 0;
	req->identity = json_incref(script->identity);
	req->team = script->team;
	verdict = tier_admit(tier, req, &rehearsal->report);
	if (verdict != VERDICT_PASS)
		return verdict;
	if (!ready(tier, script, rehearsal, &rehearsal->refusal))
		return VERDICT_FAIL;
	return tier_judge(tier, req, &rehearsal->report);
}

enum verdict
rehearse(const struct tier *tier, const struct rehearsal_script *script,
    struct rehearsal *rehearsal)
{
	memset(rehearsal, 0, sizeof(*rehearsal));
	report_init(&rehearsal->report);
	rehearsal->verdict = judge(tier, script, rehearsal);
	return rehearsal->verdict;
}

void
rehearsal_done(struct rehearsal *rehearsal)
{
	request_done(&rehearsal->request);
	report_done(&rehearsal->report);
	request_done(&rehearsal->asked);
	json_decref(rehearsal->assumed);
	free(rehearsal->head_text);
	memset(rehearsal, 0, sizeof(*rehearsal));
}

/* --- what came of it -------------------------------------------------------- */

const char *
rehearsal_reason(const struct rehearsal *rehearsal)
{
	return rehearsal->status != 0 ? rehearsal->refusal.text
				      : rehearsal->report.reason.text;
}

int
rehearsal_status(const struct rehearsal *rehearsal)
{
	if (rehearsal->status != 0)
		return rehearsal->status;
	if (rehearsal->verdict == VERDICT_FAIL)
		return 500;
	return rehearsal->report.hidden ? 404 : 403;
}

bool
rehearsal_changed(const struct rehearsal *rehearsal)
{
	size_t i;
	json_t *change;

	if (rehearsal->verdict <= VERDICT_DENY)
		return false;
	json_array_foreach(rehearsal->report.changes, i, change)
	{
		const struct filter *filter = filter_by_name(
		    json_string_value(json_object_get(change, "filter")));

		if (filter == NULL || !filter->quiet)
			return true;
	}
	return json_array_size(rehearsal->request.dropped) > 0;
}
