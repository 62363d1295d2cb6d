/* SPDX-License-Identifier: Apache-2.0 */
/*
 * networks -- which networks are made and removed.  (Which of them containers
 * join is filters/network.c.)
 *
 * macvlan and ipvlan put a container on the wire beside the host; an option
 * takes over a bridge that is there (com.docker.network.bridge.name), or opens
 * the host's filters (gateway_mode, trusted_host_interfaces); a subnet becomes
 * a route of the host; ConfigFrom brings all of these with it; networks of the
 * swarm reach other hosts.  (moby: daemon/network.go, createNetwork;
 * daemon/libnetwork/drivers/bridge.)  Two networks of one name make the name
 * useless for everybody; daemons before API 1.44 look for that only if asked.
 *
 * What nobody judges: EnableIPv4 and EnableIPv6 choose among the daemon's own
 * pools and the subnets that are judged here; "scope" of network.inspect is
 * where the daemon looks.  Labels are for filters/labels.c.
 */
#include <string.h>

#include "core/fold.h"
#include "core/ipam_rules.h"
#include "core/network_name.h"
#include "core/network_ref.h"
#include "core/pattern_set.h"
#include "core/patterns.h"
#include "core/reference.h"
#include "core/subnet.h"
#include "core/text.h"
#include "filter.h"

#define CHECK_ALWAYS 44 /* API 1.44: CheckDuplicate means nothing any more */

struct conf {
	struct pattern_set *names;
	const json_t *drivers, *options, *subnets, *ipam_drivers, *ipam_options,
	    *config_from;
	bool config_only, internal, attachable, swarm, verbose;
};

static const struct setting settings[] = {
    SETTING_PATTERNS(struct conf, names, "[\"*\"]", NULL,
	"Patterns of the names of networks that may be made and removed. "
	"Names that may be ids (hex digits alone), \"ingress\" and "
	"\"docker_gwbridge\" must be listed to the letter; the daemon's own "
	"(\"bridge\", \"default\", \"host\", \"none\") are never meant."),
    SETTING_STRINGS(struct conf, drivers, "[\"bridge\"]", NULL,
	"Drivers of networks that may be named; \"bridge\" is what the daemon "
	"takes when none is."),
    SETTING_STRINGS(struct conf, options, NULL, pattern_option_valid,
	"Options that may be given to the driver, as key=pattern (fnmatch); "
	"some take over bridges and interfaces of the host."),
    SETTING_STRINGS(struct conf, subnets, NULL, subnet_valid,
	"Ranges of addresses out of which a network may choose its subnets, "
	"each of which becomes a route of the host."),
    SETTING_STRINGS(struct conf, ipam_drivers, "[\"default\"]", NULL,
	"Drivers that may give out the addresses."),
    SETTING_STRINGS(struct conf, ipam_options, NULL, pattern_option_valid,
	"Options that may be given to that driver, as key=pattern (fnmatch)."),
    SETTING_STRINGS(struct conf, config_from, NULL, NULL,
	"Patterns of the networks whose configuration may be taken over, with "
	"all of their options."),
    SETTING_BOOL(struct conf, config_only, "false",
	"Networks that are nothing but a configuration may be made."),
    SETTING_BOOL(struct conf, internal, "false",
	"Every network is made internal: without a way out."),
    SETTING_BOOL(struct conf, attachable, "false",
	"Networks may be made attachable, which means something in a swarm; "
	"Compose asks for it always."),
    SETTING_BOOL(struct conf, swarm, "false",
	"Networks of the whole swarm may be made, its ingress among them."),
    SETTING_BOOL(struct conf, verbose, "false",
	"An inspection may show the services and tasks of all nodes."),
    SETTING_END,
};

static bool
is_true(const struct request *req, const char *field)
{
	return json_is_true(request_body_get(req, field));
}

static bool
is_call(const struct request *req, const char *name)
{
	return strcmp(req->call->name, name) == 0;
}

/* --- names ---------------------------------------------------------------- */

/* Whatever their case: "Host" is not a name to be mistaken for another. */
static bool
is_predefined(const char *name)
{
	static const char *const names[] = {
	    "bridge", "default", "host", "none", NULL};

	for (size_t i = 0; names[i] != NULL; i++) {
		if (fold_equal(names[i], name))
			return true;
	}
	return false;
}

static enum verdict
judge_name(const struct conf *conf, struct report *report, const char *field,
    const char *name)
{
	if (!reference_valid(name))
		return report_deny(report, field,
		    "\"%.200s\" is not the name of a network", name);
	if (is_predefined(name))
		return report_deny(report, field,
		    "the network \"%.200s\" is the daemon's own", name);
	if (reference_may_be_id(name) && !pattern_set_has(conf->names, name))
		return report_deny(report, field,
		    "\"%.200s\" may be the id of any network; take a name "
		    "with another letter than a to f",
		    name);
	if (network_name_exact_only(name)
		? !pattern_set_has(conf->names, name)
		: !pattern_set_match(conf->names, name))
		return report_deny(report, field,
		    "the network \"%.200s\" is not allowed", name);
	return VERDICT_PASS;
}

/* --- what is refused ------------------------------------------------------ */

static enum verdict
judge_driver(
    const struct conf *conf, const struct request *req, struct report *report)
{
	const char *driver = text_of(request_body_get(req, "Driver")), *name;
	json_t *value;

	if (!reference_listed_exactly(
		conf->drivers, *driver == '\0' ? "bridge" : driver))
		return report_deny(report, "Driver",
		    "the network driver \"%.100s\" is not allowed", driver);
	json_object_foreach(request_body_get(req, "Options"), name, value)
	{
		if (!patterns_match_option(conf->options, name,
			json_string_value(value), json_string_length(value)))
			return report_deny(report, "Options",
			    "the network driver's option \"%.100s\" is not "
			    "allowed, or not with this value",
			    name);
	}
	return VERDICT_PASS;
}

