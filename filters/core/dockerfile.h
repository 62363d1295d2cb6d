/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dockerfile -- what a Dockerfile would do, judged before anybody does it.
 *
 * The builders of 20.10 and 28 and BuildKit read the same lines differently here
 * and there: what ends in two escape characters, here-documents, directives that
 * only newer ones know, spaces and line ends beyond ASCII.  All of these are
 * refused, so that what is left has one meaning.
 */
#ifndef DOCKERFILE_H
#define DOCKERFILE_H

#include <stddef.h>

#include "core/image_rules.h"
#include "json.h"

struct dockerfile_rules {
	const struct image_rules
	    *images; /* of FROM and COPY --from; NULL: any */
	const struct pattern_set
	    *registries; /* that these may be of; NULL: any */
	const struct pattern_set
	    *frontends; /* image patterns: "# syntax=" may name these */
	const struct pattern_set
	    *labels; /* that may not be set; NULL: none of them */
	const struct pattern_set *env; /* variables that may not be, by ENV and
	                                  ARG; NULL: none of them */
	const json_t *args; /* ?buildargs: {"NAME": "value" or null}, or NULL */
	const json_t *deny_run; /* fnmatch patterns, of what RUN may not be */
	bool run; /* RUN at all */
	bool add_urls; /* the engine may fetch what ADD names */
	bool onbuild;
	bool user; /* the last stage must end as a user that is not root */
};

/* Judge len bytes of text.  False with the reason, which says the line. */
MUST_CHECK bool dockerfile_judge(const struct dockerfile_rules *rules,
    const char *text, size_t len, struct errmsg *why);

#endif
