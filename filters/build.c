/* SPDX-License-Identifier: Apache-2.0 */
/*
 * build -- how the classic builder may be asked to build: the query of build,
 * and its cache.
 *
 * RUN is root in a container of the daemon's making, on the network that
 * ?networkmode names: the host's, another container's.  ?cgroupparent leaves
 * the limits behind, and 0 is none.  ?cachefrom takes layers of images that
 * were made for that (CVE-2024-24557); lines for /etc/hosts and proxies decide
 * what a step downloads and are no part of the cache's key, so others would get
 * what came of it.  The classic builder can be judged.  BuildKit (?version=2)
 * talks of everything else in a session that cannot be looked into, so without
 * `buildkit` all that belongs to it is refused.
 *
 * Judged elsewhere: ?t (repositories, images), ?remote and the credentials
 * (registries), ?labels (labels).  Harmless: nocache, pull and q, which choose
 * nothing but work and noise, and squash, which merges layers of the image that
 * is made.  ?target and ?platform choose among what the context holds.
 */
#include <string.h>

#include "core/build_limits.h"
#include "core/extra_host.h"
#include "core/image_rules.h"
#include "core/judges.h"
#include "core/keep.h"
#include "core/network_name.h"
#include "core/owner.h"
#include "core/pattern_set.h"
#include "core/patterns.h"
#include "core/query_number.h"
#include "core/text.h"
#include "filter.h"

#define MIB (1024 * 1024LL)
#define GIB (1024 * MIB)

struct conf {
	struct pattern_set *networks;
	bool host;
	const json_t *extra_hosts;
	bool host_gateway;
	const char *cgroup_parent;
	long long memory, memory_max, cpus, cpus_max, shm_max;
	const json_t *ulimits, *reserved_args;
	struct pattern_set *cache_from;
	bool buildkit, prune, cancel;
};

static const struct setting settings[] = {
    SETTING_PATTERNS(struct conf, networks, "[\"default\", \"none\"]", NULL,
	"Patterns of the networks that steps may run in; \"default\" and "
	"\"none\" are names like others. Another container's is never "
	"allowed, the host's only by host."),
    SETTING_BOOL(
	struct conf, host, "false", "Steps may run in the host's network."),
    SETTING_STRINGS(struct conf, extra_hosts, NULL, NULL,
	"Patterns of lines for /etc/hosts, as \"name:address\"."),
    SETTING_BOOL(struct conf, host_gateway, "false",
	"Lines for /etc/hosts may name the host (\"host-gateway\")."),
    SETTING_STRING(struct conf, cgroup_parent, NULL, NULL,
	"The parent cgroup of all steps; not set: the daemon's own."),
    SETTING_BYTES(struct conf, memory, 6 * MIB, 1024 * GIB, "\"2g\"",
	"Memory of a build that asks for none in particular."),
    SETTING_BYTES(struct conf, memory_max, 6 * MIB, 1024 * GIB, "\"8g\"",
	"The most memory; swap is not given besides."),
    SETTING_INT(struct conf, cpus, 10, 1000000, "1000",
	"CPU time of a build that asks for none in particular, in thousandths "
	"of a CPU."),
    SETTING_INT(struct conf, cpus_max, 10, 1000000, "4000",
	"The most CPU time, in thousandths of a CPU."),
    SETTING_BYTES(struct conf, shm_max, 1024, 1024 * GIB, "\"1g\"",
	"The largest /dev/shm."),
    SETTING_STRINGS(struct conf, ulimits,
	"[\"nofile\", \"nproc\", \"core\", \"stack\", \"fsize\", \"cpu\"]",
	NULL, "Ulimits that may be set (fnmatch patterns)."),
    SETTING_PATTERNS(struct conf, cache_from, NULL, image_pattern_valid,
	"Images whose layers may be taken for the result of a step."),
    SETTING_STRINGS(struct conf, reserved_args,
	"[\"BUILDKIT_*\", \"HTTP_PROXY\", \"HTTPS_PROXY\", \"FTP_PROXY\", "
	"\"NO_PROXY\", \"ALL_PROXY\"]",
	NULL,
	"Build arguments that a caller may not set (fnmatch patterns), in "
	"whatever case."),
    SETTING_BOOL(struct conf, buildkit, "false",
	"BuildKit may be used, of which nothing but the query is judged."),
    SETTING_BOOL(struct conf, prune, "false",
	"The cache that all builds share may be emptied."),
    SETTING_BOOL(struct conf, cancel, "false",
	"Builds may be cancelled by their id, whosever they are."),
    SETTING_END,
};

