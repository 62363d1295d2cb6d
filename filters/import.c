/* SPDX-License-Identifier: Apache-2.0 */
/*
 * import -- images that are made of an archive of files (docker import): what
 * is in it, while it streams.  Which name the image gets, and what changes it,
 * filter repositories says; which URL the engine fetches in its place, filter
 * registries.
 *
 * The archive becomes the only layer of an image, which the engine unpacks in a
 * chroot of its own: no device nodes, no names that are removals to readers of
 * layers (".wh."), none below a link.  Links may lead anywhere unless `links`
 * says otherwise, as those of every root file system do: to whoever follows them
 * they lead within the container.
 */
#include <string.h>

#include "core/tar_settings.h"
#include "filter.h"

struct conf {
	bool setid;
	int links;
	long long entries, size;
};

static const struct setting settings[] = {
    TAR_SETTING_ROWS(struct conf, "\"any\""),
    SETTING_END,
};

static enum verdict
apply(const void *arg, struct request *req, struct report *report)
{
	const struct conf *conf = arg;
	struct tar_settings tar = TAR_SETTINGS_OF(conf);
	const char *source = request_query(req, "fromSrc");

	if (source == NULL || strcmp(source, "-") != 0)
		return VERDICT_PASS;
	return report_stream(report, tar_rules_make("root", &tar, report));
}

static const char *const calls[] = {"image.import", NULL};

const struct filter import_filter = {
    .name = "import",
    .summary = "What is in the archives that images are made of.",
    .calls = calls,
    .settings = settings,
    .conf_size = sizeof(struct conf),
    .action = ACTION_REWRITE,
    .apply = apply,
};
