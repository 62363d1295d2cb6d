/* SPDX-License-Identifier: Apache-2.0 */
#include "core/tar_settings.h"

const struct setting tar_setting_rows[] = {
    SETTING_BOOL(struct tar_settings, setid, "false",
	"Files and directories keep set-user-id and set-group-id bits; they "
	"lose them else, or are refused under `reject`."),
    SETTING_ENUM(struct tar_settings, links, tar_links_words, "\"within\"",
	"Links that may be in it: none; those that lead to where the archive "
	"goes; any symbolic link."),
    SETTING_INT(struct tar_settings, entries, 1, 10000000, "200000",
	"The most entries, with the directories above them."),
    SETTING_BYTES(struct tar_settings, size, 1, 1LL << 50, "\"10g\"",
	"The most bytes of all files together, uncompressed."),
    SETTING_END,
};

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
