/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tar_settings -- what filters of streamed archives let their users choose, and
 * the rules that are made of it.
 */
#ifndef TAR_SETTINGS_H
#define TAR_SETTINGS_H

#include "report.h"
#include "setting.h"
#include "tar_rules.h"

struct tar_settings {
	bool setid;
	int links; /* enum tar_links */
	long long entries, size;
};

/* The rows of a filter whose conf has members of these names; links_default is
 * a word of tar_links_words, as JSON. */
#define TAR_SETTING_ROWS(conf, links_default)                                  \
	SETTING_BOOL(conf, setid, "false",                                     \
	    "Files and directories keep set-user-id and set-group-id bits; "   \
	    "without they lose them, or are refused if the action is "         \
	    "reject."),                                                        \
	    SETTING_ENUM(conf, links, tar_links_words, links_default,          \
		"Links that may be in the archive: none, those that lead to "  \
		"where it goes, or any symbolic link."),                       \
	    SETTING_INT(conf, entries, 1, 10000000, "200000",                  \
		"The most entries, with the directories above them."),         \
	    SETTING_BYTES(conf, size, 1, 1LL << 50, "\"10g\"",                 \
		"The most bytes of all files together, uncompressed.")

#define TAR_SETTINGS_OF(conf)                                                  \
	{                                                                      \
		.setid = (conf)->setid, .links = (conf)->links,                \
		.entries = (conf)->entries, .size = (conf)->size               \
	}

/* Rules for an archive of this kind, from the settings and the action of the
 * filter at work; a new object, or NULL when out of memory. */
json_t *tar_rules_make(const char *kind, const struct tar_settings *settings,
    const struct report *report);

#endif
