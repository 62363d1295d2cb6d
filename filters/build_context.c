/* SPDX-License-Identifier: Apache-2.0 */
/*
 * build_context -- what a build is made from: the tar that comes with it, and
 * the Dockerfile in that, while it streams.
 *
 * The Dockerfile chooses images (FROM, COPY --from: what filter images allows),
 * what the engine fetches (ADD), and what runs.  It is read as strictly as it
 * takes to have one meaning for every builder (core/dockerfile.h): ?dockerfile
 * says where it is, and there it must be a file of the archive's, once.
 * "# syntax=" has another program read it, which BuildKit pulls and runs; the
 * classic builder takes it for a comment.  Flags of RUN (--mount, --network,
 * --security) are BuildKit's and refused.
 *
 * A context that the engine fetches itself (?remote: a URL, git, a session of
 * BuildKit's) is not seen by anybody.  What RUN does cannot be judged by its
 * text: `deny_run` is for good habits ("*chmod*777*"), not against anyone.  An
 * image brings its own ONBUILD, USER and WORKDIR, which are not in the
 * Dockerfile.
 */
#include <stdio.h>
#include <string.h>

#include "core/image_rules.h"
#include "core/mount_path.h"
#include "core/tar_settings.h"
#include "filter.h"

struct conf {
	bool remote, run, add_urls, onbuild, user;
	const json_t *frontends, *deny_run;
	bool setid;
	int links;
	long long entries, size;
};

static const struct setting settings[] = {
    SETTING_BOOL(struct conf, remote, "false",
	"Builds from what the engine fetches itself, which is not judged."),
    SETTING_STRINGS(struct conf, frontends, NULL, image_pattern_valid,
	"Images that may read the Dockerfile (\"# syntax=\"), by their full "
	"names: \"docker.io/docker/dockerfile:1*\"."),
    SETTING_BOOL(struct conf, run, "true", "Dockerfiles may have RUN."),
    SETTING_STRINGS(struct conf, deny_run, NULL, NULL,
	"What RUN may not be (fnmatch patterns), as a reminder: \"*chmod "
	"777*\"."),
    SETTING_BOOL(struct conf, add_urls, "false",
	"ADD may name URLs, which the engine fetches."),
    SETTING_BOOL(struct conf, onbuild, "false",
	"ONBUILD, which acts in the builds of others."),
    SETTING_BOOL(struct conf, user, "false",
	"The last stage must end with a USER that is not root."),
    TAR_SETTING_ROWS(struct conf, "\"within\""),
    SETTING_END,
};

/* The Dockerfile's name as entries of the archive have it. */
static bool
take_name(char *out, const char *text)
{
	char path[MOUNT_PATH_LEN];
	int n;

	if (text == NULL || *text == '\0')
		text = "Dockerfile";
	while (strncmp(text, "./", 2) == 0)
		text += 2;
	n = snprintf(path, sizeof(path), "/%s", text);
	if (n < 2 || (size_t)n >= sizeof(path) || *text == '/' ||
	    !mount_path_is_clean(path))
		return false;
	memcpy(out, text, (size_t)n);
	return true;
}

static json_t *
make_rules(const struct conf *conf, const struct request *req, const char *name,
    const struct report *report)
{
	struct tar_settings tar = TAR_SETTINGS_OF(conf);
	json_t *rules = tar_rules_make("context", &tar, report);
	json_t *args = json_object_get(req->query, "buildargs");
	json_auto_t *more = json_pack("{s:s, s:O, s:O, s:b, s:b, s:b, s:b}",
	    "dockerfile", name, "frontends", conf->frontends, "deny_run",
	    conf->deny_run, "run", conf->run, "add_urls", conf->add_urls,
	    "onbuild", conf->onbuild, "user", conf->user);

	if (rules != NULL && more != NULL &&
	    json_object_update(rules, more) == 0 &&
	    (args == NULL || json_object_set(rules, "args", args) == 0))
		return rules;
	json_decref(rules);
	return NULL;
}

static enum verdict
apply(const void *arg, struct request *req, struct report *report)
{
	const struct conf *conf = arg;
	const char *remote = request_query(req, "remote");
	const char *target = request_query(req, "target");
	char name[MOUNT_PATH_LEN];

	if (!take_name(name, request_query(req, "dockerfile")))
		return report_deny(report, "?dockerfile",
		    "want the name of a file in the context, without \"..\" "
		    "and empty parts");
	if (conf->user && target != NULL && *target != '\0')
		return report_deny(report, "?target",
		    "the last stage is the one whose USER is judged");
	if (remote == NULL || *remote == '\0')
		return report_stream(
		    report, make_rules(conf, req, name, report));
	return conf->remote
	    ? VERDICT_PASS
	    : report_deny(report, "?remote",
		  "what the engine fetches itself is not judged; send the "
		  "context with the call");
}

static const char *const calls[] = {"build", NULL};

const struct filter build_context_filter = {
    .name = "build_context",
    .summary = "What builds are made from, and their Dockerfiles.",
    .calls = calls,
    .settings = settings,
    .conf_size = sizeof(struct conf),
    .action = ACTION_REWRITE,
    .apply = apply,
};
