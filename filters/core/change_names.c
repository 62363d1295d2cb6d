/* SPDX-License-Identifier: Apache-2.0 */
#include "core/change_names.h"

#include <string.h>
#include <strings.h>

#define NAME_BYTES                                                             \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"                 \
	"0123456789_./-"

/* The end of a value: a word of plain bytes and of parts in quotes; NULL if it
 * could be read in another way. */
static const char *
value_end(const char *text)
{
	while (*text != '\0' && *text != ' ') {
		if (*text == '"' || *text == '\'') {
			const char stop[] = {*text, '\\', '\0'};
			size_t len = strcspn(text + 1, stop);

			if (text[len + 1] != *text)
				return NULL;
			text += len + 2;
		} else if (*text <= ' ' || *text >= 0x7f || *text == '\\') {
			return NULL;
		} else {
			text++;
		}
	}
	return text;
}

/* "ENV A one": the rest of the line is its value. */
static size_t
lone_name(const char *text)
{
	size_t len = strspn(text, NAME_BYTES);

	return len > 0 && text[len] == ' ' && strchr(text, '\\') == NULL ? len
									 : 0;
}

static bool
add_names(json_t *names, const char *text, bool *bad_input, struct errmsg *err)
{
	size_t lone;

	*bad_input = false;
	text += strspn(text, " ");
	lone = lone_name(text);
	if (lone > 0)
		return json_array_append_new(names, json_stringn(text, lone)) ==
		    0 ||
		    errmsg_nomem(err);
	for (;;) {
		size_t len;

		text += strspn(text, " ");
		if (*text == '\0')
			return true;
		len = strspn(text, NAME_BYTES);
		if (len == 0 || text[len] != '=')
			break;
		if (json_array_append_new(names, json_stringn(text, len)) != 0)
			return errmsg_nomem(err);
		text = value_end(text + len + 1);
		if (text == NULL)
			break;
	}
	*bad_input = true;
	return errmsg_set(err,
	    "want plain names, each with \"=\" and a value that is plain or in "
	    "quotes, without a backslash");
}

/* The names that all changes with this keyword set: a new array, or NULL with the
 * reason; *bad_input tells the caller's fault from want of memory. */
static json_t *
change_names(const json_t *changes, const char *keyword, bool *bad_input,
    struct errmsg *err)
{
	json_auto_t *names = json_array();
	size_t len = strlen(keyword), i;
	json_t *change;

	*bad_input = false;
	if (names == NULL) {
		(void)errmsg_nomem(err);
		return NULL;
	}
	json_array_foreach(changes, i, change)
	{
		const char *text = json_string_value(change);

		if (strncasecmp(text, keyword, len) == 0 &&
		    !add_names(names, text + len, bad_input, err))
			return NULL;
	}
	return json_incref(names);
}

enum verdict
change_names_judge(const struct request *req, struct report *report,
    const char *keyword, refused_name_fn *is_refused, const void *conf,
    const char *why)
{
	bool bad_input;
	struct errmsg err;
	json_auto_t *names = change_names(
	    json_object_get(req->query, "changes"), keyword, &bad_input, &err);
	size_t i;
	json_t *name;

	if (names == NULL)
		return bad_input
		    ? report_deny(
			  report, "?changes", "%s: %s", keyword, err.text)
		    : report_fail(report, "?changes", "%s", err.text);
	json_array_foreach(names, i, name)
	{
		if (is_refused(conf, json_string_value(name)))
			return report_deny(report, "?changes", "%s", why);
	}
	return VERDICT_PASS;
}
