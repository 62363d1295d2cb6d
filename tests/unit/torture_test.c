/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every case of tests/cases, archive and all, judged again and again, with the
 * first allocation of jansson failing, then the second, and so on.  The answer
 * may be a refusal; or the same verdict about the same request as ever.  Anything
 * else would let through, for want of memory, what is not allowed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>

#include "cases/stream.h"
#include "config/config.h"
#include "rehearse.h"
#include "unit/unit.h"

/* A request that needs more is cut off: what fails late has failed before. */
#define ALLOCATIONS_MAX 4000

/* Under a sanitizer not every allocation of a case fails, but every so manieth:
 * what cases have in common fails at all its places in one or the other. */
#ifdef __SANITIZE_ADDRESS__
#define STRIDE 10
#else
#define STRIDE 1
#endif

/* --- an allocator that can say no ----------------------------------------- */

static long countdown; /* 0: never fails */
static bool failed;

static void *
failing_malloc(size_t size)
{
	if (countdown > 0 && --countdown == 0) {
		failed = true;
		return NULL;
	}
	return malloc(size);
}

/* --- cases ---------------------------------------------------------------- */

struct torture {
	size_t cases, judged;
};

struct tortured {
	const char *path;
	json_t *object;
	struct tier *tier;
	char *body;
	struct rehearsal_script script;
};

