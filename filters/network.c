/* SPDX-License-Identifier: Apache-2.0 */
/*
 * network -- which networks a container joins, and as whom.
 *
 * The host's network reaches what listens on localhost and abstract unix
 * sockets (CVE-2020-15257); another container's is that container's. A name
 * enters in two places: HostConfig.NetworkMode and the keys of
 * NetworkingConfig.EndpointsConfig, which the daemon joins as well, whatever
 * the mode says.  A network may also be named by its id or the beginning of it,
 * that of the host's network included, so a name that could be one is allowed
 * only if it is listed to the letter.  (CIS Docker 5.10, Pod Security
 * "baseline".)
 *
 * A container joins and leaves networks later on, too (network.connect): the
 * same rules, by the name of what an id means.  Whose the container is, is not
 * judged here.  "Force" of network.disconnect is for a container that is gone.
 */
#include <stdio.h>
#include <string.h>

#include "core/endpoint.h"
#include "core/extra_host.h"
#include "core/judges.h"
#include "core/keep.h"
#include "core/network_name.h"
#include "core/network_ref.h"
#include "core/owner.h"
#include "core/pattern_set.h"
#include "core/reference.h"
#include "core/text.h"
#include "filter.h"

#define RESOLV_CHARS                                                           \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:-"

#define ENDPOINTS "NetworkingConfig.EndpointsConfig"

struct conf {
	struct pattern_set *networks;
	const json_t *containers;
	const char *fallback;
	bool host;
	const json_t *links, *aliases, *driver_opts;
	bool static_addresses, mac_address;
	const json_t *extra_hosts, *dns;
	bool host_gateway;
};

static const struct setting settings[] = {
    SETTING_PATTERNS(struct conf, networks, "[\"*\"]", NULL,
	"Patterns of the networks that may be joined; \"default\" (or "
	"\"bridge\") and \"none\" are names like others. No pattern means the "
	"host's network, and names that may be ids (hex digits alone), "
	"\"ingress\" and \"docker_gwbridge\" must be listed to the letter."),
    SETTING_STRING(struct conf, fallback, "\"default\"", NULL,
	"The network to use instead of the host's, and instead of "
	"\"default\" where that is not allowed; empty: refuse. A network of "
	"any other name that is not allowed is refused always."),
    SETTING_BOOL(
	struct conf, host, "false", "The host's own network may be used."),
    SETTING_STRINGS(struct conf, containers, NULL, NULL,
	"Patterns of containers whose network may be joined "
	"(\"container:NAME\"); all others are refused."),
    SETTING_STRINGS(struct conf, links, NULL, NULL,
	"Patterns of containers that may be linked to, which imports their "
	"environment; all others are refused."),
    SETTING_STRINGS(struct conf, aliases, "[\"*\"]", NULL,
	"Patterns of names that a container may take in a network beside its "
	"own; one with a dot, which may stand for a host elsewhere, needs a "
	"pattern with a dot."),
    SETTING_BOOL(struct conf, static_addresses, "false",
	"Containers may choose their own addresses (IPAMConfig)."),
    SETTING_BOOL(struct conf, mac_address, "false",
	"Containers may choose their own MAC address."),
    SETTING_STRINGS(struct conf, driver_opts, NULL, NULL,
	"Patterns of options that may be handed to the network driver "
	"(DriverOpts)."),
    SETTING_STRINGS(struct conf, extra_hosts, "[\"*\"]", NULL,
	"Patterns of lines for /etc/hosts, as \"name:address\"."),
    SETTING_BOOL(struct conf, host_gateway, "false",
	"Lines for /etc/hosts may name the host (\"host-gateway\")."),
    SETTING_STRINGS(struct conf, dns, NULL, NULL,
	"Patterns of resolvers that may be used; the daemon asks them on "
	"behalf of the container, some from the host's network."),
    SETTING_END,
};

