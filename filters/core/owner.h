/* SPDX-License-Identifier: Apache-2.0 */
/*
 * owner -- whose a container, exec, volume, network, service, task, secret or
 * config is: that of the team in
 * its label, as the engine tells it (the facts of include/filter.h).
 */
#ifndef OWNER_H
#define OWNER_H

#include "report.h"
#include "request.h"

#define OWNER_REF_LEN 256

struct owner_rules {
	const char *label;
	bool unlabelled, lists;
};

/* Zero is the refusing one. */
enum owned {
	OWNED_UNKNOWN = 0, /* the engine did not say */
	OWNED_ABSENT,
	OWNED_FOREIGN,
	OWNED_OURS,
};

/* Is this one of the names that the daemon has for networks of its own? */
bool owner_is_builtin(const char *network);

/* Ask for a thing; kind is "container", "volume", "network",
 * "service", "secret" or "config".  What cannot be
 * a name is not asked for, and is foreign then.  False if out of memory. */
bool owner_want(const char *kind, const char *ref, json_t *wanted);

/* What is known of the thing that ref means: a fact, or NULL.  A full id is
 * known by the fact that was asked for by name, too. */
const json_t *owner_fact(
    const struct request *req, const char *kind, const char *ref);

enum owned owner_look(const struct owner_rules *rules,
    const struct request *req, const char *kind, const char *ref);

/* The name of what ref means, if ref is an id that is known; else ref. */
const char *owner_name(
    const struct request *req, const char *kind, const char *ref);

/* The same of a mode, "container:REF" or, if kind is not NULL, the name of such
 * a thing; text is room for it. */
#define OWNER_MODE_LEN (OWNER_REF_LEN + 16)
const char *owner_mode(const struct request *req, const char *kind,
    const char *mode, char text[OWNER_MODE_LEN]);

/* Its full id, if it is known and has one; else ref. */
const char *owner_id(
    const struct request *req, const char *kind, const char *ref);

/* "the engine did not say whose it is": FAIL. */
enum verdict owner_fail(struct report *report, const char *field,
    const char *kind, const char *ref);

/* Say, in the daemon's words, that there is none. */
enum verdict owner_hide(struct report *report, const char *field,
    const char *kind, const char *ref);

/* Is the thing the team's?  PASS, or the answer to the caller. */
enum verdict owner_judge_thing(const struct owner_rules *rules,
    const struct request *req, struct report *report, const char *field,
    const char *kind, const char *ref);

/*
 * The parts of the filter, a file each: which facts they want (false if out of
 * memory), and what they judge (judge_fn) by struct owner_rules.
 */

/* The thing that the call is about, by its path. */
bool owner_want_path(const struct request *req, json_t *wanted);
enum verdict owner_judge_path(
    const void *rules, struct request *req, struct report *report);

/* What a container has that starts, or whose files are looked at. */
bool owner_want_uses(const struct request *req, json_t *wanted);
enum verdict owner_judge_uses(
    const void *rules, struct request *req, struct report *report);

/* Lists, prunes and events. */
bool owner_want_lists(
    const struct owner_rules *rules, const struct request *req, json_t *wanted);
enum verdict owner_judge_lists(
    const void *rules, struct request *req, struct report *report);

/* The label of what is made, and its name. */
bool owner_want_made(const struct request *req, json_t *wanted);
enum verdict owner_judge_made(
    const void *rules, struct request *req, struct report *report);

/* The references in the body of container.create (and in the endpoint settings
 * of network.connect), and what they become: those of the team are replaced by
 * full ids, all others refuse the call. */
bool owner_want_body(const struct request *req, json_t *wanted);
enum verdict owner_judge_body(
    const void *rules, struct request *req, struct report *report);

/* The volumes that a container.create names, or makes: those that are not there
 * yet are made the team's. */
bool owner_want_volumes(const struct request *req, json_t *wanted);
enum verdict owner_judge_volumes(
    const void *rules, struct request *req, struct report *report);

/* The secrets and configs that a service reads. */
bool owner_want_service(const struct request *req, json_t *wanted);
enum verdict owner_judge_service(
    const void *rules, struct request *req, struct report *report);

#endif
