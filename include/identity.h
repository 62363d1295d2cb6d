/* SPDX-License-Identifier: Apache-2.0 */
/*
 * identity -- how we know who calls, as a JSON object, the same that the audit
 * record shows:
 *
 *	{"listener": "ci", "transport": "unix" | "tcp" | "tls",
 *	 "uid": 1000, "gid": 1000, "pid": 4711,             unix
 *	 "address": "10.0.0.7", "port": 40112,              tcp, tls
 *	 "certificate": {"CN": "ci-7", "O": ["acme"], "OU": [],
 *	   "DNS": [], "URI": [], "email": [], "serial": "1f..",
 *	   "issuer": "CN=..", "not_after": "2027-01-01T00:00:00Z",
 *	   "sha256": "ab12..", "spki_sha256": "cd34.."}}     tls
 *
 * and the ordered list of rules that gives it a team and a tier.
 */
#ifndef IDENTITY_H
#define IDENTITY_H

#include "json.h"
#include "setting.h"

/*
 * Does the identity fulfil every member of match?  {"listener": "ci"},
 * {"CN": "ci-*", "O": "acme"}, {"uid": 1000}, {"address": "10.0.0.0/8"}.
 * Patterns are fnmatch(3); fingerprints compare whatever their case, colons
 * ignored.  Of a list of values, one will do: {"CN": ["ada", "bob"]}; and of a
 * list of such maps, one.  A match without any member never matches.
 */
bool identity_matches(const json_t *match, const json_t *identity);

/* Who has what a key of a match asks for. */
enum identity_source {
	IDENTITY_ANYONE = 0,
	IDENTITY_UNIX, /* callers on a unix socket */
	IDENTITY_NETWORK, /* callers on TCP, with TLS or without */
	IDENTITY_CERTIFICATE, /* callers who show one */
};

/* Of a key that identity_check() knows; else IDENTITY_ANYONE. */
enum identity_source identity_source(const char *key);

/* Put what text says of a member into an identity, as a caller would have it.
 * False with the reason if no match knows the key, or it has no such value. */
MUST_CHECK bool identity_set(
    json_t *identity, const char *key, const char *text, struct errmsg *err);

/* The keys that a match may have, by number; behind the last, no name. */
struct identity_key {
	const char *name, *help;
	bool number; /* else a string */
};
struct identity_key identity_key(size_t i);

/* Is the match sound: at least one member, known ones, numbers, addresses and
 * fingerprints well-formed?  where becomes the key at fault, or "". */
MUST_CHECK bool identity_check(
    json_t *match, char *where, size_t size, struct errmsg *err);

/* Is this member of a match sound? */
MUST_CHECK bool identity_check_member(
    const char *key, const json_t *wanted, struct errmsg *err);

/* Does everybody whom narrow is about fulfil wide, for sure?  Then a rule with
 * narrow behind one with wide is for nobody. */
bool identity_covers(json_t *wide, json_t *narrow);

/*
 * The matches of many rules, by what they ask for, so that who calls is not
 * compared with each.  rules, a list of objects with a "match" that
 * identity_check() took, is borrowed; NULL if out of memory.
 */
struct identity_index;
struct identity_index *identity_index_new(const json_t *rules);
void identity_index_free(struct identity_index *index);

/* The number of the first rule whose match the identity fulfils; false if it
 * fulfils none. */
bool identity_index_find(
    const struct identity_index *index, const json_t *identity, size_t *rule);

#endif
