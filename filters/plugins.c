/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plugins -- code that runs as root beside the engine.
 *
 * What a plugin may do is in its own configuration; the body of a pull only
 * consents to it, and engines have compared the two wrongly (CVE-2026-33997),
 * so what counts is the list of plugins, by digest.  Each privilege of the body
 * is judged all the same, by name and value: of "mount", "device",
 * "capabilities", "network", "pid host", "allow-all-devices" and whatever a later
 * engine adds, only what is listed.  A plugin that is made from a tar asks
 * nobody for consent: plugin.create is for the names of a list of its own, and
 * the privileges in its config.json are judged while it streams
 * (core/tar_plugin.c).
 *
 * Plugins that are there are named by their full reference, as images are; what
 * may be an id is not.  Authorization plugins can be disabled, too.  The answer
 * of plugin.list and plugin.inspect shows their settings, which is a permission
 * of its own; plugin.privileges makes the daemon dial a registry.
 */
#include <stdio.h>
#include <string.h>

#include "core/image_rules.h"
#include "core/plugin_grant.h"
#include "core/tar_settings.h"
#include "core/text.h"
#include "filter.h"

struct conf {
	const json_t *privileges, *arguments;
	struct pattern_set *allow, *names, *create;
	bool digest_required, force;
	bool setid;
	int links;
	long long entries, size;
};

static const struct setting settings[] = {
    SETTING_PATTERNS(struct conf, allow, NULL, image_pattern_valid,
	"Plugins that may be installed, and upgraded to, by their full names "
	"as in filter images."),
    SETTING_BOOL(struct conf, digest_required, "true",
	"Only plugins that are named with their digest "
	"(\"name:tag@sha256:...\")."),
    SETTING_PATTERNS(struct conf, names, NULL, image_pattern_valid,
	"Plugins that may be enabled, disabled, set, upgraded, pushed and "
	"removed, and names that installed ones may be given."),
    SETTING_PATTERNS(struct conf, create, NULL, image_pattern_valid,
	"Names of plugins that may be made from an archive."),
    SETTING_STRINGS(struct conf, privileges, NULL, plugin_grant_valid,
	"Privileges that may be granted, as name=pattern (fnmatch): "
	"\"network=host\", \"mount=/var/lib/docker/plugins/\", "
	"\"capabilities=CAP_SYS_ADMIN\". Each is root on the host, or nearly."),
    SETTING_STRINGS(struct conf, arguments, NULL, plugin_grant_valid,
	"What may be set, as name=pattern (fnmatch): \"DEBUG=[01]\", "
	"\"data.source=/srv/plugins/*\"."),
    SETTING_BOOL(struct conf, force, "false",
	"Plugins that are in use may be disabled and removed."),
    TAR_SETTING_ROWS(struct conf, "\"any\""),
    SETTING_END,
};

/* --- which ---------------------------------------------------------------- */

static enum verdict
judge_remote(
    const struct conf *conf, const struct request *req, struct report *report)
{
	const char *remote = request_query(req, "remote");
	struct image_rules rules = {
	    .allow = conf->allow, .digest_required = conf->digest_required};
	struct errmsg why;

	if (remote == NULL || *remote == '\0')
		return report_deny(report, "?remote", "no plugin is named");
	if (!image_allowed(&rules, remote, &why))
		return report_deny(report, "?remote", "%s", why.text);
	return VERDICT_PASS;
}

static enum verdict
judge_name(const struct pattern_set *names, const char *name, const char *field,
    struct report *report)
{
	struct image_rules rules = {.allow = names};
	struct errmsg why;

	if (!image_allowed(&rules, name, &why))
		return report_deny(report, field,
		    "the plugin \"%.100s\" is not on the list of this tier",
		    name);
	return VERDICT_PASS;
}

static enum verdict
judge_force(
    const struct conf *conf, const struct request *req, struct report *report)
{
	const char *force = request_query(req, "force");

	if (conf->force || force == NULL || strcmp(force, "0") == 0)
		return VERDICT_PASS;
	return report_deny(
	    report, "?force", "plugins that are in use stay; leave it out");
}

/* --- what ----------------------------------------------------------------- */

