/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config -- a configuration that was read, checked and will not change: who may
 * connect where, what tier they get, and what each tier allows.  Counted, so
 * that a call keeps the one it began with.
 */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include "config/problems.h"
#include "net/address.h"
#include "net/listener.h"
#include "net/tls.h"
#include "tier.h"

struct config;

/* Milliseconds. */
struct timeouts {
	long long handshake, head, body, idle, connect, drain;
};

struct config_limits {
	long long connections, connections_per_caller, body;
};

struct config_listener {
	struct listener_settings socket;
	const char *host_path; /* where the host sees a unix socket */
	const char *plain_tcp;
	bool has_tls;
	struct tls_settings tls;
};

struct config_audit {
	const char *path;
	bool requests; /* what was asked, whole */
	int on_failure; /* index of "refuse", "continue" */
	int durability; /* index of "write", "fsync" */
};

/* Read, check, make.  NULL if there are errors in problems.  *unreadable: the
 * file could not even be opened. */
struct config *config_load(
    const char *path, struct problems *problems, bool *unreadable);

/* From a tree as a file would hold it, which is taken. */
struct config *config_from_tree(json_t *tree, struct problems *problems);

struct config *config_ref(struct config *config);
void config_unref(struct config *config);

const struct address *config_upstream(const struct config *config);
const struct timeouts *config_timeouts(const struct config *config);
const struct config_limits *config_limits(const struct config *config);
const struct config_audit *config_audit(const struct config *config);
/* Does the record go to the same place, in the same way? */
bool config_audit_is_same(const struct config *a, const struct config *b);
const char *config_user(const struct config *config); /* or NULL */
int config_log_level(const struct config *config);
unsigned config_workers(const struct config *config);
int config_confine(const struct config *config); /* enum confine_mode */

/* The tree that it was made from, as a file would hold it. */
const json_t *config_tree(const struct config *config);

size_t config_nlisteners(const struct config *config);
const struct config_listener *config_listener(
    const struct config *config, size_t i);

/* The tiers that are in use or written down, by number or name. */
const struct tier *config_tier(const struct config *config, const char *name);
const struct tier *config_tier_at(const struct config *config, size_t i);

/* The file's map of tiers, as it stands there; or NULL. */
const json_t *config_tiers(const struct config *config);

/* Which one it is: never 0, and of no other configuration of this process. */
unsigned long long config_serial(const struct config *config);

/* The first identity rule that matches: its tier and team; NULL if none. */
const struct tier *config_identify(
    const struct config *config, const json_t *identity, const char **team);

/* The number of the first identity rule that matches; false if none does. */
bool config_find_rule(
    const struct config *config, const json_t *identity, size_t *rule);

/* The rules, in order: [{"match", "team", "tier"}]. */
const json_t *config_identities(const struct config *config);

/* A tier of ours by name, for commands that need no file; NULL with problems. */
struct tier *config_preset_tier(const char *name, struct problems *problems);

#endif
