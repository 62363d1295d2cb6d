/* SPDX-License-Identifier: Apache-2.0 */
/* What the filters' own settings take, and what they say no to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tier.h"
#include "unit/unit.h"

/* The first problem, as text. */
static void
note(void *arg, const char *path, const char *text)
{
	char *first = arg;

	(void)path;
	if (*first == '\0')
		(void)snprintf(first, 256, "%s", text);
}

static const struct row {
	const char *filters; /* of a tier, as JSON */
	const char *says; /* a part of the problem; NULL: it is sound */
} table[] = {
    {"{\"networks\": {\"subnets\": [\"10.200.0.0/16\", \"fd00::/8\"]}}", NULL},
    {"{\"networks\": {\"subnets\": [\"10.200.0.0\"]}}", "want a range"},
    {"{\"networks\": {\"subnets\": [\"10.200.*\"]}}", "want a range"},
    {"{\"networks\": {\"subnets\": [\"::ffff:10.0.0.0/104\"]}}",
	"want a range"},
    {"{\"networks\": {\"options\": [\"com.docker.network.driver.mtu=*\"]}}",
	NULL},
    {"{\"networks\": {\"options\": [\"com.docker.*\"]}}",
	"want \"key=pattern\""},
    {"{\"networks\": {\"ipam_options\": [\"=*\"]}}", "want \"key=pattern\""},
    {"{\"mounts\": {\"driver_options\": [\"type\"]}}", "want \"key=pattern\""},
    {"{\"signals\": {\"allow\": [\"TERM\", \"sigint\", \"9\", \"RTMIN+3\"]}}",
	NULL},
    {"{\"signals\": {\"allow\": [\"*\"], \"timeout_max\": \"1h\"}}", NULL},
    {"{\"signals\": {\"allow\": [\"TERMINATE\"]}}", "want a signal"},
    {"{\"signals\": {\"allow\": [\"0\"]}}", "want a signal"},
    {"{\"signals\": {\"allow\": [\"SIG*\"]}}", "want a signal"},
    {"{\"signals\": {\"allow\": [\"RTMAX-15\"]}}", "want a signal"},
    {"{\"names\": {\"id_length\": 13}}", "12"},
    {"{\"top\": {\"allow\": [\"-ef --forest\"], \"columns\": [\"%cpu\"]}}",
	NULL},
    {"{\"top\": {\"allow\": [\"-o ppid=PID\"]}}", "arguments of ps"},
    {"{\"top\": {\"columns\": [\"pid,ppid\"]}}", "name of a column"},
    {"{\"top\": {\"columns\": [\"\"]}}", "name of a column"},
    {"{\"files\": {\"read\": [\"/srv\"], \"deny\": [\"/srv/x\"]}}", NULL},
    {"{\"files\": {\"write\": [\"srv\"]}}", "want an absolute path"},
    {"{\"files\": {\"deny\": [\"/srv/\"]}}", "want an absolute path"},
    {"{\"exec\": {\"allow\": [\"sh -c *\", \"ls **\", \"**\"]}}", NULL},
    {"{\"exec\": {\"allow\": [\"\"]}}", "one blank between"},
    {"{\"exec\": {\"allow\": [\"sh  -c\"]}}", "one blank between"},
    {"{\"exec\": {\"allow\": [\"sh \"]}}", "one blank between"},
    {"{\"exec\": {\"allow\": [\"** -c\"]}}", "last word"},
    {"{\"repositories\": {\"make\": [\"localhost/**\"]}}", NULL},
    {"{\"repositories\": {\"make\": [\"mine\"]}}", "starts at the registry"},
    {"{\"commit\": {\"changes\": [\"LABEL\"]}}", NULL},
    {"{\"commit\": {\"changes\": [\"RUN\"]}}", "want CMD"},
    {"{\"registries\": {\"allow\": [\"docker.io\", \"r.example.com:5000\", "
     "\"*.corp.example\", \"*\"]}}",
	NULL},
    {"{\"registries\": {\"allow\": [\"\"]}}", "want a registry"},
    {"{\"registries\": {\"allow\": [\"**\"]}}", "want a registry"},
    {"{\"registries\": {\"allow\": [\"a*.example.com\"]}}", "want a registry"},
    {"{\"registries\": {\"allow\": [\"r.example.com/team\"]}}",
	"want a registry"},
    {"{\"registries\": {\"allow\": [\"https://r.example.com\"]}}",
	"want a registry"},
    {"{\"registries\": {\"allow\": [\"R.example.com\"]}}", "want a registry"},
    {"{\"registries\": {\"allow\": [\"r.example.com.\"]}}", "want a registry"},
    {"{\"registries\": {\"allow\": [\"index.docker.io\"]}}", "want a registry"},
    {"{\"registries\": {\"allow\": [\"r.example.com:\"]}}", "want a registry"},
    {"{\"registries\": {\"allow\": [\"*.\"]}}", "want a registry"},
    {"{\"registries\": {\"import_urls\": [\"https://a.example.com/x/**\", "
     "\"http://a.example.com/y.tar\"], \"build_urls\": "
     "[\"git://a.example.com/**\"]}}",
	NULL},
    {"{\"registries\": {\"import_urls\": [\"https://a.example.com\"]}}",
	"want a URL"},
    {"{\"registries\": {\"import_urls\": [\"https://*.example.com/x\"]}}",
	"want a URL"},
    {"{\"registries\": {\"import_urls\": [\"a.example.com/x\"]}}",
	"want a URL"},
    {"{\"registries\": {\"import_urls\": [\"https://u@a.example.com/x\"]}}",
	"want a URL"},
    {"{\"registries\": {\"import_urls\": [\"https://a.example.com/x/*\"]}}",
	"want a URL"},
    {"{\"registries\": {\"import_urls\": [\"file:///**\"]}}", "want a URL"},
    {"{\"registries\": {\"import_urls\": [\"https://a.example.com/../**\"]}}",
	"want a URL"},
    {"{\"repositories\": {\"make\": [\"**\"], \"prune\": \"dangling\"}}", NULL},
    {"{\"repositories\": {\"push\": [\"app\"]}}", "starts at the registry"},
    {"{\"repositories\": {\"prune\": \"some\"}}", "dangling"},
    {"{\"repositories\": {\"changes\": [\"FROM\"]}}", "want CMD"},
    {"{\"images\": {\"made\": [\"mine\"]}}", "starts at the registry"},
    {"{\"build\": {\"networks\": [\"host\"]}}", "host: true"},
    {"{\"build\": {\"memory\": \"9g\"}}", "memory is more than"},
    {"{\"build\": {\"cpus\": 5000}}", "cpus is more than cpus_max"},
    {"{\"build\": {\"cache_from\": [\"x\"]}}", "starts at the registry"},
    {"{\"user\": {\"run_as\": \"1000\"}}", "UID:GID"},
    {"{\"user\": {\"run_as\": \"1000:0\"}}", "UID:GID"},
    {"{\"user\": {\"run_as\": \"4294967296:1\"}}", "UID:GID"},
    {"{\"resources\": {\"cpus\": 5000}}", "cpus is more than cpus_max"},
    {"{\"resources\": {\"memory\": \"9g\"}}", "memory is more than"},
    {"{\"resources\": {\"pids\": 5000}}", "pids is more than pids_max"},
};

static void
test_settings(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		const struct row *row = &table[i];
		char says[256] = "";
		json_t *conf = json_pack(
		    "{s:o}", "filters", json_loads(row->filters, 0, NULL));
		struct tier *tier;

		assert_non_null(conf);
		tier = tier_new("t", conf, "tiers.t", note, says);
		if ((tier != NULL) != (row->says == NULL) ||
		    (tier == NULL && strstr(says, row->says) == NULL))
			fail_msg("%s: \"%s\"", row->filters, says);
		tier_free(tier);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_settings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
