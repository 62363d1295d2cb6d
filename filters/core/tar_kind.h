/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tar_kind -- what archives of one purpose are judged by besides the rules that
 * hold for all (tar_rules.h).
 */
#ifndef TAR_KIND_H
#define TAR_KIND_H

#include "tar_rules.h"

struct tar_kind {
	const char *name;
	bool compressed; /* gzip and its like are taken apart first */
	/* Are the rules sound, and what state do they begin with?  NULL: no
	 * more is needed. */
	bool (*begin)(const json_t *rules, json_t *state, struct errmsg *err);
	/* Is the entry, which has its clean name by now, allowed?  Set *hold
	 * to see its content. */
	bool (*entry)(const json_t *rules, json_t *state,
	    const struct tar_entry *entry, bool *hold, struct errmsg *why);
	bool (*content)(const json_t *rules, json_t *state, const char *name,
	    const char *bytes, size_t len, struct errmsg *why);
	bool (*end)(
	    const json_t *rules, const json_t *state, struct errmsg *why);
};

extern const struct tar_kind tar_kind_archive; /* for a container */
extern const struct tar_kind tar_kind_context; /* for a build */
extern const struct tar_kind tar_kind_image; /* for image.load */
extern const struct tar_kind tar_kind_plugin; /* for plugin.create */
extern const struct tar_kind tar_kind_root; /* for image.import */

#endif
