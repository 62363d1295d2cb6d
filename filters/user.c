/* SPDX-License-Identifier: Apache-2.0 */
/*
 * user -- who the first process of a container is.
 *
 * An empty User is the image's, which is nearly always root; a name is looked
 * up in the image, where it may be root's; numbers have many spellings ("00",
 * ":0", "4294967296").  So only plain decimal numbers above zero count as
 * somebody else (Pod Security "restricted", runAsNonRoot).
 *
 * An exec without a user is the container's own (moby, ContainerExecCreate), so
 * the container is looked up.  A user who is no good is refused under rewrite,
 * too: nothing could tell the caller that the command ran as somebody else.  The
 * same for what a commit makes the user of an image.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/container_fact.h"
#include "core/keep.h"
#include "filter.h"

struct conf {
	const char *run_as;
	bool allow_root, allow_names;
	const json_t *groups;
};

/* The length of a number from 1 to 2147483647 without leading zeros at the
 * beginning of text, or 0. */
static size_t
id_length(const char *text)
{
	size_t len = strspn(text, "0123456789");

	if (len == 0 || len > 10 || text[0] == '0' ||
	    strtoll(text, NULL, 10) > 2147483647LL)
		return 0;
	return len;
}

/* "1000" or "1000:1000", neither root's. */
static bool
is_plain(const char *user)
{
	size_t len = id_length(user);

	if (len == 0)
		return false;
	if (user[len] == '\0')
		return true;
	return user[len] == ':' && id_length(user + len + 1) > 0 &&
	    user[len + 1 + id_length(user + len + 1)] == '\0';
}

static bool
run_as_valid(const char *value, struct errmsg *err)
{
	return (is_plain(value) && strchr(value, ':') != NULL) ||
	    errmsg_set(err, "want numbers, \"UID:GID\", neither of them 0");
}

static const struct setting settings[] = {
    SETTING_STRING(struct conf, run_as, "\"65534:65534\"", run_as_valid,
	"Whom a container runs as that would be root, as UID:GID."),
    SETTING_BOOL(struct conf, allow_root, "false",
	"Root is allowed, and so is the image's own user."),
    SETTING_BOOL(struct conf, allow_names, "false",
	"Users may be given by name, which the image may make root's."),
    SETTING_STRINGS(struct conf, groups, NULL, NULL,
	"Supplementary groups that may be added (fnmatch patterns)."),
    SETTING_END,
};

/* A name in the image: nothing that begins like a number, and not root. */
static bool
is_name(const char *user)
{
	return strchr("0123456789+-: ", *user) == NULL &&
	    strchr(user, ':') == NULL && strcmp(user, "root") != 0;
}

/* A uid alone gets its group from the image's passwd, or 0. */
static bool
is_good(const struct conf *conf, const char *user)
{
	return conf->allow_root ||
	    (user != NULL && is_plain(user) && strchr(user, ':') != NULL) ||
	    (user != NULL && conf->allow_names && is_name(user));
}

static enum verdict
judge_user(const struct conf *conf, struct request *req, struct report *report)
{
	const char *user = json_string_value(request_body_get(req, "User"));
	json_t *ours;

	if (is_good(conf, user))
		return VERDICT_PASS;
	if (user != NULL && is_plain(user))
		ours = json_sprintf("%s:%s", user, user);
	else
		ours = json_string(conf->run_as);
	if (ours == NULL)
		return report_fail(report, "User", "out of memory");
	if (user != NULL && *user != '\0' && !is_plain(user))
		return enforce_body(req, report, "User", ours,
		    "containers do not run as root; give --user UID:GID");
	return rewrite_body(req, report, "User", ours,
	    "containers do not run as root; give --user UID:GID");
}

static enum verdict
judge_groups(
    const struct conf *conf, struct request *req, struct report *report)
{
	return keep_in_body(req, report, "HostConfig.GroupAdd", keep_matching,
	    conf->groups,
	    "groups that are not on the list of this tier may not be added");
}

/* A user that takes the place of what was judged before; NULL or "": none. */
static enum verdict
judge_other(const struct conf *conf, const char *user, const char *field,
    struct report *report)
{
	if (user == NULL || *user == '\0' || is_good(conf, user))
		return VERDICT_PASS;
	return report_deny(report, field,
	    "\"%.100s\" may be root; leave it out, or give UID:GID", user);
}

/* "USER 1000:1000" among the changes of a commit.  The daemon would expand
 * variables and take quotes and escapes off. */
static enum verdict
judge_changes(
    const struct conf *conf, const struct request *req, struct report *report)
{
	enum verdict verdict = VERDICT_PASS;
	size_t i;
	json_t *change;

	json_array_foreach(json_object_get(req->query, "changes"), i, change)
	{
		const char *text = json_string_value(change);

		if (strncasecmp(text, "USER", 4) != 0)
			continue;
		text += 4 + strspn(text + 4, " ");
		verdict = text[strcspn(text, "$\\\"'` ")] != '\0'
		    ? report_deny(report, "?changes",
			  "want a USER without variables, quotes and blanks")
		    : judge_other(conf, text, "?changes", report);
		if (verdict <= VERDICT_DENY)
			return verdict;
	}
	return verdict;
}

/* Does the request leave the user to the container that there is? */
static bool
is_containers_own(const struct conf *conf, const struct request *req)
{
	const char *user = json_string_value(request_body_get(req, "User"));

	return !conf->allow_root && (user == NULL || *user == '\0') &&
	    strcmp(req->call->name, "container.exec.create") == 0;
}

static bool
wants(const void *conf, const struct request *req, json_t *wanted)
{
	return !is_containers_own(conf, req) ||
	    container_fact_want(req, wanted);
}

static enum verdict
judge_exec(
    const struct conf *conf, const struct request *req, struct report *report)
{
	const char *user = json_string_value(request_body_get(req, "User"));

	if (!is_containers_own(conf, req))
		return judge_other(conf, user, "User", report);
	user = json_string_value(json_object_get(container_fact(req), "User"));
	if (user == NULL || !is_good(conf, user))
		return report_deny(report, "User",
		    "the container's own user may be root; give --user "
		    "UID:GID");
	return VERDICT_PASS;
}

static enum verdict
judge_commit(
    const struct conf *conf, const struct request *req, struct report *report)
{
	enum verdict verdict = judge_other(conf,
	    json_string_value(request_body_get(req, "User")), "User", report);

	return verdict <= VERDICT_DENY ? verdict
				       : judge_changes(conf, req, report);
}

static enum verdict
apply(const void *arg, struct request *req, struct report *report)
{
	enum verdict verdict;

	if (strcmp(req->call->name, "container.exec.create") == 0)
		return judge_exec(arg, req, report);
	if (strcmp(req->call->name, "container.commit") == 0)
		return judge_commit(arg, req, report);
	verdict = judge_user(arg, req, report);
	if (verdict <= VERDICT_DENY)
		return verdict;
	return verdict_and(verdict, judge_groups(arg, req, report));
}

static const char *const calls[] = {
    "container.commit", "container.create", "container.exec.create", NULL};

const struct filter user_filter = {
    .name = "user",
    .summary = "No root inside the container; which groups may be added.",
    .calls = calls,
    .settings = settings,
    .conf_size = sizeof(struct conf),
    .action = ACTION_REWRITE,
    .wants = wants,
    .apply = apply,
};
