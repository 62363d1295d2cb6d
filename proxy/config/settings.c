/* SPDX-License-Identifier: Apache-2.0 */
#include "config/settings.h"

#include <stdlib.h>
#include <string.h>

#include "confine.h"
#include "limit.h"
#include "log.h"

#define MS 1LL
#define SECOND (1000 * MS)
#define HOUR (3600 * SECOND)
#define KIB 1024LL
#define MIB (1024 * KIB)

/* A number, but not of a port. */
static bool
is_wrong_port(const char *text)
{
	const char *colon = strrchr(text, ':');
	long port;

	if (strncmp(text, "tcp://", 6) != 0 || colon[1] == '\0' ||
	    colon[1 + strspn(colon + 1, "0123456789")] != '\0')
		return false;
	port = strtol(colon + 1, NULL, 10);
	return port < 1 || port > 65535;
}

static bool
upstream_valid(const char *value, struct errmsg *err)
{
	struct address address;

	if (address_parse(value, &address, err))
		return true;
	if (is_wrong_port(value))
		return errmsg_set(err, "want a port, 1 to 65535");
	if (*value == '/')
		return errmsg_set(err, "want \"unix://%s\"", value);
	return false;
}

static bool
address_valid(const char *value, struct errmsg *err)
{
	if (strncmp(value, "systemd:", 8) == 0)
		return value[8] != '\0' || errmsg_set(err, "want systemd:NAME");
	return upstream_valid(value, err);
}

static bool
name_valid(const char *value, struct errmsg *err)
{
	return *value != '\0' || errmsg_set(err, "want a name");
}

static bool
mode_valid(const char *value, struct errmsg *err)
{
	return (strlen(value) == 4 && value[0] == '0' &&
		   strspn(value, "01234567") == 4) ||
	    errmsg_set(err, "want octal text such as \"0660\"");
}

static bool
sentence_valid(const char *value, struct errmsg *err)
{
	return strcmp(value, PLAIN_TCP_SENTENCE) == 0 ||
	    errmsg_set(err, "want these words: \"" PLAIN_TCP_SENTENCE "\"");
}

static const char *const on_failure_words[] = {"refuse", "continue", NULL};
static const char *const durability_words[] = {"write", "fsync", NULL};

static const struct setting tls_rows[] = {
    SETTING_NEEDED(struct tls_settings, certificate, NULL,
	"PEM file with the server's certificate chain."),
    SETTING_NEEDED(struct tls_settings, key, NULL,
	"PEM file with its key, which others must not be able to read."),
    SETTING_NEEDED(struct tls_settings, client_ca, NULL,
	"PEM file with the CAs that sign client certificates."),
    SETTING_STRINGS(struct tls_settings, crl, NULL, NULL,
	"PEM files with revocation lists; then every CA must have one."),
    SETTING_ENUM(struct tls_settings, minimum, tls_minimum_words, "\"1.2\"",
	"Oldest TLS version that is spoken."),
    SETTING_END,
};

const struct setting listener_settings_rows[] = {
    SETTING_NEEDED(struct listener_members, name, name_valid,
	"Its name, for identities and records."),
    SETTING_NEEDED(struct listener_members, address, address_valid,
	"unix:///path, tcp://address:port, or systemd:NAME for a socket that "
	"the service manager opened."),
    SETTING_STRING(struct listener_members, owner, NULL, NULL,
	"User who owns the socket file."),
    SETTING_STRING(struct listener_members, group, NULL, NULL,
	"Group of the socket file."),
    SETTING_STRING(struct listener_members, mode, "\"0660\"", mode_valid,
	"Mode of the socket file; whoever may write may connect."),
    SETTING_STRING(struct listener_members, host_path, NULL, NULL,
	"Where the engine's host sees the socket, if that is another path; "
	"what filter mounts puts in place of docker.sock."),
    SETTING_STRING(struct listener_members, plain_tcp, NULL, sentence_valid,
	"TCP without TLS beyond loopback, if these words stand here: "
	"\"" PLAIN_TCP_SENTENCE "\"."),
    SETTING_SECTION(struct listener_members, tls, tls_rows, NULL,
	"Mutual TLS; every TCP listener beyond loopback needs it."),
    SETTING_END,
};

