/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fetch_url -- URLs that the daemon fetches for a caller, from the host's
 * network: the source of an import, the context of a build.
 *
 * Only what every parser reads alike is a URL here: a scheme, a lower-case
 * host, a port and a path, without user, query, escapes or "..".  What has no
 * scheme the daemon completes in ways of its own ("github.com/x",
 * "git@host:x"), so it is none.  A server that is listed may redirect the
 * daemon elsewhere.
 */
#ifndef FETCH_URL_H
#define FETCH_URL_H

#include "errmsg.h"
#include "json.h"

/* For settings: a URL as above, with "/" followed by "**" at its end for all
 * that is below. */
bool fetch_url_valid(const char *pattern, struct errmsg *err);

/* Is url on the list?  git: it may end in "#branch" or "#branch:directory", as
 * the URL of a repository does; a branch that starts like an option is none
 * (CVE-2019-13139). */
MUST_CHECK bool fetch_url_allowed(
    const json_t *patterns, const char *url, bool git, struct errmsg *err);

#endif
