/* SPDX-License-Identifier: Apache-2.0 */
/*
 * swarm -- the cluster itself: making, joining and leaving it, and its nodes.
 * Whoever joins obeys another manager, which may run anything; a node that is
 * promoted has every secret; and an external CA is a server that all managers
 * dial, and that says who is a manager.  So nothing is allowed unless it is
 * listed.  (moby, daemon/cluster/swarm.go and noderemove.go.)
 *
 * Tokens and keys are never shown, neither in reasons nor in records.  The
 * replies that hold them (swarm.inspect, swarm.unlockkey) are permissions of
 * their own.  Whoever may update the cluster may also set the numbers of Raft,
 * Dispatcher and Orchestration, which are for its operation alone, its labels,
 * and NodeCertExpiry.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "core/fetch_url.h"
#include "core/patterns.h"
#include "filter.h"

struct conf {
	bool init, leave, unlock, update;
	bool force, rotate, autolock, own_ca;
	const json_t *join, *addresses, *address_pools, *external_cas,
	    *log_drivers;
	const json_t *nodes, *roles, *availability, *node_labels;
	bool remove;
};

static const struct setting settings[] = {
    SETTING_BOOL(struct conf, init, "false", "A cluster may be made."),
    SETTING_STRINGS(struct conf, join, NULL, NULL,
	"Managers whose cluster may be joined, as \"address:port\" (fnmatch "
	"patterns)."),
    SETTING_STRINGS(struct conf, addresses, "[\"0.0.0.0:2377\"]", NULL,
	"Addresses that the engine may listen on, advertise and send data "
	"from, as they are given (fnmatch patterns)."),
    SETTING_STRINGS(struct conf, address_pools, NULL, NULL,
	"Networks that addresses may be taken from (fnmatch patterns)."),
    SETTING_BOOL(struct conf, leave, "false", "The cluster may be left."),
    SETTING_BOOL(struct conf, unlock, "false", "A manager may be unlocked."),
    SETTING_BOOL(struct conf, update, "false",
	"The settings of the cluster may be changed."),
    SETTING_BOOL(struct conf, force, "false",
	"A new cluster may take the place of the old one "
	"(ForceNewCluster), and leaving and removing may be forced."),
    SETTING_BOOL(struct conf, rotate, "false",
	"Join tokens and the unlock key may be replaced."),
    SETTING_BOOL(struct conf, autolock, "false",
	"Managers may be locked when they restart."),
    SETTING_BOOL(struct conf, own_ca, "false",
	"The certificate authority may be replaced (SigningCACert, "
	"ForceRotate)."),
    SETTING_STRINGS(struct conf, external_cas, NULL, fetch_url_valid,
	"URLs of external certificate authorities."),
    SETTING_STRINGS(struct conf, log_drivers, NULL, NULL,
	"Log drivers that may be made the default of all tasks, without "
	"options (fnmatch patterns)."),
    SETTING_STRINGS(struct conf, nodes, NULL, NULL,
	"Nodes that may be changed and removed, by id or name as they are "
	"given (fnmatch patterns)."),
    SETTING_STRINGS(struct conf, roles, NULL, NULL,
	"Roles that a node may be given: \"worker\", \"manager\"."),
    SETTING_STRINGS(struct conf, availability, NULL, NULL,
	"What a node may be made: \"active\", \"pause\", \"drain\"."),
    SETTING_STRINGS(struct conf, node_labels, NULL, NULL,
	"Labels that a node may have (fnmatch patterns)."),
    SETTING_BOOL(struct conf, remove, "false", "Nodes may be removed."),
    SETTING_END,
};

static enum verdict
permit(bool allowed, struct report *report, const char *field, const char *what)
{
	return allowed ? VERDICT_PASS
		       : report_deny(report, field, "%s is not allowed", what);
}

static bool
is_on(const struct request *req, const char *name)
{
	const char *value = request_query(req, name);

	return value != NULL && strcmp(value, "0") != 0;
}

/* Is the text at field absent, empty or on the list? */
static enum verdict
judge_text(const json_t *patterns, const struct request *req,
    struct report *report, const char *field)
{
	const char *text = json_string_value(request_body_get(req, field));

	if (text == NULL || *text == '\0' || patterns_match(patterns, text))
		return VERDICT_PASS;
	return report_deny(
	    report, field, "\"%.100s\" is not on the list of this tier", text);
}

static enum verdict
judge_texts(const json_t *patterns, const struct request *req,
    struct report *report, const char *field)
{
	size_t i;
	json_t *text;

	json_array_foreach(request_body_get(req, field), i, text)
	{
		if (!patterns_match(patterns, json_string_value(text)))
			return report_deny(report, field,
			    "\"%.100s\" is not on the list of this tier",
			    json_string_value(text));
	}
	return VERDICT_PASS;
}

