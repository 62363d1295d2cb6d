/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines of HostConfig.Binds, as daemon/volume/mounts/linux_parser.go reads
 * them: split at ":" into at most three, a source that begins with "/" is a
 * path of the host, any other the name of a volume; options are a list with
 * commas, case-sensitive, of each sort at most one.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "core/mount.h"
#include "core/reference.h"

/* Options that only say how, each sort at most once. */
enum sort {
	SORT_NONE = 0,
	SORT_MODE,
	SORT_LABEL,
	SORT_PROPAGATION,
	SORT_COPY,
	SORT_CONSISTENCY,
	SORT_COUNT,
};

static const struct {
	const char *word;
	enum sort sort;
} options[] = {
    {"ro", SORT_MODE},
    {"rw", SORT_MODE},
    {"z", SORT_LABEL},
    {"Z", SORT_LABEL},
    {"private", SORT_PROPAGATION},
    {"rprivate", SORT_PROPAGATION},
    {"rshared", SORT_PROPAGATION},
    {"rslave", SORT_PROPAGATION},
    {"shared", SORT_PROPAGATION},
    {"slave", SORT_PROPAGATION},
    {"nocopy", SORT_COPY},
    {"cached", SORT_CONSISTENCY},
    {"consistent", SORT_CONSISTENCY},
    {"delegated", SORT_CONSISTENCY},
};

#define NOPTIONS (sizeof(options) / sizeof(options[0]))

bool
mount_is_propagation(const char *word)
{
	for (size_t i = 0; i < NOPTIONS; i++) {
		if (options[i].sort == SORT_PROPAGATION &&
		    strcmp(options[i].word, word) == 0)
			return true;
	}
	return false;
}

void
mount_init(struct mount *mount, enum mount_kind kind)
{
	memset(mount, 0, offsetof(struct mount, tmpfs_options));
	mount->kind = kind;
	mount->propagation = mount->consistency = "";
	mount->subpath = mount->driver = "";
	mount->tmpfs_options[0] = '\0';
	mount->source[0] = mount->target[0] = '\0';
}

bool
mount_target_take(
    struct mount *mount, const char *text, size_t len, struct errmsg *why)
{
	if (mount_path_take(mount->target, text, len) &&
	    strchr(mount->target, ':') == NULL)
		return true;
	return errmsg_set(
	    why, "the target \"%.100s\" is not an absolute, clean path", text);
}

static void
take_option(struct mount *mount, const char *word, enum sort sort)
{
	switch (sort) {
	case SORT_NONE:
	case SORT_COUNT:
		break;
	case SORT_MODE:
		mount->read_only = strcmp(word, "ro") == 0;
		mount->said_writable = !mount->read_only;
		break;
	case SORT_LABEL:
		mount->relabel = *word;
		break;
	case SORT_PROPAGATION:
		mount->propagation = word;
		break;
	case SORT_COPY:
		mount->no_copy = true;
		break;
	case SORT_CONSISTENCY:
		mount->consistency = word;
		break;
	}
}

static bool
take_options(struct mount *mount, const char *text, struct errmsg *why)
{
	bool seen[SORT_COUNT] = {false};

	for (;;) {
		size_t len = strcspn(text, ","), i = 0;

		while (i < NOPTIONS &&
		    (strlen(options[i].word) != len ||
			strncmp(options[i].word, text, len) != 0))
			i++;
		if (i == NOPTIONS)
			return errmsg_set(why, "unknown option \"%.*s\"",
			    len > 60 ? 60 : (int)len, text);
		if (seen[options[i].sort])
			return errmsg_set(why,
			    "option \"%s\" and another of its sort",
			    options[i].word);
		seen[options[i].sort] = true;
		take_option(mount, options[i].word, options[i].sort);
		if (text[len] == '\0')
			return true;
		text += len + 1;
	}
}

/* A path, or the name of a volume. */
static bool
take_source(
    struct mount *mount, const char *text, size_t len, struct errmsg *why)
{
	if (text[0] == '/') {
		mount->kind = MOUNT_BIND;
		mount->create_source = mount->always_creates = true;
		return mount_path_take(mount->source, text, len) ||
		    errmsg_set(why,
			"the source \"%.100s\" is not a clean path: want no "
			"\"..\", \".\", \"//\" or backslash in it",
			text);
	}
	mount->kind = MOUNT_VOLUME;
	(void)snprintf(mount->source, sizeof(mount->source), "%.*s",
	    len < 256 ? (int)len : 0, text);
	return (strlen(mount->source) > 1 && reference_valid(mount->source)) ||
	    errmsg_set(why,
		"the source of \"%.100s\" is neither an absolute path nor "
		"the name of a volume",
		text);
}

bool
mount_from_bind(const json_t *line, struct mount *mount, struct errmsg *why)
{
	const char *text = json_string_value(line);
	const char *target, *end;

	mount_init(mount, MOUNT_NONE);
	if (text == NULL || strlen(text) != json_string_length(line))
		return errmsg_set(why, "a bind with a NUL in it");
	target = strchr(text, ':');
	if (target == NULL) {
		mount->kind = MOUNT_VOLUME;
		return mount_target_take(mount, text, strlen(text), why);
	}
	if (target == text)
		return errmsg_set(why, "\"%.100s\" has no source", text);
	if (!take_source(mount, text, (size_t)(target - text), why))
		return false;
	target++;
	end = target + strcspn(target, ":");
	if (!mount_target_take(mount, target, (size_t)(end - target), why))
		return false;
	if (*end != '\0' && !take_options(mount, end + 1, why))
		return false;
	if (mount->kind == MOUNT_BIND && mount->no_copy)
		return errmsg_set(why, "\"nocopy\" is for volumes only");
	return mount->kind == MOUNT_BIND || *mount->propagation == '\0' ||
	    errmsg_set(why, "\"%s\" is for paths of the host only",
		mount->propagation);
}

json_t *
mount_to_bind(const struct mount *mount)
{
	const char label[2] = {mount->relabel, '\0'};
	const char *words[] = {mount->read_only ? "ro"
		: mount->said_writable          ? "rw"
						: "",
	    label, mount->propagation, mount->no_copy ? "nocopy" : "",
	    mount->consistency};
	char text[64] = "";
	size_t len = 0;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (*words[i] != '\0')
			len += (size_t)snprintf(text + len, sizeof(text) - len,
			    "%c%s", len == 0 ? ':' : ',', words[i]);
	}
	return json_sprintf("%s%s%s%s", mount->source,
	    *mount->source == '\0' ? "" : ":", mount->target, text);
}
