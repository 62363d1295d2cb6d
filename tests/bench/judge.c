/* SPDX-License-Identifier: Apache-2.0 */
/*
 * judge [ENTRIES [ROUNDS]] -- what judging costs: the body of a docker CLI's create
 * (create.json), read, judged by tier `ci` and written, in microseconds of CPU,
 * with ENTRIES more on each of its long lists.
 *
 * Facts are at hand; the proxy asks for them meanwhile.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "config/config.h"
#include "request.h"
#include "report.h"
#include "schema.h"
#include "tier.h"

#define BEST_OF 5

static void
tell(void *arg, const char *path, const char *text)
{
	(void)arg;
	(void)fprintf(stderr, "%s: %s\n", path, text);
}

static double
cpu_us(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void
fail(const char *text)
{
	(void)fprintf(stderr, "judge: %s\n", text);
	exit(1);
}

/* --- the tier ------------------------------------------------------------- */

/* Put n patterns, counted where they have a '#', before those that are there. */
static void
lengthen(json_t *filters, const char *filter, const char *setting,
    const char *pattern, size_t n)
{
	json_t *conf = json_object_get(filters, filter);
	json_t *list = json_object_get(conf, setting), *longer = json_array();

	for (size_t i = 0; i < n; i++) {
		char text[128];

		(void)snprintf(text, sizeof(text), "%.*s%zu%s",
		    (int)strcspn(pattern, "#"), pattern, i,
		    strchr(pattern, '#') + 1);
		json_array_append_new(longer,
		    *text == '{' ? json_loads(text, 0, NULL)
				 : json_string(text));
	}
	if (list != NULL)
		json_array_extend(longer, list);
	json_object_set_new(conf, setting, longer);
}

static struct tier *
make_tier(size_t n)
{
	struct problems problems;
	struct tier *ci, *tier;
	json_t *conf, *filters;

	problems_init(&problems, "ci");
	ci = config_preset_tier("ci", &problems);
	if (ci == NULL)
		fail("no preset");
	conf = json_deep_copy(tier_conf(ci));
	filters = json_object_get(conf, "filters");
	if (n > 0) {
		json_object_set_new(json_object_get(filters, "images"), "allow",
		    json_pack("[s]", "docker.io/library/**"));
		lengthen(filters, "images", "allow",
		    "registry.example.com/team-#/**", n);
		lengthen(filters, "registries", "allow", "r#.example.com", n);
		lengthen(filters, "mounts", "allow",
		    "{\"source\": \"/srv/team-#\"}", n);
		lengthen(filters, "mounts", "volume_names", "team-#-*", n);
		lengthen(filters, "names", "allow", "team-#-*", n);
		lengthen(filters, "environment", "deny", "SECRET_#_*", n);
		lengthen(filters, "labels", "reserved", "com.team-#.*", n);
	}
	tier = tier_new("ci", conf, "ci", tell, NULL);
	if (tier == NULL)
		fail("no tier");
	tier_free(ci);
	problems_done(&problems);
	return tier;
}

/* --- judging -------------------------------------------------------------- */

static json_t *
make_facts(void)
{
	return json_pack("{s:{s:s, s:s, s:{s:s}}}", "volume:builds-cache",
	    "Name", "builds-cache", "Driver", "local", "Labels",
	    "sockwarden.team", "team");
}

struct times {
	double read, wants, judge, write;
};

static void
judge_once(const struct tier *tier, const char *text, size_t len, json_t *facts,
    struct times *times)
{
	struct request req = {.call = call_by_name("container.create"),
	    .minor = 41,
	    .vars = json_object(),
	    .query = json_pack("{s:s}", "name", "team-7-job"),
	    .headers = json_object(),
	    .team = "team"};
	struct report report;
	struct errmsg err;
	double at[5];
	json_t *wanted;
	char *out;
	size_t n;
	bool bad;

	report_init(&report);
	at[0] = cpu_us();
	req.body = schema_read(req.call->schema, text, len,
	    &json_limits_default, UNKNOWN_REJECT, NULL, &bad, &err);
	if (req.body == NULL)
		fail(err.text);
	at[1] = cpu_us();
	wanted = tier_wants(tier, &req);
	req.facts = json_incref(facts);
	at[2] = cpu_us();
	if (tier_judge(tier, &req, &report) <= VERDICT_DENY)
		fail(report.reason.text);
	at[3] = cpu_us();
	out = schema_write(req.body, &n);
	at[4] = cpu_us();
	times->read += at[1] - at[0];
	times->wants += at[2] - at[1];
	times->judge += at[3] - at[2];
	times->write += at[4] - at[3];
	free(out);
	json_decref(wanted);
	report_done(&report);
	request_done(&req);
}

static double
sum(const struct times *times)
{
	return times->read + times->wants + times->judge + times->write;
}

int
main(int argc, char **argv)
{
	size_t n = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;
	size_t rounds = argc > 2 ? strtoul(argv[2], NULL, 10) : 2000;
	json_t *body = json_load_file(
	    SOURCE_DIR "/tests/bench/create.json", 0, NULL);
	char *text = body == NULL ? NULL : json_dumps(body, JSON_COMPACT);
	struct tier *tier = make_tier(n);
	json_t *facts = make_facts();
	struct times best = {.read = 1e12};

	if (text == NULL || facts == NULL)
		fail("no body");
	for (int i = 0; i < BEST_OF; i++) {
		struct times times = {0};

		for (size_t j = 0; j < rounds; j++)
			judge_once(tier, text, strlen(text), facts, &times);
		if (sum(&times) < sum(&best))
			best = times;
	}
	(void)printf("%zu bytes, %zu more on each list: read %.1f, wants %.1f, "
		     "judge %.1f, write %.1f us, in all %.1f\n",
	    strlen(text), n, best.read / (double)rounds,
	    best.wants / (double)rounds, best.judge / (double)rounds,
	    best.write / (double)rounds, sum(&best) / (double)rounds);
	json_decref(body);
	json_decref(facts);
	free(text);
	tier_free(tier);
	return 0;
}
