/* SPDX-License-Identifier: Apache-2.0 */
#include "core/mount_rules.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "core/pattern_set.h"
#include "core/patterns.h"
#include "core/prefix_index.h"
#include "core/volume_rule.h"

struct row {
	const char *source, *to;
	bool read_only, below, relabel;
};

static const struct setting rows[] = {
    SETTING_NEEDED(struct row, source, mount_path_valid,
	"A directory that may be mounted, with all that is below it."),
    SETTING_STRING(struct row, to, NULL, mount_path_valid,
	"Where it is on the host, if the caller knows it by another name: an "
	"agent's /workspace is somewhere else for the engine."),
    SETTING_BOOL(struct row, read_only, "true",
	"Mounted read-only, always, with what the host has mounted below it: "
	"a call of an API before 1.44 is sent on as one of 1.44, because an "
	"older one leaves that writable. (So does an engine before 25, or a "
	"kernel before 5.12, whatever it is told.)"),
    SETTING_BOOL(struct row, below, "false",
	"What is below a directory that is not read-only may be mounted by "
	"itself. Whoever writes there can put a symbolic link in the place of "
	"a directory after it was looked at, and the engine follows it to "
	"anywhere on its host: only for callers who are trusted with that."),
    SETTING_BOOL(struct row, relabel, "false",
	"SELinux labels may be changed (z, Z), for everything below."),
    SETTING_END,
};

static const char *const socket_words[] = {"refuse", "replace", NULL};
static const char *const link_words[] = {"refuse", "follow", NULL};

const struct setting mount_rules_settings[] = {
    SETTING_ROWS(struct mount_rules, allow, rows,
	"Directories of the host that may be mounted."),
    SETTING_ENUM(struct mount_rules, docker_socket, socket_words, NULL,
	"What to do with a mount of the Docker socket: refuse it, or put the "
	"socket of our own listener in its place."),
    SETTING_STRINGS(struct mount_rules, sockets,
	"[\"/var/run/docker.sock\", \"/run/docker.sock\"]", mount_path_valid,
	"Paths that mean the Docker socket."),
    SETTING_ENUM(struct mount_rules, symlinks, link_words, NULL,
	"Whether a path with a symbolic link in it is mounted; the link may "
	"lead out of what is allowed."),
    SETTING_BOOL(struct mount_rules, unseen, "false",
	"Mount what we cannot look at for links, because the engine's host is "
	"another one or we run in a container."),
    SETTING_BOOL(struct mount_rules, create_missing, "false",
	"Mount what is not there; the engine makes a directory of root's."),
    SETTING_PATTERNS(struct mount_rules, volume_names, "[\"*\"]", NULL,
	"Names of volumes that may be mounted (fnmatch patterns)."),
    SETTING_BOOL(struct mount_rules, anonymous, "true",
	"Volumes without a name may be mounted."),
    SETTING_STRINGS(struct mount_rules, volume_drivers, "[\"local\"]", NULL,
	"Volume drivers that may be named."),
    SETTING_STRINGS(struct mount_rules, driver_options, NULL,
	pattern_option_valid,
	"Options of volume drivers that may be given, as key=pattern "
	"(fnmatch); \"type\", \"o\" and \"device\" of the local one mount "
	"anything."),
    SETTING_BOOL(struct mount_rules, cluster_volumes, "false",
	"Volumes of a swarm's storage plugins may be made and changed: which "
	"of the swarm's secrets the plugin gets, where it mounts them."),
    SETTING_STRINGS(struct mount_rules, propagation,
	"[\"private\", \"rprivate\"]", NULL,
	"Propagations that may be asked for."),
    SETTING_STRINGS(struct mount_rules, volumes_from, NULL, NULL,
	"Containers whose mounts may be taken over (fnmatch patterns)."),
    SETTING_BOOL(struct mount_rules, tmpfs, "true",
	"File systems in memory may be mounted."),
    SETTING_BYTES(struct mount_rules, tmpfs_size, 0, 1LL << 40, "0",
	"The most that one of them may hold; 0 leaves it to the kernel, which "
	"lets it grow to half of the host's memory."),
    SETTING_BOOL(
	struct mount_rules, image_mounts, "false", "Images may be mounted."),
    SETTING_END,
};