static struct network_rules
network_rules(const struct conf *conf)
{
	return (struct network_rules){
	    .networks = conf->networks,
	    .containers = conf->containers,
	    .fallback = conf->fallback == NULL ? "" : conf->fallback,
	    .host = conf->host,
	};
}

static struct endpoint_rules
endpoint_rules(const struct conf *conf, const struct request *req)
{
	return (struct endpoint_rules){
	    .req = req,
	    .links = conf->links,
	    .aliases = conf->aliases,
	    .driver_opts = conf->driver_opts,
	    .static_addresses = conf->static_addresses,
	    .mac_address = conf->mac_address,
	};
}

static bool
check(const void *arg, struct errmsg *err)
{
	const struct conf *conf = arg;
	struct network_rules rules = network_rules(conf);
	struct errmsg why;

	if (!network_patterns_valid(conf->networks, err))
		return false;
	if (*rules.fallback != '\0' &&
	    network_name_judge(&rules, rules.fallback, &why) != NETWORK_ALLOWED)
		return errmsg_set(err,
		    "fallback: want one of networks, or \"\"; \"%s\" is not "
		    "among them",
		    rules.fallback);
	return true;
}

/* Do what the answer to a name says: replace the member at field by value
 * (taken), or refuse. */
static enum verdict
obey(enum network_answer answer, struct request *req, struct report *report,
    const char *field, json_t *value, const char *why)
{
	if (value == NULL)
		return report_fail(report, field, "out of memory");
	switch (answer) {
	case NETWORK_REPLACED:
		return enforce_body(req, report, field, value, why);
	case NETWORK_DEFAULTED:
		return rewrite_body(req, report, field, value, why);
	case NETWORK_ALLOWED:
		json_decref(value);
		return VERDICT_PASS;
	case NETWORK_REFUSED:
		break;
	}
	json_decref(value);
	return report_deny(report, field, "%s", why);
}

static enum verdict
judge_mode(const void *arg, struct request *req, struct report *report)
{
	static const char field[] = "HostConfig.NetworkMode";
	struct network_rules rules = network_rules(arg);
	const char *mode = text_of(request_body_get(req, field));
	enum network_answer answer;
	char text[OWNER_MODE_LEN];
	struct errmsg why;

	answer = network_name_judge(
	    &rules, owner_mode(req, "network", mode, text), &why);
	return obey(
	    answer, req, report, field, json_string(rules.fallback), why.text);
}

/* --- endpoints ---------------------------------------------------------- */

/* EndpointsConfig as it is being made anew: names may hold dots, so that a
 * single member has no dotted path. */
struct remake {
	const struct conf *conf;
	const struct request *req;
	json_t *made;
	enum network_answer answer; /* the worst so far */
	struct errmsg why; /* of it */
};

static void
note(struct remake *remake, enum network_answer answer, const char *name,
    const char *why)
{
	if (answer >= remake->answer)
		return;
	remake->answer = answer;
	(void)errmsg_set(&remake->why, "network \"%s\": %s", name, why);
}

/* Put one endpoint, made acceptable, into what is made.  Where a fallback
 * meets an endpoint that the caller has for it, the caller's stays.  False if
 * out of memory. */
static bool
remake_endpoint(struct remake *remake, const char *name, const json_t *endpoint)
{
	struct network_rules rules = network_rules(remake->conf);
	struct endpoint_rules inner = endpoint_rules(remake->conf, remake->req);
	json_auto_t *copy = json_deep_copy(endpoint);
	enum network_answer answer = NETWORK_REFUSED;
	struct errmsg why;
	const char *cleaned;

	if (copy == NULL)
		return false;
	/* Only a mode joins a container, and only a mode may be empty. */
	(void)errmsg_set(&why, "this is not the name of a network");
	if (reference_valid(name))
		answer = network_name_judge(
		    &rules, owner_name(remake->req, "network", name), &why);
	note(remake, answer, name, why.text);
	if (!endpoint_acceptable(&inner, copy, &why))
		note(remake, NETWORK_REFUSED, name, why.text);
	cleaned = endpoint_clean(&inner, copy);
	if (cleaned != NULL)
		note(remake, NETWORK_REPLACED, name, cleaned);
	if (answer != NETWORK_ALLOWED)
		name = rules.fallback;
	if (answer != NETWORK_ALLOWED &&
	    json_object_get(remake->made, name) != NULL)
		return true;
	return json_object_set(remake->made, name, copy) == 0;
}

