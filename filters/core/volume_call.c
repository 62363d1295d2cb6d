/* SPDX-License-Identifier: Apache-2.0 */
#include "core/text.h"
#include "core/volume_call.h"

#include <string.h>

#include "core/pattern_set.h"
#include "core/reference.h"
#include "core/volume_rule.h"

bool
volume_call_is(const struct request *req)
{
	return strncmp(req->call->name, "volume.", 7) == 0;
}

static enum verdict
judge_name(const struct mount_rules *rules, struct report *report,
    const char *field, const char *name)
{
	if (!reference_valid(name))
		return report_deny(report, field,
		    "\"%.200s\" is not the name of a volume", name);
	if (!pattern_set_match(rules->volume_names, name))
		return report_deny(report, field,
		    "the volume \"%.200s\" is not allowed", name);
	return VERDICT_PASS;
}

/* Secrets, mount flags, topology: the storage plugin's and the swarm's.  Even
 * an empty one makes the volume the swarm's. */
static enum verdict
judge_cluster(const struct mount_rules *rules, const struct request *req,
    struct report *report, const char *field)
{
	if (rules->cluster_volumes || request_body_get(req, field) == NULL)
		return VERDICT_PASS;
	return report_deny(
	    report, field, "volumes of the cluster are not allowed");
}

static enum verdict
judge_create(const struct mount_rules *rules, const struct request *req,
    struct report *report)
{
	const char *name = json_string_value(request_body_get(req, "Name"));
	struct errmsg why;
	enum verdict verdict;

	if (!volume_driver_allowed(rules, text_at(req->body, "Driver"),
		request_body_get(req, "DriverOpts"), &why))
		return report_deny(report, "DriverOpts", "%s", why.text);
	verdict = judge_cluster(rules, req, report, "ClusterVolumeSpec");
	if (verdict != VERDICT_PASS)
		return verdict;
	if (name != NULL && *name != '\0')
		return judge_name(rules, report, "Name", name);
	if (!rules->anonymous)
		return report_deny(
		    report, "Name", "an anonymous volume is not allowed");
	return VERDICT_PASS;
}

/* Only a volume of the cluster can be changed, whatever the body says. */
static enum verdict
judge_update(const struct mount_rules *rules, struct report *report)
{
	if (rules->cluster_volumes)
		return VERDICT_PASS;
	return report_deny(
	    report, "Spec", "volumes of the cluster are not allowed");
}

enum verdict
volume_call_judge(const struct mount_rules *rules, const struct request *req,
    struct report *report)
{
	enum verdict verdict;

	if (strcmp(req->call->name, "volume.create") == 0)
		return judge_create(rules, req, report);
	verdict = judge_name(
	    rules, report, "{volume}", text_at(req->vars, "volume"));
	if (verdict != VERDICT_PASS ||
	    strcmp(req->call->name, "volume.update") != 0)
		return verdict;
	return judge_update(rules, report);
}