/* --- binds ---------------------------------------------------------------- */

static bool
read_row(const json_t *object, struct row *row)
{
	row->source = json_string_value(json_object_get(object, "source"));
	row->to = json_string_value(json_object_get(object, "to"));
	row->read_only = !json_is_false(json_object_get(object, "read_only"));
	row->below = json_is_true(json_object_get(object, "below"));
	row->relabel = json_is_true(json_object_get(object, "relabel"));
	return row->source != NULL;
}

bool
mount_rules_prepare(void *arg)
{
	struct mount_rules *rules = arg;
	size_t i;
	json_t *object;

	rules->rows = prefix_index_new(
	    2 * json_array_size(rules->allow), false);
	if (rules->rows == NULL)
		return false;
	json_array_foreach(rules->allow, i, object)
	{
		struct row row;

		if (!read_row(object, &row))
			continue;
		prefix_index_add(
		    rules->rows, row.source, strlen(row.source), i);
		if (row.to != NULL)
			prefix_index_add(
			    rules->rows, row.to, strlen(row.to), i);
	}
	return true;
}

void
mount_rules_done(void *arg)
{
	struct mount_rules *rules = arg;

	prefix_index_free(rules->rows);
}

static const char *
root_of(const struct row *row)
{
	return row->to == NULL ? row->source : row->to;
}

/* A path that is already below a row's "to" stays: it was put there by us. */
static bool
row_allows(const struct row *row, const char *source)
{
	return mount_path_within(source, root_of(row)) ||
	    (row->to != NULL && mount_path_within(source, row->source));
}

/* May callers write to what is above host? */
static bool
row_endangers(const struct row *row, const char *host)
{
	return !row->read_only && !row->below &&
	    strcmp(host, root_of(row)) != 0 &&
	    mount_path_within(host, root_of(row));
}

struct search {
	const struct mount_rules *rules;
	const char *path;
	bool (*fits)(const struct row *row, const char *path);
	size_t first;
};

static bool
look(void *arg, size_t item)
{
	struct search *search = arg;
	struct row row;

	if (item < search->first &&
	    read_row(json_array_get(search->rules->allow, item), &row) &&
	    search->fits(&row, search->path))
		search->first = item;
	return false;
}

/* The first row, in the order of the list, that fits the path. */
static bool
first_row(const struct mount_rules *rules, const char *path,
    bool (*fits)(const struct row *row, const char *path), struct row *row)
{
	struct search search = {rules, path, fits, SIZE_MAX};

	if (rules->rows != NULL)
		(void)prefix_index_find(rules->rows, path, look, &search);
	return search.first != SIZE_MAX &&
	    read_row(json_array_get(rules->allow, search.first), row);
}

/* The first row that allows the source, and what it is on the host. */
static bool
find_row(const struct mount_rules *rules, const char *source, struct row *row,
    char *host, size_t size)
{
	const char *rest = source;

	if (!first_row(rules, source, row_allows, row))
		return false;
	if (mount_path_within(source, root_of(row)))
		return (size_t)snprintf(host, size, "%s", source) < size;
	if (strcmp(row->source, "/") != 0)
		rest += strlen(row->source);
	return (size_t)snprintf(host, size, "%s%s", row->to, rest) < size;
}

/* Could a caller put a link in the place of host, because it is below what some
 * row lets them write to?  (The engine looks paths up when it starts the
 * container, long after we have.) */
static bool
may_be_replaced(
    const struct mount_rules *rules, const char *host, struct errmsg *why)
{
	struct row row;

	if (!first_row(rules, host, row_endangers, &row))
		return false;
	(void)errmsg_set(why,
	    "\"%.150s\" is below \"%.150s\", where it could be replaced by a "
	    "link; mount the latter itself",
	    host, root_of(&row));
	return true;
}

