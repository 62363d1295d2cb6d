/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ports -- what of a container listens on the host.
 *
 * A published port takes a port of the host away from everybody else, and is
 * open to the world unless an address says otherwise: "", 0.0.0.0 and :: are
 * all addresses.  A port without any binding in its list is published, too, on
 * a port that the daemon chooses.  (CIS Docker 5.8, 5.9 and 5.14, Pod Security
 * "baseline".)
 */
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "core/port_range.h"
#include "core/text.h"
#include "filter.h"

#define BINDINGS "HostConfig.PortBindings"

struct conf {
	bool publish, publish_all, any_port;
	long long max;
	const json_t *range;
	const char *host_ip;
};

static bool
is_address(const char *text)
{
	unsigned char bytes[16];

	return inet_pton(AF_INET, text, bytes) == 1 ||
	    inet_pton(AF_INET6, text, bytes) == 1;
}

static bool
address_valid(const char *value, struct errmsg *err)
{
	return *value == '\0' || is_address(value) ||
	    errmsg_set(err, "want an IP address, or \"\" for any");
}

static const struct setting settings[] = {
    SETTING_BOOL(struct conf, publish, "false",
	"Ports may be published on the host; if not, bindings are taken out."),
    SETTING_STRINGS(struct conf, range, "[\"1024-65535\"]", port_range_valid,
	"Ports of the host that may be asked for, as \"N\" or \"N-M\"; a call "
	"that asks for others is refused."),
    SETTING_BOOL(struct conf, any_port, "true",
	"The daemon may be asked to choose a port, from its own range."),
    SETTING_STRING(struct conf, host_ip, "\"127.0.0.1\"", address_valid,
	"The only address of the host that ports are published on; empty: "
	"whichever the caller chooses, all of them included."),
    SETTING_INT(struct conf, max, 1, 65536, "64",
	"How many ports a container may publish; each is a process of the "
	"host."),
    SETTING_BOOL(struct conf, publish_all, "false",
	"All ports that an image exposes may be published (docker run -P), "
	"which is always on all addresses."),
    SETTING_END,
};

/* --- one port ------------------------------------------------------------ */

/* "80", "80/tcp" or "80-81/udp". */
static bool
port_valid(const char *port)
{
	size_t len = strcspn(port, "/");
	struct port_range range;

	return port_range_parse(port, len, &range) &&
	    (port[len] == '\0' || strcmp(port + len, "/tcp") == 0 ||
		strcmp(port + len, "/udp") == 0 ||
		strcmp(port + len, "/sctp") == 0);
}

static bool
host_port_allowed(const struct conf *conf, const char *port, struct errmsg *why)
{
	struct port_range range;

	if (*port == '\0' || strcmp(port, "0") == 0)
		return conf->any_port ||
		    errmsg_set(why, "ask for a port of the host by number");
	if (!port_range_parse(port, strlen(port), &range))
		return errmsg_set(
		    why, "\"%s\" is neither a port nor a range of ports", port);
	return port_range_within(conf->range, &range) ||
	    errmsg_set(why, "port %s of the host may not be published", port);
}

/* What is to become of the bindings of one port. */
struct remake {
	const struct conf *conf;
	json_t *made;
	bool asked; /* the caller named an address that is not allowed */
	struct errmsg why; /* of a refusal */
};

static bool
holds(const json_t *list, const json_t *value)
{
	size_t i;
	json_t *item;

	json_array_foreach(list, i, item)
	{
		if (json_equal(item, value))
			return true;
	}
	return false;
}

/* One binding, at the address it must have; once, where the caller had it for
 * IPv4 and IPv6. */
static enum verdict
remake_binding(struct remake *remake, const json_t *binding)
{
	const char *given = text_at(binding, "HostIp");
	const char *forced = remake->conf->host_ip;
	json_auto_t *made = json_deep_copy(binding);

	if (made == NULL)
		return VERDICT_FAIL;
	if (!host_port_allowed(
		remake->conf, text_at(binding, "HostPort"), &remake->why))
		return VERDICT_DENY;
	if (*given != '\0' && !is_address(given)) {
		(void)errmsg_set(
		    &remake->why, "\"%s\" is not an IP address", given);
		return VERDICT_DENY;
	}
	if (forced != NULL && *forced != '\0' && strcmp(given, forced) != 0) {
		remake->asked = remake->asked || *given != '\0';
		if (json_object_set_new(made, "HostIp", json_string(forced)) !=
		    0)
			return VERDICT_FAIL;
	}
	if (!holds(remake->made, made) &&
	    json_array_append(remake->made, made) != 0)
		return VERDICT_FAIL;
	return VERDICT_PASS;
}

