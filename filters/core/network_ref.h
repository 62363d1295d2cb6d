/* SPDX-License-Identifier: Apache-2.0 */
/*
 * network_ref -- the network that the path of a call means.
 *
 * Clients that keep ids (docker-py, compose down) send those.  A full id, an
 * exact name, the beginning of an id: the daemon looks in this order
 * (daemon/network.go, FindNetwork), so what may be an id is asked for, and its
 * name is judged.
 */
#ifndef NETWORK_REF_H
#define NETWORK_REF_H

#include "core/pattern_set.h"
#include "report.h"
#include "request.h"

/* Append the fact that network_ref_name() needs, if it does: what is listed to
 * the letter needs none.  False if out of memory. */
MUST_CHECK bool network_ref_wants(const struct request *req,
    const struct pattern_set *listed, json_t *wanted);

/*
 * *name becomes the name to judge.  PASS; REWRITE if the beginning of an id was
 * made a full one, so that it cannot come to mean another; else DENY: there is
 * no such network, or it is not known which one is meant.
 */
enum verdict network_ref_name(struct request *req, struct report *report,
    const struct pattern_set *listed, const char **name);

#endif
