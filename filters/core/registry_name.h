/* SPDX-License-Identifier: Apache-2.0 */
/*
 * registry_name -- the registry that the daemon would dial: a host with a port
 * where one is given, "docker.io" for all that Docker Hub is called.
 */
#ifndef REGISTRY_NAME_H
#define REGISTRY_NAME_H

#include "core/image_ref.h"
#include "core/pattern_set.h"
#include "json.h"

struct registry_name {
	char text[256]; /* "docker.io", "registry.example.com:5000" */
};

/* For settings: a host with an optional port, "*." and a domain for all hosts
 * in it, or "*" for any registry at all. */
bool registry_pattern_valid(const char *pattern, struct errmsg *err);

/* Is it on the list? */
MUST_CHECK bool registry_allowed(const struct pattern_set *patterns,
    const struct registry_name *registry, struct errmsg *err);

/*
 * The registry of a server address as docker login has it: "", a host, or a URL
 * of http or https.  The daemon takes it for a URL whatever it is (moby,
 * registry Service.Auth), so that "https://good@evil" is evil: what is more
 * than scheme, host, port and a plain path is refused.
 */
MUST_CHECK bool registry_of_address(
    const char *address, struct registry_name *registry, struct errmsg *err);

/* The registry of an image; what may be an id is docker.io's to a registry. */
MUST_CHECK bool registry_of_image(
    const char *image, struct registry_name *registry, struct errmsg *err);

/*
 * The registry that a search asks.  What stands before the first slash is one
 * if it has a dot or colon or is "localhost" (moby, splitReposSearchTerm).
 */
MUST_CHECK bool registry_of_term(
    const char *term, struct registry_name *registry, struct errmsg *err);

#endif
