/* SPDX-License-Identifier: Apache-2.0 */
/*
 * image_changes -- the Dockerfile instructions that commit and import apply to
 * the image they make ("changes").
 *
 * The daemon joins them with newlines and hands them to the Dockerfile parser
 * (moby, builder/dockerfile BuildFromConfig).  Each must begin with a listed
 * keyword, which leaves no room for comments and so for parser directives, such
 * as another escape character; a line that is continued only swallows the next.
 */
#ifndef IMAGE_CHANGES_H
#define IMAGE_CHANGES_H

#include "errmsg.h"
#include "json.h"

/* What a list of keywords is without being said, as a setting's preset: all
 * but ONBUILD, which acts in what others build, and LABEL, because the labels
 * of an image become the container's. */
#define IMAGE_CHANGES_PRESET                                                   \
	"[\"CMD\", \"ENTRYPOINT\", \"ENV\", \"EXPOSE\", \"HEALTHCHECK\", "     \
	"\"STOPSIGNAL\", \"USER\", \"VOLUME\", \"WORKDIR\"]"

/* For settings: a keyword that the daemon takes here. */
bool image_change_valid(const char *keyword, struct errmsg *err);

/* Does every one of changes (an array of strings, or NULL) begin with one of
 * keywords? */
MUST_CHECK bool image_changes_allowed(
    const json_t *keywords, const json_t *changes, struct errmsg *err);

#endif