const struct setting rule_settings_rows[] = {
    SETTING_ANY(struct rule_members, match,
	"What must hold of the caller: a map, or a list of maps of which one "
	"will do."),
    SETTING_NEEDED(struct rule_members, team, name_valid,
	"The caller's team, for records and what belongs to it."),
    SETTING_NEEDED(
	struct rule_members, tier, name_valid, "The tier that it gets."),
    SETTING_END,
};

static const struct setting audit_rows[] = {
    SETTING_STRING(struct config_audit, path, "\"-\"", NULL,
	"File for the records, or \"-\" for standard output."),
    SETTING_ENUM(struct config_audit, on_failure, on_failure_words, NULL,
	"What to do with a call whose record cannot be written."),
    SETTING_ENUM(struct config_audit, durability, durability_words, "\"write\"",
	"What a call waits for before it leaves: that its record is written, "
	"or that it is on disk (fsync) and survives a power cut. Needs a "
	"file; each turn of calls waits for the disk."),
    SETTING_BOOL(struct config_audit, requests, "false",
	"Records hold the whole request as it was asked, its body too, for "
	"learn and for diff --replay: no values of environment variables, "
	"passwords or tokens, but command lines. Tiers that warn or observe "
	"do so always."),
    SETTING_END,
};

struct log_members {
	int level;
};

static const struct setting log_rows[] = {
    SETTING_ENUM(struct log_members, level, log_level_words, "\"info\"",
	"How much to say on standard error."),
    SETTING_END,
};

static const struct setting timeout_rows[] = {
    SETTING_SECONDS(struct timeouts, handshake, 100 * MS, HOUR, "\"5s\"",
	"For a TLS handshake."),
    SETTING_SECONDS(struct timeouts, head, 100 * MS, HOUR, "\"10s\"",
	"From the first byte of a request head to its last."),
    SETTING_SECONDS(struct timeouts, body, 100 * MS, HOUR, "\"30s\"",
	"For a whole body that is judged; streams have none."),
    SETTING_SECONDS(struct timeouts, idle, 100 * MS, 24 * HOUR, "\"60s\"",
	"For a connection between two calls."),
    SETTING_SECONDS(struct timeouts, connect, 100 * MS, HOUR, "\"5s\"",
	"To reach the engine, and for it to answer questions of ours."),
    SETTING_SECONDS(struct timeouts, drain, 0, 24 * HOUR, "\"30s\"",
	"For live calls to end after SIGTERM."),
    SETTING_END,
};

static const struct setting limit_rows[] = {
    SETTING_INT(struct config_limits, connections, 1, 1000000, "1024",
	"Connections of callers at the same time; more wait."),
    SETTING_INT(struct config_limits, connections_per_caller, 1, 1000000, "256",
	"Connections of one certificate, user or address."),
    SETTING_BYTES(struct config_limits, body, KIB, MIB, "\"1m\"",
	"A body that is judged; larger ones are refused."),
    SETTING_END,
};

const struct setting config_settings[] = {
    SETTING_STRING(struct config_members, upstream,
	"\"unix:///var/run/docker.sock\"", upstream_valid,
	"The Docker Engine: unix:///path or tcp://address:port."),
    SETTING_ROWS(struct config_members, listeners, listener_settings_rows,
	"Where callers connect."),
    SETTING_ROWS(struct config_members, identities, rule_settings_rows,
	"Who gets which team and tier; the first match wins, no match is no "
	"access."),
    SETTING_ANY(struct config_members, tiers,
	"Tiers of your own: a map from name to a tier, which may extend one "
	"of ours."),
    SETTING_SECTION(struct config_members, audit, audit_rows, "{}",
	"The record of every call."),
    SETTING_SECTION(
	struct config_members, log, log_rows, "{}", "The operator's log."),
    SETTING_SECTION(struct config_members, timeouts, timeout_rows, "{}",
	"How long to wait."),
    SETTING_SECTION(
	struct config_members, limits, limit_rows, "{}", "How much to hold."),
    SETTING_STRING(struct config_members, user, NULL, NULL,
	"Give up root to this user once everything is open."),
    SETTING_INT(struct config_members, workers, 1, LIMIT_WORKERS, "1",
	"Processes that serve; one is enough for thousands of calls a second. "
	"Limits are for all of them together."),
    SETTING_ENUM(struct config_members, confine, confine_words, "\"try\"",
	"Wall workers in by seccomp and Landlock: with what the kernel has "
	"(try), not at all without both (require), or not (off)."),
    SETTING_END,
};