static const char *
text_of(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

static void
note_problem(void *arg, const char *path, const char *text)
{
	print_error("%s: %s: %s\n", (const char *)arg, path, text);
}

static struct tier *
make_tier(const json_t *object, char *path)
{
	json_t *filters = json_object_get(object, "filters");
	struct problems problems;
	struct tier *tier;

	if (filters != NULL)
		return tier_new("case",
		    json_pack("{s:s, s:o}", "unlisted", "off", "filters",
			json_deep_copy(filters)),
		    "case", note_problem, path);
	problems_init(&problems, "preset");
	tier = config_preset_tier(text_of(object, "tier"), &problems);
	problems_done(&problems);
	return tier;
}

static void
open_case(struct tortured *c, char *path)
{
	const json_t *body;
	const char *sent;

	c->path = path;
	c->object = json_load_file(path, 0, NULL);
	assert_non_null(c->object);
	c->tier = make_tier(c->object, path);
	assert_non_null(c->tier);
	body = json_object_get(c->object, "body");
	sent = text_of(c->object, "raw");
	c->body = body != NULL ? json_dumps(body, JSON_COMPACT)
			       : strdup(sent == NULL ? "" : sent);
	assert_non_null(c->body);
	c->script = (struct rehearsal_script){
	    .method = text_of(c->object, "method"),
	    .target = text_of(c->object, "path"),
	    .headers = json_object_get(c->object, "headers"),
	    .body = c->body,
	    .len = strlen(c->body),
	    .identity = json_object_get(c->object, "identity"),
	    .team = text_of(c->object, "team"),
	};
}

static void
close_case(struct tortured *c)
{
	free(c->body);
	tier_free(c->tier);
	json_decref(c->object);
}

/* What is said of it: nothing, perhaps, but never half of it. */
static void
tell(const struct rehearsal *done)
{
	json_auto_t *touches = request_touches(&done->request);
	json_auto_t *warnings = report_warnings(&done->report);

	assert_true(touches == NULL || json_is_object(touches));
	assert_true(warnings == NULL || json_is_array(warnings));
}

/* Judge it with the nth allocation failing (0: none); facts are added to, so each time gets a copy of them. */
static enum verdict
judge(const struct tortured *c, long nth, struct rehearsal *done)
{
	struct rehearsal_script script = c->script;
	json_t *facts = json_deep_copy(json_object_get(c->object, "facts"));
	enum verdict verdict;

	script.facts = facts;
	failed = false;
	countdown = nth;
	verdict = rehearse(c->tier, &script, done);
	if (verdict > VERDICT_DENY)
		tell(done);
	if (verdict > VERDICT_DENY && done->report.stream_rules != NULL)
		verdict = verdict_and(verdict,
		    stream_judge(
			&done->report, json_object_get(c->object, "tar")));
	countdown = 0;
	json_decref(facts);
	return verdict;
}

/* --- the property --------------------------------------------------------- */

static bool
same(const json_t *a, const json_t *b)
{
	return a == NULL ? b == NULL : b != NULL && json_equal(a, b);
}

static bool
same_request(const struct request *a, const struct request *b)
{
	return a->call == b->call && a->minor == b->minor &&
	    same(a->vars, b->vars) && same(a->query, b->query) &&
	    same(a->headers, b->headers) && same(a->body, b->body);
}

/* Does the record know of every change that was made? */
static bool
same_changes(const struct report *a, const struct report *b)
{
	return json_array_size(a->changes) == json_array_size(b->changes);
}

/* The outcome of a judgement in which something failed. */
static void
check(const struct tortured *c, long n, enum verdict verdict,
    const struct rehearsal *done, enum verdict wanted,
    const struct rehearsal *sound)
{
	if (verdict <= VERDICT_DENY ||
	    (verdict == wanted &&
		same_request(&done->request, &sound->request) &&
		same_changes(&done->report, &sound->report)))
		return;
	fail_msg("%s: allocation %ld fails: %s instead of %s", c->path, n,
	    verdict_name(verdict), verdict_name(wanted));
}

static void
torture(const struct tortured *c, struct torture *t)
{
	struct rehearsal sound, done;
	enum verdict wanted, verdict;
	bool any_failed;
	long n = 0;

	wanted = judge(c, 0, &sound);
	do {
		n += STRIDE;
		verdict = judge(c, n, &done);
		any_failed = failed;
		t->judged++;
		check(c, n, verdict, &done, wanted, &sound);
		rehearsal_done(&done);
	} while (any_failed && n < ALLOCATIONS_MAX);
	rehearsal_done(&sound);
}

/* --- the policy ----------------------------------------------------------- */

static void
count_problem(void *arg, const char *path, const char *text)
{
	assert_true(path != NULL && text != NULL);
	++*(size_t *)arg;
}

/* A tier is made as it was meant, or there is a problem. */
static void
torture_policy(const struct tortured *c, struct torture *t)
{
	const json_t *filters = json_object_get(c->object, "filters");
	bool any_failed = filters != NULL;

	for (long n = 1; any_failed && n < ALLOCATIONS_MAX; n += STRIDE) {
		json_t *conf = json_pack("{s:s, s:o}", "unlisted", "off",
		    "filters", json_deep_copy(filters));
		size_t problems = 0;
		struct tier *tier;

		failed = false;
		countdown = n;
		tier = tier_new("case", conf, "case", count_problem, &problems);
		countdown = 0;
		any_failed = failed;
		t->judged++;
		if (tier == NULL
			? problems == 0
			: !json_equal(tier_conf(tier), tier_conf(c->tier)))
			fail_msg("%s: allocation %ld fails: %s", c->path, n,
			    tier == NULL ? "neither tier nor problem"
					 : "another tier");
		tier_free(tier);
	}
}

/* --- all of them ---------------------------------------------------------- */

static int
is_shown(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static bool
is_case(const char *name)
{
	size_t len = strlen(name);

	return len > 5 && strcmp(name + len - 5, ".json") == 0;
}

static void
torture_folder(const char *folder, struct torture *t)
{
	struct dirent **files;
	bool policy = false; /* one of each folder will do */
	int n = scandir(folder, &files, is_shown, alphasort);

	for (int i = 0; i < n; i++) {
		char path[4096];
		struct tortured c;

		(void)snprintf(
		    path, sizeof(path), "%s/%s", folder, files[i]->d_name);
		if (is_case(path)) {
			open_case(&c, path);
			torture(&c, t);
			if (!policy)
				torture_policy(&c, t);
			policy = true;
			close_case(&c);
			t->cases++;
		}
		free(files[i]);
	}
	if (n >= 0)
		free(files);
}

static void
test_cases(void **state)
{
	struct dirent **folders;
	struct torture t = {0, 0};
	int n = scandir(
	    SOURCE_DIR "/tests/cases", &folders, is_shown, alphasort);

	(void)state;
	assert_true(n > 0);
	for (int i = 0; i < n; i++) {
		char folder[4096];

		(void)snprintf(folder, sizeof(folder), "%s/tests/cases/%s",
		    SOURCE_DIR, folders[i]->d_name);
		if (folders[i]->d_type == DT_DIR)
			torture_folder(folder, &t);
		free(folders[i]);
	}
	free(folders);
	print_message("%zu cases, %zu judgements\n", t.cases, t.judged);
	/* Each case allocates something, so each was judged often. */
	assert_true(t.cases > 0 && t.judged > 20 / STRIDE * t.cases);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_cases),
	};

	json_object_seed(1);
	json_set_alloc_funcs(failing_malloc, free);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
