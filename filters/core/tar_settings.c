/* SPDX-License-Identifier: Apache-2.0 */
#include "core/tar_settings.h"

json_t *
tar_rules_make(const char *kind, const struct tar_settings *settings,
    const struct report *report)
{
	return json_pack("{s:s, s:b, s:b, s:s, s:I, s:I}", "kind", kind,
	    "strict", report->action != ACTION_REWRITE, "setid",
	    settings->setid, "links", tar_links_words[settings->links],
	    "entries", (json_int_t)settings->entries, "size",
	    (json_int_t)settings->size);
}
