/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load -- images that come as an archive (docker load): the names in it, while
 * it streams.  Which names may be given, filter repositories says, and filter
 * images which may not because they are trusted; here they are read
 * (core/tar_image.c).  The engine begins to load when it has all, so that one
 * name that is not allowed leaves nothing behind.
 *
 * Layers and configurations are not looked into: an image that is loaded says
 * for itself what it is.  The classic builder of some engines takes layers of
 * such an image for the result of a step in somebody's build (CVE-2024-24557,
 * fixed in 24.0.9 and 25.0.2).
 *
 * Not judged: quiet, and platform, which chooses among what is in the archive.
 */
#include "core/tar_settings.h"
#include "filter.h"

struct conf {
	bool untagged;
	bool setid;
	int links;
	long long entries, size;
};

static const struct setting settings[] = {
    SETTING_BOOL(
	struct conf, untagged, "false", "Images without a name may be loaded."),
    TAR_SETTING_ROWS(struct conf, "\"within\""),
    SETTING_END,
};

static enum verdict
apply(const void *arg, struct request *req, struct report *report)
{
	const struct conf *conf = arg;
	struct tar_settings tar = TAR_SETTINGS_OF(conf);
	json_t *rules = tar_rules_make("image", &tar, report);

	(void)req;
	if (rules != NULL &&
	    json_object_set_new(
		rules, "untagged", json_boolean(conf->untagged)) != 0) {
		json_decref(rules);
		rules = NULL;
	}
	return report_stream(report, rules);
}

static const char *const calls[] = {"image.load", NULL};

const struct filter load_filter = {
    .name = "load",
    .summary = "Which images are loaded from archives, by their names.",
    .calls = calls,
    .settings = settings,
    .conf_size = sizeof(struct conf),
    .action = ACTION_REWRITE,
    .apply = apply,
};