/* --- what a cluster is ---------------------------------------------------- */

/* A field of the specification, which is the body of an update and a member of
 * that of an init, in text. */
struct place {
	char text[96];
};

static const char *
at(struct place *place, const struct request *req, const char *field)
{
	(void)snprintf(place->text, sizeof(place->text), "%s%s",
	    strcmp(req->call->name, "swarm.init") == 0 ? "Spec." : "", field);
	return place->text;
}

static enum verdict
judge_external(
    const struct conf *conf, const struct request *req, struct report *report)
{
	struct place place;
	const char *field = at(&place, req, "CAConfig.ExternalCAs");
	struct errmsg why;
	size_t i;
	json_t *ca;

	json_array_foreach(request_body_get(req, field), i, ca)
	{
		const char *url = json_string_value(json_object_get(ca, "URL"));

		if (url == NULL ||
		    !fetch_url_allowed(conf->external_cas, url, false, &why))
			return report_deny(report, field,
			    "this certificate authority is not on the list of "
			    "this tier");
		if (json_object_size(json_object_get(ca, "Options")) > 0)
			return report_deny(
			    report, field, "options are not allowed");
	}
	return VERDICT_PASS;
}

static enum verdict
judge_ca(
    const struct conf *conf, const struct request *req, struct report *report)
{
	static const char *const texts[] = {
	    "CAConfig.SigningCACert", "CAConfig.SigningCAKey", NULL};
	struct place place;
	const char *rotate = at(&place, req, "CAConfig.ForceRotate");

	if (!conf->own_ca &&
	    json_integer_value(request_body_get(req, rotate)) != 0)
		return report_deny(
		    report, rotate, "replacing certificates is not allowed");
	for (size_t i = 0; texts[i] != NULL && !conf->own_ca; i++) {
		const char *field = at(&place, req, texts[i]);

		if (json_string_length(request_body_get(req, field)) > 0)
			return report_deny(report, field,
			    "another certificate authority is not allowed");
	}
	return judge_external(conf, req, report);
}

static enum verdict
judge_spec(
    const struct conf *conf, const struct request *req, struct report *report)
{
	struct place place;
	const char *field = at(&place, req, "TaskDefaults.LogDriver.Options");
	enum verdict verdict = judge_ca(conf, req, report);

	if (verdict <= VERDICT_DENY)
		return verdict;
	if (json_object_size(request_body_get(req, field)) > 0)
		return report_deny(
		    report, field, "options of log drivers are not allowed");
	verdict = judge_text(conf->log_drivers, req, report,
	    at(&place, req, "TaskDefaults.LogDriver.Name"));
	if (verdict <= VERDICT_DENY)
		return verdict;
	field = at(&place, req, "EncryptionConfig.AutoLockManagers");
	return permit(
	    conf->autolock || !json_is_true(request_body_get(req, field)),
	    report, field, "locking managers");
}

/* --- calls on the cluster ------------------------------------------------- */

static enum verdict
judge_addresses(
    const struct conf *conf, const struct request *req, struct report *report)
{
	static const char *const fields[] = {
	    "ListenAddr", "AdvertiseAddr", "DataPathAddr", NULL};
	const char *is = json_string_value(
	    request_body_get(req, "Availability"));
	enum verdict verdict = VERDICT_PASS;

	for (size_t i = 0; fields[i] != NULL && verdict > VERDICT_DENY; i++)
		verdict = judge_text(conf->addresses, req, report, fields[i]);
	if (verdict <= VERDICT_DENY || is == NULL || strcmp(is, "active") == 0)
		return verdict;
	return judge_text(conf->availability, req, report, "Availability");
}

static enum verdict
judge_init(const struct conf *conf, struct request *req, struct report *report)
{
	enum verdict verdict = permit(
	    conf->init, report, "", "making a cluster");

	if (verdict > VERDICT_DENY)
		verdict = judge_addresses(conf, req, report);
	if (verdict > VERDICT_DENY)
		verdict = judge_texts(
		    conf->address_pools, req, report, "DefaultAddrPool");
	if (verdict > VERDICT_DENY)
		verdict = permit(conf->force ||
			!json_is_true(request_body_get(req, "ForceNewCluster")),
		    report, "ForceNewCluster", "a new cluster by force");
	if (verdict > VERDICT_DENY)
		verdict = permit(conf->autolock ||
			!json_is_true(
			    request_body_get(req, "AutoLockManagers")),
		    report, "AutoLockManagers", "locking managers");
	if (verdict > VERDICT_DENY)
		verdict = permit(json_integer_value(request_body_get(
				     req, "DataPathPort")) == 0,
		    report, "DataPathPort", "another port");
	if (verdict > VERDICT_DENY)
		verdict = judge_spec(conf, req, report);
	return verdict;
}

