/* SPDX-License-Identifier: Apache-2.0 */
/*
 * registries -- whom the daemon may dial for a caller, and with whose
 * credentials.
 *
 * Pulls, pushes, searches, logins, looks at manifests and services, whose images
 * are resolved and pulled, make the daemon connect to the host that is named, an import from a URL and a build of a
 * remote context to any URL, all from the host's network: its own ports,
 * metadata services and whatever trusts the host (docker-api: "SSRF").  Hosts
 * are compared by the one name that a registry has, URLs to the letter.
 *
 * X-Registry-Auth goes to the registry of the image; the server it says it is
 * for must be on the list, too.  X-Registry-Config of a build holds what a user
 * has for every registry: what is for others than those on the list is left out
 * (action rewrite) or refuses the build.  (CVE-2020-15157: credentials sent to
 * another registry.)  Credentials are never shown.
 */
#include <string.h>

#include "core/fetch_url.h"
#include "core/registry_name.h"
#include "core/text.h"
#include "filter.h"

#define AUTH "X-Registry-Auth"
#define CONFIG "X-Registry-Config"
#define IMAGE "TaskTemplate.ContainerSpec.Image" /* of a service */

struct conf {
	const json_t *import_urls, *build_urls;
	struct pattern_set *allow;
};

static const struct setting settings[] = {
    SETTING_PATTERNS(struct conf, allow, "[\"docker.io\"]",
	registry_pattern_valid,
	"Registries: a host, with its port if it is named with one; "
	"\"*.example.com\" is every host of a domain, \"*\" any at all."),
    SETTING_STRINGS(struct conf, import_urls, NULL, fetch_url_valid,
	"URLs that an import may fetch (fromSrc); \"/**\" at the end is all "
	"that is below."),
    SETTING_STRINGS(struct conf, build_urls, NULL, fetch_url_valid,
	"URLs of archives, Dockerfiles and git repositories that a build may "
	"fetch (remote)."),
    SETTING_END,
};

/* --- credentials ---------------------------------------------------------- */

static bool
address_allowed(
    const struct conf *conf, const char *address, struct errmsg *why)
{
	struct registry_name registry;

	return registry_of_address(address, &registry, why) &&
	    registry_allowed(conf->allow, &registry, why);
}

/* Credentials that do not say whose they are go where the image is. */
static enum verdict
judge_auth(
    const struct conf *conf, const struct request *req, struct report *report)
{
	const char *server = text_at(
	    json_object_get(req->headers, AUTH), "serveraddress");
	struct errmsg why;

	if (*server == '\0' || address_allowed(conf, server, &why))
		return VERDICT_PASS;
	return report_deny(report, AUTH, "serveraddress: %s", why.text);
}

/* The credentials for registries on the list: new, or NULL. */
static json_t *
known_credentials(const struct conf *conf, json_t *config)
{
	json_auto_t *known = json_object();
	const char *address;
	json_t *credentials;

	json_object_foreach(config, address, credentials)
	{
		const char *server = text_at(credentials, "serveraddress");
		struct errmsg why;

		if (*address != '\0' && address_allowed(conf, address, &why) &&
		    (*server == '\0' || address_allowed(conf, server, &why)) &&
		    json_object_set(known, address, credentials) != 0)
			return NULL;
	}
	return json_incref(known);
}

static enum verdict
judge_config(
    const struct conf *conf, struct request *req, struct report *report)
{
	static const char why[] =
	    "credentials for registries that are not on the list of this tier";
	json_t *config = json_object_get(req->headers, CONFIG);
	json_t *known = known_credentials(conf, config);

	if (known == NULL)
		return report_fail(report, CONFIG, "out of memory");
	if (json_object_size(known) < json_object_size(config)) {
		if (report->action == ACTION_REWRITE)
			return rewrite_header(req, report, CONFIG, known, why);
		json_decref(known);
		return report_deny(report, CONFIG, "%s", why);
	}
	json_decref(known);
	return VERDICT_PASS;
}

/* --- who is dialled ------------------------------------------------------- */

static enum verdict
judge_fetch(const json_t *urls, const char *url, bool git, const char *field,
    struct report *report)
{
	struct errmsg why;

	if (fetch_url_allowed(urls, url, git, &why))
		return VERDICT_PASS;
	return report_deny(report, field, "%s", why.text);
}