static enum verdict
judge_endpoints(const void *arg, struct request *req, struct report *report)
{
	const struct conf *conf = arg;
	json_t *endpoints = request_body_get(req, ENDPOINTS);
	struct remake remake = {.conf = conf,
	    .req = req,
	    .made = json_object(),
	    .answer = NETWORK_ALLOWED};
	const char *name;
	json_t *endpoint;

	json_object_foreach(endpoints, name, endpoint)
	{
		if (!remake_endpoint(&remake, name, endpoint)) {
			json_decref(remake.made);
			return report_fail(report, ENDPOINTS, "out of memory");
		}
	}
	return obey(remake.answer, req, report, ENDPOINTS, remake.made,
	    remake.why.text);
}

static enum verdict
judge_mac(const void *arg, struct request *req, struct report *report)
{
	const struct conf *conf = arg;
	const char *mac = json_string_value(
	    request_body_get(req, "MacAddress"));

	if (conf->mac_address || mac == NULL || *mac == '\0')
		return VERDICT_PASS;
	return enforce_body(req, report, "MacAddress", NULL,
	    "containers may not choose their MAC address");
}

/* --- names and addresses ------------------------------------------------ */

static enum verdict
judge_links(const void *arg, struct request *req, struct report *report)
{
	struct endpoint_rules rules = endpoint_rules(arg, req);
	size_t i;
	json_t *link;

	json_array_foreach(request_body_get(req, "HostConfig.Links"), i, link)
	{
		if (!endpoint_link_allowed(&rules, json_string_value(link)))
			return report_deny(report, "HostConfig.Links",
			    "linking to \"%s\" is not allowed; use a network "
			    "of your own",
			    json_string_value(link));
	}
	return VERDICT_PASS;
}

static bool
extra_host_may_stay(const void *arg, const char *line, const json_t *item)
{
	const struct conf *conf = arg;
	struct extra_host host;

	(void)item;
	return extra_host_parse(line, &host) &&
	    extra_host_allowed(&host, conf->extra_hosts, conf->host_gateway);
}

static enum verdict
judge_extra_hosts(const void *arg, struct request *req, struct report *report)
{
	static const char field[] = "HostConfig.ExtraHosts";
	struct extra_host host;
	size_t i;
	json_t *line;

	json_array_foreach(request_body_get(req, field), i, line)
	{
		if (!extra_host_parse(json_string_value(line), &host))
			return report_deny(report, field,
			    "\"%s\" is not \"name:address\"",
			    json_string_value(line));
	}
	return keep_in_body(req, report, field, extra_host_may_stay, arg,
	    "these lines for /etc/hosts are not allowed");
}

static enum verdict
judge_dns(const void *arg, struct request *req, struct report *report)
{
	const struct conf *conf = arg;

	return keep_in_body(req, report, "HostConfig.Dns", keep_matching,
	    conf->dns, "these resolvers are not allowed");
}

/* Each becomes a part of a line of resolv.conf. */
static enum verdict
judge_resolv_conf(const void *arg, struct request *req, struct report *report)
{
	static const char *const fields[] = {
	    "HostConfig.DnsSearch", "HostConfig.DnsOptions", NULL};
	size_t i;
	json_t *word;

	(void)arg;
	for (const char *const *field = fields; *field != NULL; field++) {
		json_array_foreach(request_body_get(req, *field), i, word)
		{
			const char *text = json_string_value(word);

			if (strlen(text) != json_string_length(word) ||
			    strlen(text) != strspn(text, RESOLV_CHARS))
				return report_deny(report, *field,
				    "want letters, digits and \"._:-\"");
		}
	}
	return VERDICT_PASS;
}

