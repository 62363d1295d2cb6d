/* SPDX-License-Identifier: Apache-2.0 */
#include "core/service_view.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "core/pointer.h"
#include "core/service_parts.h"

#define RESOURCES "TaskTemplate.Resources"

/* The same at two paths.  Below API 1.first the daemon clears what the service
 * says (moby, adjustForAPIVersion), dropped capabilities included. */
struct member {
	const char *create, *service;
	int first;
};

static const struct member members[] = {
    {"Cmd", SERVICE_SPEC ".Args", 0},
    {"Entrypoint", SERVICE_SPEC ".Command", 0},
    {"Env", SERVICE_SPEC ".Env", 0},
    {"Healthcheck", SERVICE_SPEC ".Healthcheck", 0},
    {"HostConfig.CapAdd", SERVICE_SPEC ".CapabilityAdd", 41},
    {"HostConfig.CapDrop", SERVICE_SPEC ".CapabilityDrop", 41},
    {"HostConfig.Dns", SERVICE_SPEC ".DNSConfig.Nameservers", 0},
    {"HostConfig.DnsOptions", SERVICE_SPEC ".DNSConfig.Options", 0},
    {"HostConfig.DnsSearch", SERVICE_SPEC ".DNSConfig.Search", 0},
    {"HostConfig.GroupAdd", SERVICE_SPEC ".Groups", 0},
    {"HostConfig.Init", SERVICE_SPEC ".Init", 0},
    {"HostConfig.Isolation", SERVICE_SPEC ".Isolation", 0},
    {"HostConfig.LogConfig.Config", "TaskTemplate.LogDriver.Options", 0},
    {"HostConfig.LogConfig.Type", "TaskTemplate.LogDriver.Name", 0},
    {"HostConfig.Memory", RESOURCES ".Limits.MemoryBytes", 0},
    {"HostConfig.Mounts", SERVICE_SPEC ".Mounts", 0},
    {"HostConfig.NanoCpus", RESOURCES ".Limits.NanoCPUs", 0},
    {"HostConfig.OomScoreAdj", SERVICE_SPEC ".OomScoreAdj", 46},
    {"HostConfig.PidsLimit", RESOURCES ".Limits.Pids", 41},
    {"HostConfig.ReadonlyRootfs", SERVICE_SPEC ".ReadOnly", 0},
    {"HostConfig.Sysctls", SERVICE_SPEC ".Sysctls", 40},
    {"HostConfig.Ulimits", SERVICE_SPEC ".Ulimits", 41},
    {"Hostname", SERVICE_SPEC ".Hostname", 0},
    {"Image", SERVICE_SPEC ".Image", 0},
    {"Labels", SERVICE_SPEC ".Labels", 0},
    {"StopSignal", SERVICE_SPEC ".StopSignal", 0},
    {"Tty", SERVICE_SPEC ".TTY", 0},
    {"User", SERVICE_SPEC ".User", 0},
    {"WorkingDir", SERVICE_SPEC ".Dir", 0},
    {NULL, NULL, 0},
};

/* Where a refusal's field is in a service, beside members. */
static const struct member others[] = {
    {"HostConfig.CpuQuota", RESOURCES ".Limits.NanoCPUs", 0},
    {"HostConfig.ExtraHosts", SERVICE_SPEC ".Hosts", 0},
    {"HostConfig.NetworkMode", "TaskTemplate.Networks", 0},
    {"HostConfig.SecurityOpt", SERVICE_SPEC ".Privileges", 0},
    {"NetworkingConfig.EndpointsConfig", "TaskTemplate.Networks", 0},
    {NULL, NULL, 0},
};

/*
 * What filters set that a service cannot say, and that a service's container
 * has anyway, as nearly as it can be had: namespaces of its own are the
 * daemon's default, and how much swap may be used cannot be said before API
 * 1.52.
 */
static const char *const unsaid[] = {
    "HostConfig.CgroupnsMode",
    "HostConfig.IpcMode",
    "HostConfig.MemorySwap",
    NULL,
};

/* --- the view ------------------------------------------------------------- */

bool
service_view_fits(const struct filter *filter, const struct call *call)
{
	return (strcmp(call->name, "service.create") == 0 ||
		   strcmp(call->name, "service.update") == 0) &&
	    call_matches_any(call_by_name("container.create"), filter->calls) &&
	    !call_matches_any(call, filter->calls);
}

static bool
is_of_this_host(const char *fact)
{
	return strncmp(fact, "path:", 5) == 0 ||
	    strncmp(fact, "listener.", 9) == 0;
}

/* What is known of all nodes: a new object, or NULL if out of memory. */
static json_t *
facts_of(const struct request *req)
{
	json_auto_t *facts = json_object();
	const char *name;
	json_t *value;

	json_object_foreach(req->facts, name, value)
	{
		if (!is_of_this_host(name) &&
		    json_object_set(facts, name, value) != 0)
			return NULL;
	}
	return json_incref(facts);
}

