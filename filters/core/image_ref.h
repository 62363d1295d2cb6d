/* SPDX-License-Identifier: Apache-2.0 */
/*
 * image_ref -- the name of an image, taken apart as the daemon takes it.
 *
 * "busybox" is docker.io/library/busybox to the daemon
 * (distribution/reference, ParseNormalizedNamed): two spellings of one thing
 * would be a way past a list, so only the full name is ever compared.
 */
#ifndef IMAGE_REF_H
#define IMAGE_REF_H

#include "errmsg.h"

enum image_kind {
	IMAGE_NONE = 0,
	/* What may be an id: 64 hex digits, "sha256:...", or hex digits alone,
	 * which the daemon tries as a name and then as the beginning of an
	 * id. */
	IMAGE_ID,
	IMAGE_NAME,
};

struct image_ref {
	enum image_kind kind;
	bool whole; /* IMAGE_ID: all of it, so that it names one content */
	char name[256]; /* IMAGE_NAME: "docker.io/library/busybox" */
	char tag[129]; /* "" where none is given */
	char digest[160]; /* "sha256:..." or "" */
};

/* Take text apart.  False, with what was wanted, for what no daemon takes and
 * for what daemons read in two ways. */
MUST_CHECK bool image_ref_parse(
    const char *text, struct image_ref *ref, struct errmsg *err);

/* The same for calls that name an image in two parameters, as pull and push do:
 * the tag (or digest) in the second takes the place of one in the first, so
 * that there may be only one.  tag may be NULL. */
MUST_CHECK bool image_ref_parse_pair(const char *image, const char *tag,
    struct image_ref *ref, struct errmsg *err);

#endif