static enum verdict
judge_join(const struct conf *conf, struct request *req, struct report *report)
{
	if (json_array_size(request_body_get(req, "RemoteAddrs")) == 0 ||
	    json_array_size(conf->join) == 0)
		return report_deny(report, "RemoteAddrs",
		    "joining a cluster is not allowed, or no manager is named");
	if (judge_texts(conf->join, req, report, "RemoteAddrs") <= VERDICT_DENY)
		return VERDICT_DENY;
	return judge_addresses(conf, req, report);
}

static enum verdict
judge_force(
    const struct conf *conf, const struct request *req, struct report *report)
{
	return permit(
	    conf->force || !is_on(req, "force"), report, "?force", "force");
}

static enum verdict
judge_leave(const struct conf *conf, struct request *req, struct report *report)
{
	enum verdict verdict = permit(
	    conf->leave, report, "", "leaving the cluster");

	return verdict <= VERDICT_DENY ? verdict
				       : judge_force(conf, req, report);
}

static enum verdict
judge_update(
    const struct conf *conf, struct request *req, struct report *report)
{
	static const char *const flags[] = {"rotateWorkerToken",
	    "rotateManagerToken", "rotateManagerUnlockKey", NULL};
	enum verdict verdict = permit(
	    conf->update, report, "", "changing the cluster");

	for (size_t i = 0; flags[i] != NULL && verdict > VERDICT_DENY; i++)
		verdict = permit(conf->rotate || !is_on(req, flags[i]), report,
		    flags[i], "replacing tokens and keys");
	return verdict <= VERDICT_DENY ? verdict
				       : judge_spec(conf, req, report);
}

static enum verdict
judge_unlock(
    const struct conf *conf, struct request *req, struct report *report)
{
	(void)req;
	return permit(conf->unlock, report, "", "unlocking a manager");
}

/* --- calls on nodes ------------------------------------------------------- */

static enum verdict
judge_node(
    const struct conf *conf, const struct request *req, struct report *report)
{
	const char *node = request_var(req, "node");

	return permit(node != NULL && patterns_match(conf->nodes, node), report,
	    "{node}", "changing this node");
}

/* What a node is not said to be, it is no more: an empty role or availability
 * is refused by the engine, and labels that are left out are gone. */
static enum verdict
judge_node_update(
    const struct conf *conf, struct request *req, struct report *report)
{
	enum verdict verdict = judge_node(conf, req, report);
	const char *label;
	json_t *value;

	if (verdict > VERDICT_DENY)
		verdict = judge_text(conf->roles, req, report, "Role");
	if (verdict > VERDICT_DENY)
		verdict = judge_text(
		    conf->availability, req, report, "Availability");
	if (verdict <= VERDICT_DENY)
		return verdict;
	json_object_foreach(request_body_get(req, "Labels"), label, value)
	{
		if (!patterns_match(conf->node_labels, label))
			return report_deny(report, "Labels",
			    "the label \"%.100s\" is not on the list of this "
			    "tier",
			    label);
	}
	return VERDICT_PASS;
}

static enum verdict
judge_node_remove(
    const struct conf *conf, struct request *req, struct report *report)
{
	enum verdict verdict = permit(
	    conf->remove, report, "", "removing a node");

	if (verdict > VERDICT_DENY)
		verdict = judge_node(conf, req, report);
	return verdict <= VERDICT_DENY ? verdict
				       : judge_force(conf, req, report);
}

/* --- all of them ---------------------------------------------------------- */

static const struct {
	const char *call;
	enum verdict (*judge)(
	    const struct conf *, struct request *, struct report *);
} judges[] = {
    {"node.remove", judge_node_remove},
    {"node.update", judge_node_update},
    {"swarm.init", judge_init},
    {"swarm.join", judge_join},
    {"swarm.leave", judge_leave},
    {"swarm.unlock", judge_unlock},
    {"swarm.update", judge_update},
};

static enum verdict
apply(const void *conf, struct request *req, struct report *report)
{
	for (size_t i = 0; i < sizeof(judges) / sizeof(judges[0]); i++) {
		if (strcmp(judges[i].call, req->call->name) == 0)
			return judges[i].judge(conf, req, report);
	}
	return report_deny(report, "", "nobody judges this call");
}

static const char *const calls[] = {"node.remove", "node.update", "swarm.init",
    "swarm.join", "swarm.leave", "swarm.unlock", "swarm.update", NULL};

const struct filter swarm_filter = {
    .name = "swarm",
    .summary = "The cluster and its nodes; nothing unless it is listed.",
    .calls = calls,
    .settings = settings,
    .conf_size = sizeof(struct conf),
    .action = ACTION_REJECT,
    .apply = apply,
};