static bool
show_members(const struct request *req, json_t **body)
{
	for (const struct member *row = members; row->create != NULL; row++) {
		json_t *value = request_body_get(req, row->service);

		if (value != NULL && !pointer_set(body, row->create, value))
			return false;
	}
	return true;
}

/* The body of the view, in which nothing is shared with req: new, or NULL if
 * out of memory. */
static json_t *
body_of(const struct request *req)
{
	json_t *body = json_pack("{s:{}}", "HostConfig"), *copy = NULL;

	if (body != NULL && show_members(req, &body) &&
	    service_security_show(req, &body) &&
	    service_networks_show(req, &body) && service_hosts_show(req, &body))
		copy = json_deep_copy(body);
	json_decref(body);
	return copy;
}

/* False if out of memory; request_done() is the caller's in any case. */
static bool
view_make(const struct request *req, struct request *view)
{
	*view = (struct request){
	    .call = call_by_name("container.create"),
	    .minor = req->minor,
	    .vars = json_object(),
	    .query = json_object(),
	    .headers = json_object(),
	    .body = body_of(req),
	    .identity = json_incref(req->identity),
	    .team = req->team,
	    .facts = facts_of(req),
	};
	return view->vars != NULL && view->query != NULL &&
	    view->headers != NULL && view->body != NULL && view->facts != NULL;
}

/* --- wishes --------------------------------------------------------------- */

static bool
append(json_t *wanted, const json_t *more)
{
	size_t i;
	json_t *fact;

	json_array_foreach(more, i, fact)
	{
		if (!is_of_this_host(json_string_value(fact)) &&
		    json_array_append(wanted, fact) != 0)
			return false;
	}
	return true;
}

bool
service_view_wants(const struct filter *filter, const void *conf,
    const struct request *req, json_t *wanted)
{
	json_auto_t *more = json_array();
	struct request view;
	bool done;

	if (!service_networks_want(req, wanted))
		return false;
	if (filter->wants == NULL)
		return true;
	done = view_make(req, &view) && more != NULL &&
	    filter->wants(conf, &view, more) && append(wanted, more);
	request_done(&view);
	return done;
}

/* --- judging -------------------------------------------------------------- */

/* The path in the service of a field of the view, in text. */
static const char *
service_field(const char *field, char *text, size_t size)
{
	static const struct member *const tables[] = {members, others, NULL};

	for (size_t i = 0; tables[i] != NULL; i++) {
		for (const struct member *row = tables[i]; row->create != NULL;
		     row++) {
			size_t len = strlen(row->create);

			if (strncmp(row->create, field, len) != 0 ||
			    strchr(".[", field[len]) == NULL)
				continue;
			(void)snprintf(
			    text, size, "%s%s", row->service, field + len);
			return text;
		}
	}
	return field;
}

/* Why the filter changed the field of the view. */
static const char *
why_of(const struct report *seen, const char *field)
{
	const char *why = "";
	size_t i;
	json_t *change;

	json_array_foreach(seen->changes, i, change)
	{
		const char *name = json_string_value(
		    json_object_get(change, "field"));

		if (strncmp(name, field, strlen(field)) == 0 || *why == '\0')
			why = json_string_value(json_object_get(change, "why"));
	}
	return why;
}

static enum verdict
too_old(struct report *report, const struct member *row)
{
	return report_deny(report, row->service,
	    "the engine looks at this from API 1.%d on only; use a newer "
	    "client and engine",
	    row->first);
}

/* What the daemon would clear, whoever relies on it. */
static enum verdict
judge_age(const struct request *req, struct report *report)
{
	for (const struct member *row = members; row->create != NULL; row++) {
		if (req->minor < row->first &&
		    request_body_get(req, row->service) != NULL)
			return too_old(report, row);
	}
	return VERDICT_PASS;
}

static enum verdict
take_member(const struct member *row, json_t **old, const struct request *view,
    struct request *req, struct report *report, const struct report *seen)
{
	json_t *value = request_body_get(view, row->create), *copy = NULL;
	json_t *before = pointer_get(*old, row->create);

	if (before == value || (value != NULL && json_equal(before, value)))
		return VERDICT_PASS;
	if (value != NULL && req->minor < row->first)
		return too_old(report, row);
	if (value != NULL) {
		copy = json_deep_copy(value);
		if (copy == NULL)
			return report_fail(
			    report, row->service, "out of memory");
	}
	if (!pointer_set(old, row->create, value)) {
		json_decref(copy);
		return report_fail(report, row->service, "out of memory");
	}
	return rewrite_body(
	    req, report, row->service, copy, why_of(seen, row->create));
}

