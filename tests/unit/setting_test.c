/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "setting.h"
#include "unit/unit.h"

struct inner {
	bool on;
	long long size;
};

struct conf {
	bool flag;
	long long count, size, time;
	const char *text;
	int word;
	const json_t *list, *map, *rows, *needy, *any;
	struct inner section, made;
};

static bool
not_evil(const char *value, struct errmsg *err)
{
	return strcmp(value, "evil") != 0 || errmsg_set(err, "not evil");
}

static const char *const words[] = {"refuse", "continue", NULL};
struct needy {
	const char *must;
};
static const struct setting needy_rows[] = {
    SETTING_NEEDED(struct needy, must, not_evil, "Must."),
    SETTING_END,
};
static const struct setting inner_rows[] = {
    SETTING_BOOL(struct inner, on, "true", "On."),
    SETTING_BYTES(struct inner, size, 0, 1 << 30, "\"1k\"", "Size."),
    SETTING_END,
};
static const struct setting rows[] = {
    SETTING_BOOL(struct conf, flag, NULL, "Flag."),
    SETTING_INT(struct conf, count, 1, 10, "3", "Count."),
    SETTING_BYTES(struct conf, size, 1024, 1LL << 40, "\"512m\"", "Size."),
    SETTING_SECONDS(struct conf, time, 100, 3600000, "\"5s\"", "Time."),
    SETTING_STRING(struct conf, text, NULL, not_evil, "Text."),
    SETTING_ENUM(struct conf, word, words, NULL, "Word."),
    SETTING_STRINGS(struct conf, list, "[\"a\"]", not_evil, "List."),
    SETTING_MAP(struct conf, map, NULL, "Map."),
    SETTING_ROWS(struct conf, rows, inner_rows, "Rows."),
    SETTING_ROWS(struct conf, needy, needy_rows, "Rows that need it."),
    SETTING_ANY(struct conf, any, "Any."),
    SETTING_SECTION(struct conf, section, inner_rows, NULL, "Section."),
    SETTING_SECTION(struct conf, made, inner_rows, "{}", "Made."),
    SETTING_END,
};

/* Problems, one a line: "path: text". */
static void
note(void *arg, const char *path, const char *text)
{
	char *all = arg;
	size_t len = strlen(all);

	(void)snprintf(all + len, 4096 - len, "%s: %s\n", path, text);
}

static bool
read_into(struct conf *conf, json_t *object, char *problems)
{
	memset(conf, 0, sizeof(*conf));
	problems[0] = '\0';
	return settings_read(rows, object, conf, "top", note, problems);
}

static void
test_defaults(void **state)
{
	struct conf conf;
	char problems[4096];
	json_t *object = json_of("{}");

	(void)state;
	assert_true(read_into(&conf, object, problems));
	assert_string_equal(problems, "");
	assert_false(conf.flag);
	assert_int_equal(conf.count, 3);
	assert_int_equal(conf.size, 512LL << 20);
	assert_int_equal(conf.time, 5000);
	assert_null(conf.text);
	assert_int_equal(conf.word, 0);
	assert_json(conf.list, "[\"a\"]");
	assert_json(conf.map, "{}");
	assert_json(conf.rows, "[]");
	assert_null(conf.any);
	assert_false(conf.section.on);
	assert_true(conf.made.on);
	assert_int_equal(conf.made.size, 1024);
	/* The object is now the complete configuration. */
	assert_json(json_object_get(object, "size"), "\"512m\"");
	assert_json(json_object_get(object, "word"), "\"refuse\"");
	assert_null(json_object_get(object, "text"));
	json_decref(object);
}