static bool
is_docker_socket(const struct mount_rules *rules, const char *source)
{
	size_t i;
	json_t *path;

	json_array_foreach(rules->sockets, i, path)
	{
		if (strcmp(json_string_value(path), source) == 0)
			return true;
	}
	return false;
}

static bool
want(json_t *wanted, const char *prefix, const char *text)
{
	return json_array_append_new(
		   wanted, json_sprintf("%s%s", prefix, text)) == 0;
}

bool
mount_rules_want(
    const struct mount_rules *rules, const char *source, json_t *wanted)
{
	char host[MOUNT_PATH_LEN];
	struct row row;

	if (rules->docker_socket == MOUNT_SOCKET_REPLACE &&
	    !want(wanted, "listener.socket", ""))
		return false;
	if (rules->symlinks == MOUNT_LINKS_FOLLOW ||
	    !find_row(rules, source, &row, host, sizeof(host)))
		return true;
	return want(wanted, "path:", host);
}

/* Is what the path leads to what it says? */
static bool
leads_nowhere_else(const struct mount_rules *rules, const json_t *facts,
    const char *source, struct errmsg *why)
{
	char name[MOUNT_PATH_LEN + 8];
	const char *fact;

	if (rules->symlinks == MOUNT_LINKS_FOLLOW)
		return true;
	(void)snprintf(name, sizeof(name), "path:%s", source);
	fact = json_string_value(json_object_get(facts, name));
	if (fact != NULL && strcmp(fact, "plain") == 0)
		return true;
	if (fact != NULL && strcmp(fact, "absent") == 0)
		return rules->create_missing ||
		    errmsg_set(why, "\"%.200s\" does not exist", source);
	if (fact != NULL && strcmp(fact, "symlink") == 0)
		return errmsg_set(
		    why, "\"%.200s\" has a symbolic link in it", source);
	return rules->unseen ||
	    errmsg_set(why, "\"%.200s\" cannot be looked at for symbolic links",
		source);
}

/* What of a bind is not as it may be; it is then as it may. */
static enum mount_answer
correct_bind(const struct mount_rules *rules, const struct row *row,
    struct mount *mount, struct errmsg *why)
{
	enum mount_answer answer = MOUNT_ALLOWED;

	if (row->read_only && !mount->read_only) {
		answer = mount->said_writable ? MOUNT_CHANGED : MOUNT_DEFAULTED;
		mount->read_only = true;
		mount->said_writable = false;
		(void)errmsg_set(
		    why, "\"%.200s\" is read-only here", mount->source);
	}
	mount->read_only_below = row->read_only;
	if (row->read_only && mount->submounts_writable) {
		mount->submounts_writable = false;
		answer = MOUNT_CHANGED;
		(void)errmsg_set(why, "what is mounted below is read-only");
	}
	if (mount->relabel != 0 && !row->relabel) {
		mount->relabel = 0;
		answer = MOUNT_CHANGED;
		(void)errmsg_set(why, "labels of the host are not changed");
	}
	if (*mount->propagation != '\0' &&
	    !patterns_match(rules->propagation, mount->propagation)) {
		mount->propagation = "rprivate";
		answer = MOUNT_CHANGED;
		(void)errmsg_set(why, "mounts do not propagate to the host");
	}
	return answer;
}

static enum mount_answer
judge_socket(const struct mount_rules *rules, const json_t *facts,
    struct mount *mount, struct errmsg *why)
{
	const char *ours = json_string_value(
	    json_object_get(facts, "listener.socket"));

