/* SPDX-License-Identifier: Apache-2.0 */
/*
 * names -- what a container may be called: ?name of create and rename.
 *
 * The daemon looks a container up by its full id, then by name, then by the
 * beginning of its id (daemon/container.go, GetContainer), so that a container
 * called like the short id of another's stands in front of it.  It takes one
 * slash before the name off; so do we.  A create without a name gets one of the
 * daemon's, which is nobody's.
 */
#include <stdio.h>
#include <string.h>

#include "core/pattern_set.h"
#include "core/reference.h"
#include "filter.h"

struct conf {
	struct pattern_set *allow;
	long long id_length;
};

static const struct setting settings[] = {
    SETTING_PATTERNS(struct conf, allow, "[\"*\"]", NULL,
	"Names that containers may be given (fnmatch patterns)."),
    SETTING_INT(struct conf, id_length, 1, 12, "6",
	"How long a name of nothing but hex digits must be to be taken for "
	"the id of another container, and refused."),
    SETTING_END,
};

static enum verdict
judge(const struct conf *conf, const char *name, struct report *report)
{
	size_t len = strlen(name);

	if (len < 2 || !reference_valid(name))
		return report_deny(report, "?name",
		    "\"%.100s\" is not a name: want 2 to 255 letters, digits "
		    "and \"_.-\", a letter or digit first",
		    name);
	if (reference_may_be_id(name) && len <= 64 &&
	    (long long)len >= conf->id_length)
		return report_deny(report, "?name",
		    "\"%s\" could be the id of another container; use a name "
		    "that is not of hex digits alone",
		    name);
	if (!pattern_set_match(conf->allow, name))
		return report_deny(
		    report, "?name", "the name \"%s\" is not allowed", name);
	return VERDICT_PASS;
}

static enum verdict
apply(const void *arg, struct request *req, struct report *report)
{
	bool create = strcmp(req->call->name, "container.create") == 0;
	const char *name = request_query(req, "name");
	enum verdict verdict;
	json_t *bare;

	if (name == NULL || *name == '\0')
		return create
		    ? VERDICT_PASS
		    : report_deny(report, "?name", "no name is given");
	if (*name != '/')
		return judge(arg, name, report);
	verdict = judge(arg, name + 1, report);
	if (verdict <= VERDICT_DENY)
		return verdict;
	bare = json_string(name + 1);
	if (bare == NULL)
		return report_fail(report, "?name", "out of memory");
	return rewrite_query(
	    req, report, "name", bare, "names are without a slash");
}

static const char *const calls[] = {
    "container.create", "container.rename", NULL};

const struct filter names_filter = {
    .name = "names",
    .summary = "What containers may be called.",
    .calls = calls,
    .settings = settings,
    .conf_size = sizeof(struct conf),
    .action = ACTION_REJECT,
    .apply = apply,
};
