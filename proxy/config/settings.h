/* SPDX-License-Identifier: Apache-2.0 */
/* settings -- the rows of the configuration file, tiers aside. */
#ifndef CONFIG_SETTINGS_H
#define CONFIG_SETTINGS_H

#include "config/config.h"
#include "setting.h"

/* The top of the file. */
struct config_members {
	const char *upstream;
	const json_t *listeners, *identities, *tiers;
	struct config_audit audit;
	struct {
		int level;
	} log;
	struct timeouts timeouts;
	struct config_limits limits;
	const char *user;
	long long workers;
	int confine;
};

/* A listener as it stands in the file. */
struct listener_members {
	const char *name, *address, *owner, *group, *mode, *host_path,
	    *plain_tcp;
	struct tls_settings tls;
};

/* A rule of identities. */
struct rule_members {
	const json_t *match;
	const char *team, *tier;
};

/* The sentence that allows TCP without TLS beyond loopback. */
#define PLAIN_TCP_SENTENCE "anyone who can connect is let in"

extern const struct setting config_settings[], listener_settings_rows[],
    rule_settings_rows[];

/* Whether failing to record a call refuses it. */
enum audit_on_failure {
	AUDIT_REFUSE = 0,
	AUDIT_CONTINUE,
};

/* What a call waits for. */
enum audit_durability {
	AUDIT_WRITE = 0,
	AUDIT_FSYNC,
};

#endif