static enum verdict
take_members(json_t **old, const struct request *view, struct request *req,
    struct report *report, const struct report *seen)
{
	enum verdict verdict = VERDICT_PASS;

	for (const struct member *row = members;
	     row->create != NULL && verdict > VERDICT_DENY; row++)
		verdict = verdict_and(
		    verdict, take_member(row, old, view, req, report, seen));
	return verdict;
}

static enum verdict
take_parts(json_t **old, const struct request *view, struct request *req,
    struct report *report, const struct report *seen)
{
	static const struct {
		const char *field;
		enum verdict (*take)(json_t **, const json_t *,
		    struct request *, struct report *, const char *);
	} parts[] = {
	    {"HostConfig.SecurityOpt", service_security_take},
	    {"HostConfig.CpuQuota", service_cpu_take},
	    {"HostConfig.Tmpfs", service_tmpfs_take},
	    {"NetworkingConfig.EndpointsConfig", service_networks_take},
	};
	enum verdict verdict = VERDICT_PASS;

	for (size_t i = 0;
	     i < sizeof(parts) / sizeof(parts[0]) && verdict > VERDICT_DENY;
	     i++)
		verdict = verdict_and(verdict,
		    parts[i].take(old, view->body, req, report,
			why_of(seen, parts[i].field)));
	return verdict;
}

/* Equal, but for objects that are empty on one side and absent on the other. */
static bool
alike(const json_t *a, const json_t *b)
{
	const json_t *sides[] = {a, b};

	if ((a != NULL && !json_is_object(a)) ||
	    (b != NULL && !json_is_object(b)))
		return a != NULL && b != NULL && json_equal(a, b);
	for (size_t i = 0; i < 2; i++) {
		const char *name;
		json_t *value;

		json_object_foreach((json_t *)(uintptr_t)sides[i], name, value)
		{
			if (!alike(json_object_get(a, name),
				json_object_get(b, name)))
				return false;
		}
	}
	return true;
}

/* All that is still different is what a service has no words for. */
static enum verdict
judge_rest(json_t **old, const struct request *view, struct report *report,
    const struct report *seen)
{
	for (size_t i = 0; unsaid[i] != NULL; i++) {
		if (!pointer_set(
			old, unsaid[i], request_body_get(view, unsaid[i])))
			return report_fail(report, "", "out of memory");
	}
	if (alike(*old, view->body))
		return VERDICT_PASS;
	return report_deny(report, "TaskTemplate",
	    "what this tier does to containers cannot be done to services: %s",
	    why_of(seen, "HostConfig"));
}

static enum verdict
take_back(json_t **old, const struct request *view, struct request *req,
    struct report *report, const struct report *seen)
{
	enum verdict verdict = rewrite_version(
	    req, report, view->minor, why_of(seen, "{version}"));

	if (verdict > VERDICT_DENY)
		verdict = verdict_and(
		    verdict, take_parts(old, view, req, report, seen));
	if (verdict > VERDICT_DENY)
		verdict = verdict_and(
		    verdict, take_members(old, view, req, report, seen));
	if (verdict > VERDICT_DENY)
		verdict = verdict_and(
		    verdict, judge_rest(old, view, report, seen));
	return verdict;
}

/* What the filter said of the view, of the service. */
static enum verdict
repeat(enum verdict verdict, const struct report *seen, struct report *report)
{
	char text[160];
	const char *field = service_field(seen->field, text, sizeof(text));

	if (verdict == VERDICT_FAIL)
		return report_fail(report, field, "%s", seen->reason.text);
	return seen->hidden
	    ? report_hide(report, field, "%s", seen->reason.text)
	    : report_deny(report, field, "%s", seen->reason.text);
}

static enum verdict
judge_view(const struct filter *filter, const void *conf, struct request *view,
    struct request *req, struct report *report)
{
	json_t *old = json_deep_copy(view->body);
	struct report seen;
	enum verdict verdict;

	report_init(&seen);
	seen.filter = report->filter;
	seen.action = report->action;
	verdict = old == NULL ? VERDICT_FAIL : filter->apply(conf, view, &seen);
	if (verdict <= VERDICT_DENY) {
		verdict = repeat(verdict, &seen, report);
	} else if (verdict == VERDICT_REWRITE) {
		verdict = take_back(&old, view, req, report, &seen);
	}
	report_done(&seen);
	json_decref(old);
	return verdict;
}

enum verdict
service_view_judge(const struct filter *filter, const void *conf,
    struct request *req, struct report *report)
{
	struct request view;
	enum verdict verdict = judge_age(req, report);

	if (verdict <= VERDICT_DENY)
		return verdict;
	verdict = view_make(req, &view)
	    ? judge_view(filter, conf, &view, req, report)
	    : report_fail(report, "", "out of memory");
	request_done(&view);
	return verdict;
}
