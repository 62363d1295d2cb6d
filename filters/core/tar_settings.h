/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tar_settings -- what filters of streamed archives let their users choose, and
 * the rules that are made of it.
 */
#ifndef TAR_SETTINGS_H
#define TAR_SETTINGS_H

#include "tar_rules.h"
#include "report.h"
#include "setting.h"

struct tar_settings {
	bool setid;
	int links; /* enum tar_links */
	long long entries, size;
};

extern const struct setting tar_setting_rows[];

/* Rules for an archive of this kind, from the settings
 * and the action of the filter at work; a new object, or NULL when out of
 * memory. */
json_t *tar_rules_make(const char *kind, const struct tar_settings *settings,
    const struct report *report);

#endif