static struct network_rules
network_rules(const struct conf *conf)
{
	return (struct network_rules){
	    .networks = conf->networks,
	    .fallback = "",
	    .host = conf->host,
	};
}

static bool
check(const void *arg, struct errmsg *err)
{
	const struct conf *conf = arg;

	if (!network_patterns_valid(conf->networks, err))
		return false;
	if (conf->memory > conf->memory_max)
		return errmsg_set(err, "memory is more than memory_max");
	return conf->cpus <= conf->cpus_max ||
	    errmsg_set(err, "cpus is more than cpus_max");
}

static enum verdict
judge_limits(const void *arg, struct request *req, struct report *report)
{
	const struct conf *conf = arg;
	const struct build_limits limits = {
	    .memory = conf->memory,
	    .memory_max = conf->memory_max,
	    .cpus = conf->cpus,
	    .cpus_max = conf->cpus_max,
	    .shm_max = conf->shm_max,
	};

	return build_limits_judge(&limits, req, report);
}

/* --- lists of which a part may stay --------------------------------------- */

static bool
cache_may_stay(const void *arg, const char *image, const json_t *item)
{
	const struct conf *conf = arg;
	struct image_rules rules = {.allow = conf->cache_from};
	struct errmsg why;

	(void)item;
	return image_allowed(&rules, image, &why);
}

static enum verdict
judge_ulimits(const void *arg, struct request *req, struct report *report)
{
	const struct conf *conf = arg;

	return keep_in_query(req, report, "ulimits", keep_named, conf->ulimits,
	    "ulimits that are not on the list of this tier may not be set");
}

static enum verdict
judge_cache(const void *arg, struct request *req, struct report *report)
{
	return keep_in_query(req, report, "cachefrom", cache_may_stay, arg,
	    "layers of images that are not on the list of this tier may not "
	    "be taken");
}

static bool
arg_may_stay(const void *arg, const char *name, const json_t *value)
{
	const struct conf *conf = arg;

	(void)value;
	return !patterns_match_caseless(conf->reserved_args, name);
}

static enum verdict
judge_args(const void *arg, struct request *req, struct report *report)
{
	return keep_in_query(req, report, "buildargs", arg_may_stay, arg,
	    "build arguments that are reserved may not be set");
}

/* --- what refuses a build ------------------------------------------------- */

static enum verdict
judge_network(const void *arg, struct request *req, struct report *report)
{
	struct network_rules rules = network_rules(arg);
	char text[OWNER_MODE_LEN];
	struct errmsg why;

	if (network_name_judge(&rules,
		owner_mode(
		    req, "network", text_at(req->query, "networkmode"), text),
		&why) == NETWORK_ALLOWED)
		return VERDICT_PASS;
	return report_deny(report, "?networkmode", "%s", why.text);
}

static enum verdict
judge_hosts(const void *arg, struct request *req, struct report *report)
{
	const struct conf *conf = arg;
	struct extra_host host;
	size_t i;
	json_t *line;

	json_array_foreach(json_object_get(req->query, "extrahosts"), i, line)
	{
		if (!extra_host_parse(json_string_value(line), &host))
			return report_deny(report, "?extrahosts",
			    "want \"name:address\" for a line of /etc/hosts");
		if (!extra_host_allowed(
			&host, conf->extra_hosts, conf->host_gateway))
			return report_deny(report, "?extrahosts",
			    "the line \"%.100s\" for /etc/hosts is not allowed",
			    host.text);
	}
	return VERDICT_PASS;
}

static enum verdict
judge_parent(const void *arg, struct request *req, struct report *report)
{
	static const char name[] = "cgroupparent";
	const struct conf *conf = arg;
	const char *is = text_at(req->query, name);
	const char *ours = conf->cgroup_parent == NULL ? ""
						       : conf->cgroup_parent;
	json_t *value;

	if (strcmp(is, ours) == 0)
		return VERDICT_PASS;
	value = json_string(ours);
	if (value == NULL)
		return report_fail(report, "?cgroupparent", "out of memory");
	if (*is == '\0')
		return rewrite_query(
		    req, report, name, value, "the parent cgroup of this tier");
	return enforce_query(req, report, name, value,
	    "the parent cgroup is not the caller's choice");
}

/* A path below the context: the daemon keeps it there, but whoever reads the
 * context must find the same file. */
