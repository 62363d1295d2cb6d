/* SPDX-License-Identifier: Apache-2.0 */
#include "net/engine.h"

#include <stdlib.h>
#include <string.h>

#include "call.h"
#include "net/address.h"
#include "net/fetch.h"
#include "net/thing.h"

enum known {
	UNKNOWN = 0,
	KNOWN_NO,
	KNOWN_YES,
};

struct engine {
	struct event_base *base;
	struct pool *pool;
	struct address address;
	long long connect_ms;
	int minor;
	enum known remaps;
};

struct engine_question {
	struct engine *engine;
	struct fetch *fetch;
	char *fact, *path;
	json_t *facts; /* where what is known of a thing goes */
	engine_fn *fn;
	void *arg;
};

struct engine *
engine_new(struct event_base *base, struct pool *pool,
    const struct address *address, long long connect_ms)
{
	struct engine *engine = calloc(1, sizeof(*engine));

	if (engine == NULL)
		return NULL;
	engine->base = base;
	engine->pool = pool;
	engine->address = *address;
	engine->connect_ms = connect_ms;
	return engine;
}

void
engine_free(struct engine *engine)
{
	free(engine);
}

int
engine_minor(const struct engine *engine)
{
	return engine->minor;
}

void
engine_learn_minor(struct engine *engine, int minor)
{
	if (minor > 0)
		engine->minor = minor;
}

void
engine_forget(struct engine *engine)
{
	engine->minor = 0;
	engine->remaps = UNKNOWN;
}

void
engine_move(
    struct engine *engine, const struct address *address, long long connect_ms)
{
	engine->connect_ms = connect_ms;
	if (strcmp(engine->address.text, address->text) == 0)
		return;
	engine->address = *address;
	engine_forget(engine);
}

/* SecurityOptions is a list such as ["name=seccomp,profile=default",
 * "name=userns"]. */
static enum known
find_userns(const json_t *info)
{
	json_t *options = json_object_get(info, "SecurityOptions");
	size_t i;
	json_t *option;

	if (!json_is_array(options))
		return UNKNOWN;
	json_array_foreach(options, i, option)
	{
		const char *text = json_string_value(option);

		if (text != NULL &&
		    (strcmp(text, "name=userns") == 0 ||
			strncmp(text, "name=userns,", 12) == 0))
			return KNOWN_YES;
	}
	return KNOWN_NO;
}

static void
question_free(struct engine_question *question)
{
	free(question->fact);
	free(question->path);
	json_decref(question->facts);
	free(question);
}

/* What is said of a thing holds for this call only.  Out of memory, or an
 * answer that says nothing: the fact is absent. */
static void
keep_thing(struct engine_question *question, int status, const json_t *body)
{
	json_t *thing = thing_read(question->fact, status, body);

	if (thing != NULL)
		(void)json_object_set_new(
		    question->facts, question->fact, thing);
}

static void
on_answer(void *arg, int status, int minor, const json_t *body)
{
	struct engine_question *question = arg;
	engine_fn *fn = question->fn;
	void *fn_arg = question->arg;

	engine_learn_minor(question->engine, minor);
	if (thing_is(question->fact))
		keep_thing(question, status, body);
	else if (status == 200 && json_is_object(body))
		question->engine->remaps = find_userns(body);
	question_free(question);
	fn(fn_arg);
}

static bool
is_remap(const char *fact)
{
	return strcmp(fact, "daemon.userns_remap") == 0;
}

static char *
path_of(const char *fact)
{
	if (thing_is(fact))
		return thing_path(fact);
	return strdup(is_remap(fact) ? "/info" : "/_ping");
}

struct engine_question *
engine_ask(struct engine *engine, const char *fact, json_t *facts,
    engine_fn *fn, void *arg)
{
	struct engine_question *question = calloc(1, sizeof(*question));

	if (question == NULL)
		return NULL;
	question->engine = engine;
	question->fn = fn;
	question->arg = arg;
	question->facts = json_incref(facts);
	question->fact = strdup(fact);
	question->path = path_of(fact);
	if (question->fact != NULL && question->path != NULL)
		question->fetch = fetch_start(engine->base, engine->pool,
		    &engine->address, question->path, engine->connect_ms,
		    on_answer, question);
	if (question->fetch == NULL) {
		question_free(question);
		return NULL;
	}
	return question;
}

void
engine_cancel(struct engine_question *question)
{
	if (question == NULL)
		return;
	fetch_cancel(question->fetch);
	question_free(question);
}

bool
engine_knows(const struct engine *engine, const char *fact)
{
	return is_remap(fact) ? engine->remaps != UNKNOWN : engine->minor != 0;
}

bool
engine_tell(const struct engine *engine, const char *fact, json_t *facts)
{
	if (!engine_knows(engine, fact))
		return true;
	return json_object_set_new(facts, fact,
		   is_remap(fact) ? json_boolean(engine->remaps == KNOWN_YES)
				  : json_integer(engine->minor)) == 0;
}
