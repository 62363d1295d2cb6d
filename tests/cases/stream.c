/* SPDX-License-Identifier: Apache-2.0 */
#include "cases/stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tar_rules.h"

static const char *
text(const json_t *object, const char *name, const char *fallback)
{
	const char *value = json_string_value(json_object_get(object, name));

	return value == NULL ? fallback : value;
}

static enum tar_type
type_of(const json_t *object)
{
	static const char *const words[] = {[TAR_OTHER] = "other",
	    [TAR_FILE] = "file",
	    [TAR_DIRECTORY] = "dir",
	    [TAR_SYMLINK] = "symlink",
	    [TAR_HARDLINK] = "hardlink",
	    [TAR_DEVICE] = "device",
	    [TAR_FIFO] = "fifo"};
	const char *word = text(object, "type", "file");

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (strcmp(words[i], word) == 0)
			return (enum tar_type)i;
	}
	return TAR_OTHER;
}

static long long
number(const json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

static bool
judge_entry(struct tar_judge *judge, const json_t *object, struct errmsg *why)
{
	const char *data = text(object, "data", "");
	struct tar_entry in = {
	    .type = type_of(object),
	    .name = text(object, "name", NULL),
	    .link = text(object, "link", NULL),
	    .mode = (unsigned)strtoul(text(object, "mode", "0644"), NULL, 8),
	    .size = (long long)strlen(data),
	    .uid = number(object, "uid"),
	    .gid = number(object, "gid"),
	    .sparse = json_is_true(json_object_get(object, "sparse")),
	    .extras = json_is_true(json_object_get(object, "extras")),
	};
	struct tar_entry out;
	bool hold;

	if (json_object_get(object, "size") != NULL)
		in.size = number(object, "size");
	return tar_judge_entry(judge, &in, &out, &hold, why) &&
	    (!hold || tar_judge_content(judge, data, strlen(data), why));
}

enum verdict
stream_judge(struct report *report, json_t *entries)
{
	struct errmsg why;
	struct tar_judge *judge = tar_judge_new(report->stream_rules, &why);
	const char *field = "";
	bool good = judge != NULL;
	json_t *entry;
	size_t i;

	if (!good)
		return report_fail(report, "", "%s", why.text);
	json_array_foreach(entries, i, entry)
	{
		field = text(entry, "name", "");
		good = judge_entry(judge, entry, &why);
		if (!good)
			break;
	}
	if (good) {
		field = "";
		good = tar_judge_end(judge, &why);
	}
	tar_judge_free(judge);
	report->filter = text(report->stream_rules, "filter", NULL);
	return good ? VERDICT_PASS : report_deny(report, field, "%s", why.text);
}