static const struct {
	const char *object;
	const char *problem; /* a part of it; NULL: none */
} given[] = {
    {"{\"flag\":true,\"count\":10,\"size\":2048,\"time\":1,\"text\":\"x\","
     "\"word\":\"continue\",\"list\":[],\"map\":{\"a\":\"b\"},"
     "\"rows\":[{}],\"any\":7,\"section\":{}}",
	NULL},
    {"{\"flag\":\"true\"}", "top.flag: want true or false"},
    {"{\"flag\":1}", "top.flag: want true or false"},
    {"{\"flag\":0}", "top.flag: want true or false"},
    {"{\"text\":0}", "top.text: want a string"},
    {"{\"map\":0}", "top.map: want a map of strings"},
    {"{\"rows\":0}", "top.rows: want a list of maps"},
    {"{\"section\":0}", "top.section: want a map"},
    {"{\"flag\":null}", "top.flag: nothing stands behind this key"},
    {"{\"count\":0}", "top.count: want a number, 1 to 10"},
    {"{\"count\":11}", "top.count: want a number, 1 to 10"},
    {"{\"count\":-1}", "top.count: want a number, 1 to 10"},
    {"{\"count\":\"3\"}", "top.count: want a number, 1 to 10"},
    {"{\"count\":1.5}", "top.count: want a number, 1 to 10"},
    {"{\"size\":\"2k\"}", NULL},
    {"{\"size\":\"2KB\"}", NULL},
    {"{\"size\":\"1t\"}", NULL},
    {"{\"size\":\"1023\"}", "top.size: want bytes, 1k to 1t"},
    {"{\"size\":\"2t\"}", "top.size: want bytes, 1k to 1t"},
    {"{\"size\":\"2x\"}", "top.size: want bytes"},
    {"{\"size\":\"\"}", "top.size: want bytes"},
    {"{\"size\":\"-2k\"}", "top.size: want bytes"},
    {"{\"size\":\" 2k\"}", "top.size: want bytes"},
    {"{\"size\":\"2k \"}", "top.size: want bytes"},
    {"{\"size\":\"9223372036854775807t\"}", "top.size: want bytes"},
    {"{\"size\":\"99999999999999999999\"}", "top.size: want bytes"},
    {"{\"size\":true}", "top.size: want bytes"},
    {"{\"time\":\"100ms\"}", NULL},
    {"{\"time\":\"1h\"}", NULL},
    {"{\"time\":3600}", NULL},
    {"{\"time\":3601}", "top.time: want a time, 100ms to 1h"},
    {"{\"time\":\"99ms\"}", "top.time: want a time, 100ms to 1h"},
    {"{\"time\":9223372036854775807}", "top.time: want a time"},
    {"{\"text\":1}", "top.text: want a string"},
    {"{\"text\":\"evil\"}", "top.text: not evil"},
    {"{\"word\":\"Refuse\"}", "top.word: want refuse or continue"},
    {"{\"word\":0}", "top.word: want refuse or continue"},
    {"{\"list\":\"a\"}", "top.list: want a list of strings"},
    {"{\"list\":[1]}", "top.list[0]: want a string"},
    {"{\"list\":[\"a\",\"evil\"]}", "top.list[1]: \"evil\": not evil"},
    {"{\"text\":\"evil\"}", "top.text: not evil"},
    {"{\"needy\":[{\"must\":\"x\"}]}", NULL},
    {"{\"needy\":[{}]}", "top.needy[0].must: is missing"},
    {"{\"needy\":[{\"must\":null}]}",
	"top.needy[0].must: nothing stands behind this key"},
    {"{\"needy\":[{\"must\":\"evil\"}]}", "top.needy[0].must: not evil"},
    {"{\"time\":\"x\"}", "want a time, 100ms to 1h, such as \"5s\""},
    {"{\"size\":\"x\"}", "want bytes, 1k to 1t, such as \"512m\""},
    {"{\"map\":[]}", "top.map: want a map of strings"},
    {"{\"map\":{\"a\":1}}", "top.map.a: want a string"},
    {"{\"rows\":{}}", "top.rows: want a list of maps"},
    {"{\"rows\":[1]}", "top.rows[0]: want a map"},
    {"{\"rows\":[{\"on\":1}]}", "top.rows[0].on: want true or false"},
    {"{\"rows\":[{\"onn\":true}]}", "top.rows[0].onn: unknown key"},
    {"{\"section\":1}", "top.section: want a map"},
    {"{\"section\":{\"sise\":1}}",
	"top.section.sise: unknown key; did you mean \"size\"?"},
    {"{\"cuont\":1}", "top.cuont: unknown key; did you mean \"count\"?"},
    {"{\"Flag\":true}", "top.Flag: unknown key; did you mean \"flag\"?"},
    {"{\"xyzzy\":true}", "top.xyzzy: unknown key; there are flag, count"},
    {"[]", "top: want a map"},
};

static void
test_given(void **state)
{
	struct conf conf;
	char problems[4096];

	(void)state;
	for (size_t i = 0; i < COUNT(given); i++) {
		json_t *object = json_of(given[i].object);
		bool sound = read_into(&conf, object, problems);

		if (sound != (given[i].problem == NULL) ||
		    (!sound && strstr(problems, given[i].problem) == NULL))
			fail_msg("%s: %s", given[i].object, problems);
		json_decref(object);
	}
}

/* Every problem is told, not only the first. */
static void
test_all_problems(void **state)
{
	struct conf conf;
	char problems[4096];
	json_t *object = json_of("{\"flag\":1,\"count\":99,\"list\":[1,2],"
				 "\"xyzzy\":1,\"rows\":[{\"on\":1},{}]}");
	size_t lines = 0;

	(void)state;
	assert_false(read_into(&conf, object, problems));
	for (const char *at = problems; *at != '\0'; at++)
		lines += *at == '\n';
	assert_int_equal(lines, 6);
	json_decref(object);
}

static void
test_nearest(void **state)
{
	static const char *const names[] = {
	    "privileged", "mounts", "devices", NULL};

	(void)state;
	assert_string_equal(nearest_name("priviledged", names), "privileged");
	assert_string_equal(nearest_name("mounst", names), "mounts");
	assert_string_equal(nearest_name("MOUNTS", names), "mounts");
	assert_null(nearest_name("xyzzy", names));
	assert_null(nearest_name("", names));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_defaults),
	    cmocka_unit_test(test_given),
	    cmocka_unit_test(test_all_problems),
	    cmocka_unit_test(test_nearest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