static enum verdict
judge_dockerfile(const void *arg, struct request *req, struct report *report)
{
	const char *path = text_at(req->query, "dockerfile"), *part = path;
	bool sound = *path != '/' && strchr(path, '\\') == NULL;

	(void)arg;
	for (; sound && part != NULL; part = strchr(part, '/')) {
		part += *part == '/';
		if (strncmp(part, "..", 2) == 0 &&
		    (part[2] == '/' || part[2] == '\0'))
			sound = false;
	}
	if (sound)
		return VERDICT_PASS;
	return report_deny(report, "?dockerfile",
	    "want the path of a file in the context, without \"..\"");
}

/* Does the list have an item that is not empty? */
static bool
has_items(const json_t *list)
{
	size_t i;
	json_t *item;

	json_array_foreach(list, i, item)
	{
		const char *text = json_string_value(item);

		if (text == NULL || *text != '\0')
			return true;
	}
	return false;
}

/* What a daemon on Linux refuses as well, or does not read. */
static enum verdict
judge_windows(const void *arg, struct request *req, struct report *report)
{
	const char *isolation = text_at(req->query, "isolation");

	(void)arg;
	if (has_items(json_object_get(req->query, "securityopt")))
		return report_deny(report, "?securityopt",
		    "security options cannot be set for a build");
	if (*isolation != '\0' && strcmp(isolation, "default") != 0)
		return report_deny(
		    report, "?isolation", "this option is not allowed");
	return VERDICT_PASS;
}

/* Containers of steps are nobody's and must not stay. */
static enum verdict
judge_leftovers(const void *arg, struct request *req, struct report *report)
{
	(void)arg;
	if (strcmp(text_at(req->query, "forcerm"), "1") == 0)
		return VERDICT_PASS;
	return query_number_put(req, report, "forcerm", 1, false,
	    "containers of a build do not stay");
}

/* --- BuildKit ------------------------------------------------------------- */

static bool
is_session_word(const char *remote)
{
	return strcmp(remote, "client-session") == 0 ||
	    strcmp(remote, "upload-request") == 0;
}

/* What is not said is set: another daemon may take another builder. */
static enum verdict
judge_builder(const void *arg, struct request *req, struct report *report)
{
	static const char *const theirs[] = {"?session", "?buildid", NULL};
	const struct conf *conf = arg;
	static const char why[] =
	    "BuildKit is not allowed; use the classic builder "
	    "(DOCKER_BUILDKIT=0)";
	const char *version = text_at(req->query, "version");

	if (*version != '\0' && strcmp(version, "1") != 0 &&
	    (strcmp(version, "2") != 0 || !conf->buildkit))
		return report_deny(report, "?version", "%s", why);
	if (!conf->buildkit && is_session_word(text_at(req->query, "remote")))
		return report_deny(report, "?remote", "%s", why);
	if (!conf->buildkit &&
	    json_array_size(json_object_get(req->query, "outputs")) > 0)
		return report_deny(report, "?outputs", "%s", why);
	for (size_t i = 0; theirs[i] != NULL && !conf->buildkit; i++) {
		if (*text_at(req->query, theirs[i] + 1) != '\0')
			return report_deny(report, theirs[i], "%s", why);
	}
	if (*version != '\0')
		return VERDICT_PASS;
	return query_number_put(
	    req, report, "version", 1, false, "the builder that was judged");
}

/* --- all of it ------------------------------------------------------------ */

static judge_fn *const judges[] = {
    judge_builder,
    judge_network,
    judge_hosts,
    judge_dockerfile,
    judge_windows,
    judge_parent,
    judge_limits,
    judge_ulimits,
    judge_cache,
    judge_args,
    judge_leftovers,
    NULL,
};

static enum verdict
apply(const void *arg, struct request *req, struct report *report)
{
	const struct conf *conf = arg;

	if (strcmp(req->call->name, "build.prune") == 0)
		return conf->prune
		    ? VERDICT_PASS
		    : report_deny(report, "", "the cache may not be emptied");
	if (strcmp(req->call->name, "build.cancel") == 0)
		return conf->cancel
		    ? VERDICT_PASS
		    : report_deny(report, "", "builds may not be cancelled");
	return judges_run(judges, conf, req, report);
}

static const char *const calls[] = {
    "build", "build.prune", "build.cancel", NULL};

const struct filter build_filter = {
    .name = "build",
    .summary = "Network, limits, cache and builder of a build.",
    .calls = calls,
    .settings = settings,
    .conf_size = sizeof(struct conf),
    .action = ACTION_REWRITE,
    .check = check,
    .apply = apply,
};