/* An empty list is a binding without address and port to the daemon. */
static enum verdict
remake_list(struct remake *remake, const json_t *list)
{
	enum verdict verdict = VERDICT_PASS;
	size_t i;
	json_t *binding;

	if (json_array_size(list) == 0) {
		json_auto_t *any = json_pack("{s:s}", "HostPort", "");

		return remake_binding(remake, any);
	}
	json_array_foreach(list, i, binding)
	{
		verdict = remake_binding(remake, binding);
		if (verdict != VERDICT_PASS)
			return verdict;
	}
	return verdict;
}

/* --- all of them ---------------------------------------------------------- */

static enum verdict
judge_port(const struct conf *conf, struct request *req, struct report *report,
    const char *port)
{
	char field[64];
	struct remake remake = {.conf = conf};
	json_t *list, *made;
	enum verdict verdict;
	static const char why[] =
	    "ports are published on an address that is fixed";

	if (!port_valid(port))
		return report_deny(report, BINDINGS,
		    "\"%s\" is not a port such as \"80/tcp\"", port);
	(void)snprintf(field, sizeof(field), BINDINGS ".%s", port);
	list = request_body_get(req, field);
	made = remake.made = json_array();
	verdict = remake_list(&remake, list);
	if (verdict == VERDICT_PASS && !json_equal(list, made))
		return remake.asked
		    ? enforce_body(req, report, field, made, why)
		    : rewrite_body(req, report, field, made, why);
	json_decref(made);
	if (verdict == VERDICT_DENY)
		return report_deny(report, field, "%s", remake.why.text);
	if (verdict == VERDICT_FAIL)
		return report_fail(report, field, "out of memory");
	return verdict;
}

/* How many ports that is: "80-82/tcp" with two bindings is six. */
static long long
count_ports(const json_t *bindings)
{
	long long n = 0;
	const char *port;
	json_t *list;

	json_object_foreach((json_t *)(uintptr_t)bindings, port, list)
	{
		size_t size = json_array_size(list);
		struct port_range range;

		if (port_range_parse(port, strcspn(port, "/"), &range))
			n += (range.last - range.first + 1LL) *
			    (long long)(size == 0 ? 1 : size);
	}
	return n;
}

/* Judging a port may replace its list, so the names are taken first. */
static enum verdict
judge_ports(const struct conf *conf, struct request *req, struct report *report)
{
	json_t *bindings = request_body_get(req, BINDINGS);
	json_auto_t *names = json_deep_copy(bindings);
	enum verdict verdict = VERDICT_PASS;
	const char *port;
	json_t *value;

	if (bindings != NULL && names == NULL)
		return report_fail(report, BINDINGS, "out of memory");
	if (count_ports(bindings) > conf->max)
		return report_deny(report, BINDINGS,
		    "want %lld published ports at most", conf->max);
	json_object_foreach(names, port, value)
	{
		verdict = verdict_and(
		    verdict, judge_port(conf, req, report, port));
		if (verdict <= VERDICT_DENY)
			return verdict;
	}
	return verdict;
}

static enum verdict
apply(const void *arg, struct request *req, struct report *report)
{
	const struct conf *conf = arg;
	enum verdict verdict = VERDICT_PASS;

	if (json_is_true(request_body_get(req, "HostConfig.PublishAllPorts")) &&
	    !(conf->publish && conf->publish_all))
		verdict = enforce_body(req, report,
		    "HostConfig.PublishAllPorts", json_false(),
		    "publishing all ports is not allowed");
	if (verdict <= VERDICT_DENY)
		return verdict;
	if (conf->publish)
		return verdict_and(verdict, judge_ports(conf, req, report));
	if (json_object_size(request_body_get(req, BINDINGS)) == 0)
		return verdict;
	return verdict_and(verdict,
	    enforce_body(req, report, BINDINGS, NULL,
		"publishing ports on the host is not allowed; use a network"));
}

static const char *const calls[] = {"container.create", NULL};

const struct filter ports_filter = {
    .name = "ports",
    .summary = "Which ports of the host a container takes.",
    .calls = calls,
    .settings = settings,
    .conf_size = sizeof(struct conf),
    .action = ACTION_REWRITE,
    .apply = apply,
};