static enum verdict
judge_privilege(
    const struct conf *conf, const json_t *privilege, struct report *report)
{
	const char *name = json_string_value(
	    json_object_get(privilege, "Name"));
	const json_t *values = json_object_get(privilege, "Value");
	struct errmsg why;
	size_t i;
	json_t *value;

	if (name == NULL || json_array_size(values) == 0)
		return report_deny(
		    report, "", "want privileges with a name and values");
	json_array_foreach(values, i, value)
	{
		if (!plugin_privilege_allowed(
			conf->privileges, name, json_string_value(value), &why))
			return report_deny(report, "", "%s", why.text);
	}
	return VERDICT_PASS;
}

static enum verdict
judge_privileges(
    const struct conf *conf, const struct request *req, struct report *report)
{
	size_t i;
	json_t *privilege;

	json_array_foreach(req->body, i, privilege)
	{
		enum verdict verdict = judge_privilege(conf, privilege, report);

		if (verdict <= VERDICT_DENY)
			return verdict;
	}
	return VERDICT_PASS;
}

/* Values may be secrets: only names are told. */
static enum verdict
judge_arguments(
    const struct conf *conf, const struct request *req, struct report *report)
{
	size_t i;
	json_t *argument;

	json_array_foreach(req->body, i, argument)
	{
		const char *text = json_string_value(argument);
		size_t len = strcspn(text, "=");

		if (text[len] == '\0' ||
		    !plugin_grant_listed(
			conf->arguments, text, len, text + len + 1))
			return report_deny(report, "",
			    "\"%.*s\" may not be set, or not to this",
			    len > 60 ? 60 : (int)len, text);
	}
	return VERDICT_PASS;
}

/* --- all of them ---------------------------------------------------------- */

static bool
has_suffix(const struct request *req, const char *suffix)
{
	return strcmp(strrchr(req->call->name, '.'), suffix) == 0;
}

static enum verdict
judge_pull(const struct conf *conf, struct request *req, struct report *report)
{
	const char *name = request_query(req, "name");
	enum verdict verdict = judge_remote(conf, req, report);

	if (verdict > VERDICT_DENY && name != NULL && *name != '\0')
		verdict = judge_name(conf->names, name, "?name", report);
	if (verdict > VERDICT_DENY && req->body != NULL)
		verdict = judge_privileges(conf, req, report);
	return verdict;
}

/* A plugin that is there. */
static enum verdict
judge_known(const struct conf *conf, struct request *req, struct report *report)
{
	enum verdict verdict = judge_name(
	    conf->names, text_at(req->vars, "plugin"), "{plugin}", report);

	if (verdict > VERDICT_DENY)
		verdict = judge_force(conf, req, report);
	if (verdict > VERDICT_DENY && has_suffix(req, ".upgrade"))
		verdict = judge_pull(conf, req, report);
	if (verdict > VERDICT_DENY && has_suffix(req, ".set"))
		verdict = judge_arguments(conf, req, report);
	return verdict;
}

/* A plugin of one's own. */
static enum verdict
judge_create(
    const struct conf *conf, const struct request *req, struct report *report)
{
	struct tar_settings tar = TAR_SETTINGS_OF(conf);
	const char *name = request_query(req, "name");
	enum verdict verdict = judge_name(
	    conf->create, name == NULL ? "" : name, "?name", report);

	if (verdict > VERDICT_DENY)
		verdict = report_stream(
		    report, tar_rules_make("plugin", &tar, report));
	if (verdict > VERDICT_DENY)
		verdict = report_stream(
		    report, json_pack("{s:O}", "privileges", conf->privileges));
	return verdict;
}

static enum verdict
apply(const void *conf, struct request *req, struct report *report)
{
	if (has_suffix(req, ".create"))
		return judge_create(conf, req, report);
	if (has_suffix(req, ".pull") || has_suffix(req, ".privileges"))
		return judge_pull(conf, req, report);
	return judge_known(conf, req, report);
}

static const char *const calls[] = {"plugin.create", "plugin.disable",
    "plugin.enable", "plugin.privileges", "plugin.pull", "plugin.push",
    "plugin.remove", "plugin.set", "plugin.upgrade", NULL};

const struct filter plugins_filter = {
    .name = "plugins",
    .summary = "Which plugins may be installed, and what they are granted.",
    .calls = calls,
    .settings = settings,
    .conf_size = sizeof(struct conf),
    .action = ACTION_REJECT,
    .apply = apply,
};
