/* SPDX-License-Identifier: Apache-2.0 */
#include "core/service_files.h"

#include <stdio.h>
#include <string.h>

#include "core/mount.h"
#include "core/service_parts.h"
#include "core/text.h"

#define DIGITS "0123456789"

static bool
is_number(const char *text)
{
	size_t len = strlen(text);

	return len <= 10 && strspn(text, DIGITS) == len;
}

struct kind {
	const char *list, *id, *name;
	const char *below; /* where a file's name is, unless it is a path */
};

static bool
file_valid(const struct kind *kind, const json_t *file, struct errmsg *why)
{
	const char *name = text_at(file, "Name");
	char path[MOUNT_PATH_LEN];
	struct mount mount MOUNT_UNSET;
	int n = snprintf(
	    path, sizeof(path), "%s%s", *name == '/' ? "" : kind->below, name);

	if (*name == '\0' || n < 0 || (size_t)n >= sizeof(path))
		return errmsg_set(why, "want the name of a file");
	if (!mount_target_take(&mount, path, strlen(path), why))
		return false;
	if (!mount_path_is_free(mount.target))
		return errmsg_set(
		    why, "nothing may be put on \"%.200s\"", mount.target);
	if (!is_number(text_at(file, "UID")) ||
	    !is_number(text_at(file, "GID")))
		return errmsg_set(why, "want UID and GID as numbers");
	return json_integer_value(json_object_get(file, "Mode")) <= 0777 ||
	    errmsg_set(why, "want a Mode of 0777 at most");
}

static enum verdict
judge_file(const struct kind *kind, const struct pattern_set *patterns,
    const json_t *reference, const char *field, struct report *report)
{
	const char *name = text_at(reference, kind->name);
	struct errmsg why;

	if (*name == '\0' || *text_at(reference, kind->id) == '\0' ||
	    json_object_get(reference, "Runtime") != NULL)
		return report_deny(report, field, "want %s and %s, and a file",
		    kind->id, kind->name);
	if (!pattern_set_match(patterns, name))
		return report_deny(report, field,
		    "\"%.100s\" is not on the list of this tier", name);
	if (!file_valid(kind, json_object_get(reference, "File"), &why))
		return report_deny(report, field, "%s", why.text);
	return VERDICT_PASS;
}

static enum verdict
judge_files(const struct kind *kind, const struct pattern_set *patterns,
    struct request *req, struct report *report)
{
	enum verdict verdict = VERDICT_PASS;
	char field[80];
	size_t i;
	json_t *reference;

	json_array_foreach(request_body_get(req, kind->list), i, reference)
	{
		(void)snprintf(field, sizeof(field), "%s[%zu]", kind->list, i);
		verdict = judge_file(kind, patterns, reference, field, report);
		if (verdict <= VERDICT_DENY)
			return verdict;
	}
	return verdict;
}

enum verdict
service_secrets_judge(
    const struct pattern_set *names, struct request *req, struct report *report)
{
	static const struct kind kind = {
	    SERVICE_SPEC ".Secrets", "SecretID", "SecretName", "/run/secrets/"};

	return judge_files(&kind, names, req, report);
}

enum verdict
service_configs_judge(
    const struct pattern_set *names, struct request *req, struct report *report)
{
	static const struct kind kind = {
	    SERVICE_SPEC ".Configs", "ConfigID", "ConfigName", "/"};

	return judge_files(&kind, names, req, report);
}