	if (rules->docker_socket == MOUNT_SOCKET_REFUSE) {
		(void)errmsg_set(
		    why, "mounting the Docker socket is not allowed");
		return MOUNT_REFUSED;
	}
	if (ours == NULL || strlen(ours) >= sizeof(mount->source)) {
		(void)errmsg_set(
		    why, "the guarded socket has no path to be mounted from");
		return MOUNT_REFUSED;
	}
	(void)snprintf(mount->source, sizeof(mount->source), "%s", ours);
	(void)errmsg_set(why, "the guarded socket in place of Docker's");
	return MOUNT_CHANGED;
}

static bool
is_our_socket(const struct mount_rules *rules, const json_t *facts,
    const struct mount *mount)
{
	const char *ours = json_string_value(
	    json_object_get(facts, "listener.socket"));

	return rules->docker_socket == MOUNT_SOCKET_REPLACE && ours != NULL &&
	    strcmp(ours, mount->source) == 0;
}

static enum mount_answer
judge_bind(const struct mount_rules *rules, const json_t *facts,
    struct mount *mount, struct errmsg *why)
{
	char host[MOUNT_PATH_LEN];
	enum mount_answer answer;
	struct row row = {.read_only = true};

	if (is_our_socket(rules, facts, mount)) {
		row.read_only = false;
		return correct_bind(rules, &row, mount, why);
	}
	if (is_docker_socket(rules, mount->source))
		return judge_socket(rules, facts, mount, why);
	if (!find_row(rules, mount->source, &row, host, sizeof(host))) {
		(void)errmsg_set(
		    why, "mounting \"%.200s\" is not allowed", mount->source);
		return MOUNT_REFUSED;
	}
	if (may_be_replaced(rules, host, why) ||
	    !leads_nowhere_else(rules, facts, host, why))
		return MOUNT_DENIED;
	answer = correct_bind(rules, &row, mount, why);
	if (strcmp(host, mount->source) == 0)
		return answer;
	(void)errmsg_set(
	    why, "this is where \"%.100s\" is on the host", row.source);
	(void)snprintf(mount->source, sizeof(mount->source), "%s", host);
	return mount_worse(answer, MOUNT_DEFAULTED);
}

/* --- the others ----------------------------------------------------------- */

static enum mount_answer
judge_tmpfs(
    const struct mount_rules *rules, struct mount *mount, struct errmsg *why)
{
	long long asked = mount->tmpfs_size;

	if (!rules->tmpfs) {
		(void)errmsg_set(why, "a tmpfs is not allowed");
		return MOUNT_REFUSED;
	}
	if (rules->tmpfs_size == 0 || (asked > 0 && asked <= rules->tmpfs_size))
		return MOUNT_ALLOWED;
	(void)errmsg_set(
	    why, "a tmpfs holds at most %lld bytes", rules->tmpfs_size);
	mount->tmpfs_size = rules->tmpfs_size;
	return asked == 0 ? MOUNT_DEFAULTED : MOUNT_CHANGED;
}

static enum mount_answer
judge_image(const struct mount_rules *rules, const struct mount *mount,
    struct errmsg *why)
{
	(void)errmsg_set(
	    why, "mounting the image \"%.200s\" is not allowed", mount->source);
	return rules->image_mounts ? MOUNT_ALLOWED : MOUNT_REFUSED;
}

enum mount_answer
mount_judge(const struct mount_rules *rules, const json_t *facts,
    struct mount *mount, struct errmsg *why)
{
	if (!mount_path_is_free(mount->target)) {
		(void)errmsg_set(
		    why, "nothing may be mounted on \"%.200s\"", mount->target);
		return MOUNT_DENIED;
	}
	switch (mount->kind) {
	case MOUNT_NONE:
		break;
	case MOUNT_BIND:
		return judge_bind(rules, facts, mount, why);
	case MOUNT_VOLUME:
		return volume_rule_judge(rules, mount, why);
	case MOUNT_TMPFS:
		return judge_tmpfs(rules, mount, why);
	case MOUNT_IMAGE:
		return judge_image(rules, mount, why);
	}
	(void)errmsg_set(why, "unknown type of mount");
	return MOUNT_DENIED;
}
