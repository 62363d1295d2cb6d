/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/query.h"
#include "unit/unit.h"

static const struct {
	const char *call, *raw;
	const char *read; /* NULL: refused */
	const char *written;
} rows[] = {
    {"container.list", "", "{}", ""},
    {"container.list", "all=1", "{\"all\":\"1\"}", "?all=1"},
    {"container.list", "&&all=1&", "{\"all\":\"1\"}", "?all=1"},
    {"container.list", "%61ll=1", "{\"all\":\"1\"}", "?all=1"},
    /* moby's BoolValue: the words of no are false, all else is true. */
    {"container.list", "all", "{\"all\":\"0\"}", "?all=0"},
    {"container.list", "all=", "{\"all\":\"0\"}", "?all=0"},
    {"container.list", "all=0", "{\"all\":\"0\"}", "?all=0"},
    {"container.list", "all=No", "{\"all\":\"0\"}", "?all=0"},
    {"container.list", "all=FALSE", "{\"all\":\"0\"}", "?all=0"},
    {"container.list", "all=none", "{\"all\":\"0\"}", "?all=0"},
    {"container.list", "all=off", "{\"all\":\"1\"}", "?all=1"},
    {"container.list", "all=00", "{\"all\":\"1\"}", "?all=1"},
    {"container.list", "all=+0", "{\"all\":\"1\"}", "?all=1"},
    {"container.list", "all=0x0", "{\"all\":\"1\"}", "?all=1"},
    /* Integers. */
    {"container.list", "limit=-5", "{\"limit\":\"-5\"}", "?limit=-5"},
    {"container.list", "limit=", "{}", ""},
    {"container.list", "limit=5x", NULL, NULL},
    {"container.list", "limit=+5", NULL, NULL},
    {"container.list", "limit=-", NULL, NULL},
    {"container.list", "limit=0x5", NULL, NULL},
    {"container.list", "limit=99999999999999999999", NULL, NULL},
    {"container.list", "limit=1&limit=1", NULL, NULL},
    /* Once means once. */
    {"container.list", "all=0&all=1", NULL, NULL},
    {"container.list", "all=1&%61ll=1", NULL, NULL},
    {"container.list", "filters={}&filters={}", NULL, NULL},
    /* Unknown keys, and known ones in another spelling. */
    {"container.list", "x=1", "{}", ""},
    {"container.list", "All=1", NULL, NULL},
    {"container.list", "all[]=1", NULL, NULL},
    {"container.list", "=1", NULL, NULL},
    {"container.list", "all%00=1", NULL, NULL},
    {"container.list", "all;size=1", NULL, NULL},
    {"container.list", "all=1;size=1", NULL, NULL},
    {"system.ping", "x=1", "{}", ""},
    /* Escapes. */
    {"container.create", "name=a%zz", NULL, NULL},
    {"container.create", "name=a%2", NULL, NULL},
    {"container.create", "name=a%", NULL, NULL},
    {"container.create", "name=a%00b", NULL, NULL},
    {"container.create", "name=a%0Ab", NULL, NULL},
    {"container.create", "name=a%7F", NULL, NULL},
    {"container.create", "name=%ff", NULL, NULL},
    {"container.create", "name=%c0%af", NULL, NULL},
    {"container.create", "name=web", "{\"name\":\"web\"}", "?name=web"},
    {"container.create", "name=%2561", "{\"name\":\"%61\"}", "?name=%2561"},
    {"container.create", "name=a%26b%3dc", "{\"name\":\"a&b=c\"}",
	"?name=a%26b%3Dc"},
    {"container.create", "name=a=b", "{\"name\":\"a=b\"}", "?name=a%3Db"},
    {"container.create", "platform=a+b%2B", "{\"platform\":\"a b+\"}",
	"?platform=a%20b%2B"},
    {"container.create", "name=%C3%A9", "{\"name\":\"\\u00e9\"}",
	"?name=%C3%A9"},
    /* The table's order, whatever the client's. */
    {"container.create", "platform=p&name=n",
	"{\"name\":\"n\",\"platform\":\"p\"}", "?name=n&platform=p"},
    /* Lists keep theirs. */
    {"build", "t=b&t=a", "{\"t\":[\"b\",\"a\"]}", "?t=b&t=a"},
    {"build", "t=", "{\"t\":[\"\"]}", "?t="},
    /* JSON in a parameter is read as strictly as a body. */
    {"container.list", "filters={\"label\":[\"a\"]}",
	"{\"filters\":{\"label\":[\"a\"]}}",
	"?filters=%7B%22label%22%3A%5B%22a%22%5D%7D"},
    {"container.list", "filters={\"label\":{\"a\":true}}",
	"{\"filters\":{\"label\":[\"a\"]}}",
	"?filters=%7B%22label%22%3A%5B%22a%22%5D%7D"},
    {"container.list", "filters=%7B%7D+", "{\"filters\":{}}",
	"?filters=%7B%7D"},
    {"container.list", "filters=", "{}", ""},
    {"container.list", "filters={}x", NULL, NULL},
    {"container.list", "filters={\"a\":[],\"a\":[]}", NULL, NULL},
    {"container.list", "filters={\"a\":[1]}", NULL, NULL},
    {"container.list", "filters=[]", NULL, NULL},
    {"build", "buildargs={\"A\":\"1\",\"B\":null}",
	"{\"buildargs\":{\"A\":\"1\",\"B\":null}}",
	"?buildargs=%7B%22A%22%3A%221%22%2C%22B%22%3Anull%7D"},
    {"build", "buildargs={\"A\":1}", NULL, NULL},
    {"build", "cachefrom=[\"x\",1]", NULL, NULL},
};