/* From daemon 25 on a container is found by its host name, too. */
static enum verdict
judge_host_name(const void *arg, struct request *req, struct report *report)
{
	static const char *const fields[] = {"Hostname", "Domainname", NULL};

	(void)arg;
	for (size_t i = 0; fields[i] != NULL; i++) {
		const char *name = json_string_value(
		    request_body_get(req, fields[i]));

		if (name != NULL && *name != '\0' && !reference_valid(name))
			return report_deny(report, fields[i],
			    "want letters, digits, dots and dashes");
	}
	return VERDICT_PASS;
}

/* --- joining and leaving -------------------------------------------------- */

static bool
is_create(const struct request *req)
{
	return strcmp(req->call->name, "container.create") == 0;
}

static bool
wants(const void *arg, const struct request *req, json_t *wanted)
{
	const struct conf *conf = arg;

	return is_create(req) || network_ref_wants(req, conf->networks, wanted);
}

/* No other network in its place: the container would be where nobody asked for
 * it to be. */
static enum verdict
judge_network(const void *arg, struct request *req, struct report *report)
{
	const struct conf *conf = arg;
	struct network_rules rules = network_rules(conf);
	const char *name;
	struct errmsg why;
	enum verdict verdict = network_ref_name(
	    req, report, conf->networks, &name);

	if (verdict <= VERDICT_DENY)
		return verdict;
	rules.fallback = "";
	if (network_name_judge(&rules, name, &why) != NETWORK_ALLOWED)
		return report_deny(report, "{network}", "%s", why.text);
	return verdict;
}

/* Like one of the endpoints of container.create. */
static enum verdict
judge_endpoint(const void *arg, struct request *req, struct report *report)
{
	static const char field[] = "EndpointConfig";
	struct endpoint_rules rules = endpoint_rules(arg, req);
	const json_t *endpoint = request_body_get(req, field);
	json_t *copy = json_deep_copy(endpoint);
	struct errmsg err;
	const char *why;

	if (endpoint == NULL)
		return VERDICT_PASS;
	if (copy == NULL)
		return report_fail(report, field, "out of memory");
	if (!endpoint_acceptable(&rules, copy, &err)) {
		json_decref(copy);
		return report_deny(report, field, "%s", err.text);
	}
	why = endpoint_clean(&rules, copy);
	if (why != NULL)
		return enforce_body(req, report, field, copy, why);
	json_decref(copy);
	return VERDICT_PASS;
}

static enum verdict
judge_container(const void *arg, struct request *req, struct report *report)
{
	const char *container = json_string_value(
	    request_body_get(req, "Container"));

	(void)arg;
	if (container == NULL || !reference_valid(container))
		return report_deny(report, "Container",
		    "want the name or the id of a container");
	return VERDICT_PASS;
}

/* --- calls -------------------------------------------------------------- */

static judge_fn *const create_judges[] = {judge_links, judge_host_name,
    judge_mode, judge_endpoints, judge_mac, judge_extra_hosts, judge_dns,
    judge_resolv_conf, NULL};

static judge_fn *const connection_judges[] = {
    judge_container, judge_network, judge_endpoint, NULL};

static enum verdict
apply(const void *arg, struct request *req, struct report *report)
{
	return judges_run(is_create(req) ? create_judges : connection_judges,
	    arg, req, report);
}

static const char *const calls[] = {
    "container.create", "network.connect", "network.disconnect", NULL};

const struct filter network_filter = {
    .name = "network",
    .summary = "Which networks a container joins, and as whom.",
    .calls = calls,
    .settings = settings,
    .conf_size = sizeof(struct conf),
    .action = ACTION_REWRITE,
    .check = check,
    .wants = wants,
    .apply = apply,
};