static enum verdict
judge_swarm(
    const struct conf *conf, const struct request *req, struct report *report)
{
	const char *scope = text_of(request_body_get(req, "Scope"));

	if (conf->swarm)
		return VERDICT_PASS;
	if (*scope != '\0' && strcmp(scope, "local") != 0)
		return report_deny(report, "Scope",
		    "networks of scope \"%.100s\" are not allowed", scope);
	if (is_true(req, "Ingress"))
		return report_deny(
		    report, "Ingress", "an ingress network is not allowed");
	return VERDICT_PASS;
}

/* ConfigFrom is looked up by name alone (libnetwork, getConfigNetwork); an
 * empty one is none. */
static enum verdict
judge_config(
    const struct conf *conf, const struct request *req, struct report *report)
{
	const char *from = text_of(request_body_get(req, "ConfigFrom.Network"));

	if (is_true(req, "ConfigOnly") && !conf->config_only)
		return report_deny(report, "ConfigOnly",
		    "networks that are only a configuration are not allowed");
	if (*from != '\0' && !patterns_match(conf->config_from, from))
		return report_deny(report, "ConfigFrom",
		    "taking over the configuration of \"%.100s\" is not "
		    "allowed",
		    from);
	return VERDICT_PASS;
}

static enum verdict
judge_ipam(
    const struct conf *conf, const struct request *req, struct report *report)
{
	struct ipam_rules rules = {
	    .subnets = conf->subnets,
	    .drivers = conf->ipam_drivers,
	    .options = conf->ipam_options,
	};
	struct errmsg why;

	if (!ipam_allowed(&rules, request_body_get(req, "IPAM"), &why))
		return report_deny(report, "IPAM", "%s", why.text);
	return VERDICT_PASS;
}

static enum verdict
judge_refusals(
    const struct conf *conf, const struct request *req, struct report *report)
{
	static enum verdict (*const judges[])(
	    const struct conf *, const struct request *, struct report *) = {
	    judge_driver, judge_swarm, judge_config, judge_ipam, NULL};
	enum verdict verdict = judge_name(
	    conf, report, "Name", text_of(request_body_get(req, "Name")));

	for (size_t i = 0; judges[i] != NULL && verdict == VERDICT_PASS; i++)
		verdict = judges[i](conf, req, report);
	return verdict;
}

/* --- what is made so ------------------------------------------------------ */

/* A caller who is silent has no wish. */
static enum verdict
set_true(struct request *req, struct report *report, const char *field,
    const char *why)
{
	json_t *now = request_body_get(req, field);

	if (json_is_true(now))
		return VERDICT_PASS;
	return now == NULL ? rewrite_body(req, report, field, json_true(), why)
			   : enforce_body(req, report, field, json_true(), why);
}

static enum verdict
judge_create(
    const struct conf *conf, struct request *req, struct report *report)
{
	enum verdict verdict = judge_refusals(conf, req, report);

	if (verdict > VERDICT_DENY && req->minor < CHECK_ALWAYS)
		verdict = verdict_and(verdict,
		    set_true(req, report, "CheckDuplicate",
			"a second network of one name makes it useless"));
	if (verdict > VERDICT_DENY && conf->internal)
		verdict = verdict_and(verdict,
		    set_true(req, report, "Internal",
			"networks have no way out here"));
	if (verdict > VERDICT_DENY && is_true(req, "Attachable") &&
	    !conf->attachable)
		verdict = verdict_and(verdict,
		    enforce_body(req, report, "Attachable", json_false(),
			"networks are not attachable here"));
	return verdict;
}

/* --- the other calls ------------------------------------------------------ */

static enum verdict
judge_remove(
    const struct conf *conf, struct request *req, struct report *report)
{
	const char *name;
	enum verdict verdict = network_ref_name(
	    req, report, conf->names, &name);

	if (verdict <= VERDICT_DENY)
		return verdict;
	return verdict_and(
	    verdict, judge_name(conf, report, "{network}", name));
}

static enum verdict
judge_inspect(
    const struct conf *conf, struct request *req, struct report *report)
{
	static const char why[] =
	    "the services and tasks of all nodes are not shown";
	const char *verbose = request_query(req, "verbose");
	json_t *off;

	if (conf->verbose || verbose == NULL || strcmp(verbose, "0") == 0)
		return VERDICT_PASS;
	if (report->action != ACTION_REWRITE)
		return report_deny(report, "?verbose", "%s", why);
	off = json_string("0");
	if (off == NULL)
		return report_fail(report, "?verbose", "out of memory");
	return rewrite_query(req, report, "verbose", off, why);
}

static bool
wants(const void *arg, const struct request *req, json_t *wanted)
{
	const struct conf *conf = arg;

	return !is_call(req, "network.remove") ||
	    network_ref_wants(req, conf->names, wanted);
}

static enum verdict
apply(const void *arg, struct request *req, struct report *report)
{
	if (is_call(req, "network.create"))
		return judge_create(arg, req, report);
	if (is_call(req, "network.remove"))
		return judge_remove(arg, req, report);
	return judge_inspect(arg, req, report);
}

static const char *const calls[] = {
    "network.create", "network.inspect", "network.remove", NULL};

const struct filter networks_filter = {
    .name = "networks",
    .summary = "Which networks are made and removed.",
    .calls = calls,
    .settings = settings,
    .conf_size = sizeof(struct conf),
    .action = ACTION_REWRITE,
    .wants = wants,
    .apply = apply,
};