static void
test_rows(void **state)
{
	struct errmsg err;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct call *call = call_by_name(rows[i].call);
		int status = 0;
		json_auto_t *dropped = json_array();
		struct buffer out = {NULL, 0, 0, false};
		json_t *query;
		size_t len;
		char *text;

		assert_non_null(call);
		query = query_read(
		    call, span_of(rows[i].raw), dropped, &status, &err);
		if ((query != NULL) != (rows[i].read != NULL))
			fail_msg("%s: %s", rows[i].raw,
			    query == NULL ? err.text : "accepted");
		if (query == NULL) {
			assert_int_equal(status, 400);
			continue;
		}
		assert_json(query, rows[i].read);
		query_write(&out, call, query);
		text = buffer_take(&out, &len);
		assert_string_equal(text, rows[i].written);
		free(text);
		json_decref(query);
	}
}

/* What we write, we read as the same. */
static void
test_fixpoint(void **state)
{
	struct errmsg err;
	int status;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct call *call = call_by_name(rows[i].call);
		json_auto_t *dropped = json_array();
		json_t *query;

		if (rows[i].read == NULL || *rows[i].written == '\0')
			continue;
		query = query_read(
		    call, span_of(rows[i].written + 1), dropped, &status, &err);
		assert_json(query, rows[i].read);
		assert_int_equal(json_array_size(dropped), 0);
		json_decref(query);
	}
}

/* What the daemon would not read does not go on, and is told. */
static void
test_dropped(void **state)
{
	json_auto_t *dropped = json_array();
	struct errmsg err;
	int status;
	json_t *query = query_read(call_by_name("container.create"),
	    span_of("Image=a&name=web&hijack&Tty=%ff"), dropped, &status, &err);

	(void)state;
	assert_json(query, "{\"name\":\"web\"}");
	assert_json(dropped, "[\"?Image\",\"?hijack\",\"?Tty\"]");
	json_decref(query);
}

static void
test_has(void **state)
{
	(void)state;
	assert_true(query_has(span_of("fromSrc=-"), "fromSrc"));
	assert_true(query_has(span_of("a=1&fromSrc"), "fromSrc"));
	assert_true(query_has(span_of("from%53rc=-"), "fromSrc"));
	assert_false(query_has(span_of("FromSrc=-"), "fromSrc"));
	assert_false(query_has(span_of("a=fromSrc"), "fromSrc"));
	assert_false(query_has(span_of(NULL), "fromSrc"));
	/* The span is the bound. */
	assert_false(query_has((struct span){"a=1&fromSrc=1", 8}, "fromSrc"));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_fixpoint),
	    cmocka_unit_test(test_dropped),
	    cmocka_unit_test(test_has),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