/* The body, and BuildKit's own words for it, are not fetched. */
static enum verdict
judge_build(const struct conf *conf, struct request *req, struct report *report)
{
	const char *remote = request_query(req, "remote");
	enum verdict verdict = VERDICT_PASS;

	if (remote == NULL || *remote == '\0')
		verdict = report_stream(report,
		    json_pack(
			"{s:O}", "registries", pattern_set_list(conf->allow)));
	else if (strcmp(remote, "client-session") != 0 &&
	    strcmp(remote, "upload-request") != 0)
		verdict = judge_fetch(
		    conf->build_urls, remote, true, "?remote", report);
	if (verdict <= VERDICT_DENY)
		return verdict;
	return verdict_and(verdict, judge_config(conf, req, report));
}

static enum verdict
judge_import(
    const struct conf *conf, struct request *req, struct report *report)
{
	const char *source = request_query(req, "fromSrc");

	if (source != NULL && strcmp(source, "-") == 0)
		return VERDICT_PASS;
	return judge_fetch(conf->import_urls, source == NULL ? "" : source,
	    false, "?fromSrc", report);
}

/* Where a call says whom to dial. */
enum place {
	PLACE_QUERY = 0,
	PLACE_VARIABLE,
	PLACE_BODY,
};

typedef bool read_fn(const char *, struct registry_name *, struct errmsg *);

static const struct row {
	const char *call, *field, *key;
	enum place place;
	read_fn *read;
} rows[] = {
    {"image.pull", "?fromImage", "fromImage", PLACE_QUERY, registry_of_image},
    {"image.push", "{image}", "image", PLACE_VARIABLE, registry_of_image},
    {"image.search", "?term", "term", PLACE_QUERY, registry_of_term},
    {"distribution.inspect", "{reference}", "reference", PLACE_VARIABLE,
	registry_of_image},
    {"system.auth", "serveraddress", "serveraddress", PLACE_BODY,
	registry_of_address},
    {"service.create", IMAGE, IMAGE, PLACE_BODY, registry_of_image},
    {"service.update", IMAGE, IMAGE, PLACE_BODY, registry_of_image},
    {"plugin.privileges", "?remote", "remote", PLACE_QUERY, registry_of_image},
    {"plugin.pull", "?remote", "remote", PLACE_QUERY, registry_of_image},
    {"plugin.upgrade", "?remote", "remote", PLACE_QUERY, registry_of_image},
    {"plugin.push", "{plugin}", "plugin", PLACE_VARIABLE, registry_of_image},
};

static const char *
text_in(const struct row *row, const struct request *req)
{
	switch (row->place) {
	case PLACE_BODY:
		return text_of(request_body_get(req, row->key));
	case PLACE_QUERY:
		return text_at(req->query, row->key);
	case PLACE_VARIABLE:
		return text_at(req->vars, row->key);
	}
	return "";
}

static enum verdict
judge_row(const struct row *row, const struct conf *conf,
    const struct request *req, struct report *report)
{
	struct registry_name registry;
	struct errmsg why;

	if (!row->read(text_in(row, req), &registry, &why) ||
	    !registry_allowed(conf->allow, &registry, &why))
		return report_deny(report, row->field, "%s", why.text);
	return judge_auth(conf, req, report);
}

static enum verdict
apply(const void *arg, struct request *req, struct report *report)
{
	if (strcmp(req->call->name, "build") == 0)
		return judge_build(arg, req, report);
	if (strcmp(req->call->name, "image.import") == 0)
		return judge_import(arg, req, report);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (strcmp(rows[i].call, req->call->name) == 0)
			return judge_row(&rows[i], arg, req, report);
	}
	return report_fail(report, "", "a call without a rule");
}

static const char *const calls[] = {"image.pull", "image.push", "image.search",
    "image.import", "distribution.inspect", "system.auth", "plugin.privileges",
    "plugin.pull", "plugin.upgrade", "plugin.push", "build", "service.create",
    "service.update", NULL};

const struct filter registries_filter = {
    .name = "registries",
    .summary = "Which registries and URLs the daemon may dial.",
    .calls = calls,
    .settings = settings,
    .conf_size = sizeof(struct conf),
    .action = ACTION_REWRITE,
    .apply = apply,
};
