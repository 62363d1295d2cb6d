/* SPDX-License-Identifier: Apache-2.0 */
/*
 * filter -- one family of rules over a call: a const struct in a file of its
 * own, and one line in filters/filters.def.  filters/README.md shows how.
 */
#ifndef FILTER_H
#define FILTER_H

#include "report.h"
#include "request.h"
#include "setting.h"

struct filter {
	const char *name; /* its key under "filters" in the configuration */
	const char *summary; /* one line, for the manual and `filters` */
	const char *const *calls; /* patterns as in call.h; ends with NULL */
	const struct setting *settings; /* NULL: none but action */
	size_t conf_size;
	enum action action; /* default; what REJECT and REWRITE mean is its own
	                       business, OFF is never asked */
	bool always; /* cannot be switched off */
	const char *held; /* NULL, or: it holds even where a tier only observes,
	                     with these settings (JSON) over its own */
	bool quiet; /* what it changes is what was asked, by another name: on
	               record, but callers are not told */

	/* Are the settings sound together?  NULL: always. */
	bool (*check)(const void *conf, struct errmsg *err);

	/* Make of the settings, once they are read, what judging finds things
	 * in quickly (false if out of memory), and free it; or NULL. */
	bool (*prepare)(void *conf);
	void (*done)(void *conf);

	/*
	 * Append to wanted (a JSON array of strings) the facts it needs to
	 * judge req, or NULL: none, ever.  False if out of memory.  Facts come
	 * back in req->facts under the same string; a fact that could not be
	 * looked up is absent, and what depends on it is denied.
	 *   "daemon.userns_remap"  true | false (GET /info SecurityOptions)
	 *   "path:/srv/data/x"     "plain" | "symlink" | "absent" | "unseen"
	 *                          (no component, or some component, is a link)
	 *   "listener.socket"      path of the listener's own unix socket
	 *                          on the host
	 *   "engine.minor"         N of the newest API 1.N that it speaks
	 * What the engine says of a thing, asked anew for every call; or the
	 * string "absent", also where REF may mean several
	 * (proxy/net/thing.c has the members):
	 *   "container:REF"        {"Id", "Name": "/web", "Labels", "User",
	 *                          "Running", "Privileged", limits and modes
	 *                          by their names in HostConfig, "Networks":
	 *                          [names], "Volumes": [names],
	 *                          "Mounts": [destinations, but of tmpfs]}
	 *   "exec:ID"              {"ID", "ContainerID"}
	 *   "volume:NAME"          {"Name", "Driver", "Labels"}
	 *   "network:REF"          {"Id", "Name", "Driver", "Labels"}
	 *   "service:REF", "secret:REF", "config:REF"
	 *                          {"Id", "Name", "Labels"}
	 *   "task:REF"             {"Id", "ServiceID"}
	 * It is called again with the facts that it wanted before in
	 * req->facts, until it wants nothing new, for some rounds at most
	 * (proxy/limit.h): an exec's container is known only then.
	 */
	bool (*wants)(
	    const void *conf, const struct request *req, json_t *wanted);

	/* Judge req; see report.h for how to say no and how to rewrite. */
	enum verdict (*apply)(
	    const void *conf, struct request *req, struct report *report);
};

/* Every filter, in the order of filters.def, ending with NULL. */
extern const struct filter *const filter_list[];

const struct filter *filter_by_name(const char *name);

#endif
