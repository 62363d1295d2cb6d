/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Items of HostConfig.Mounts and of a service's mounts.
 *
 * Options of another type than the item's are an error from API 1.42 on and
 * dropped before; nobody sends them but to confuse a reader.
 */
#include <stdio.h>
#include <string.h>

#include "core/mount.h"
#include "core/reference.h"
#include "core/text.h"

static const struct {
	const char *type;
	enum mount_kind kind;
	const char *options; /* the member with the type's own options */
} types[] = {
    {"bind", MOUNT_BIND, "BindOptions"},
    {"volume", MOUNT_VOLUME, "VolumeOptions"},
    {"tmpfs", MOUNT_TMPFS, "TmpfsOptions"},
    {"image", MOUNT_IMAGE, "ImageOptions"},
    {"cluster", MOUNT_NONE, "ClusterOptions"},
};

#define NTYPES (sizeof(types) / sizeof(types[0]))

static bool
is_true(const json_t *object, const char *name)
{
	return json_is_true(json_object_get(object, name));
}

/* The type's index; NTYPES if it is unknown or not for us. */
static size_t
find_type(const char *name)
{
	size_t i = 0;

	while (i < NTYPES && strcmp(types[i].type, name) != 0)
		i++;
	return i < NTYPES && types[i].kind == MOUNT_NONE ? NTYPES : i;
}

static bool
only_own_options(const json_t *item, size_t own, struct errmsg *why)
{
	for (size_t i = 0; i < NTYPES; i++) {
		const json_t *options = json_object_get(item, types[i].options);

		if (i != own && options != NULL &&
		    (json_object_size(options) > 0 || i + 1 == NTYPES))
			return errmsg_set(why, "%s in a mount of another type",
			    types[i].options);
	}
	return true;
}

static bool
take_bind(const json_t *options, struct mount *mount, struct errmsg *why)
{
	mount->propagation = text_at(options, "Propagation");
	mount->create_source = is_true(options, "CreateMountpoint");
	mount->hide_submounts = is_true(options, "NonRecursive");
	mount->submounts_writable = is_true(options, "ReadOnlyNonRecursive");
	return *mount->propagation == '\0' ||
	    mount_is_propagation(mount->propagation) ||
	    errmsg_set(
		why, "unknown propagation \"%.40s\"", mount->propagation);
}

static bool
take_volume(const json_t *options, struct mount *mount)
{
	const json_t *driver = json_object_get(options, "DriverConfig");

	mount->no_copy = is_true(options, "NoCopy");
	mount->subpath = text_at(options, "Subpath");
	mount->driver = text_at(driver, "Name");
	mount->driver_options = json_object_get(driver, "Options");
	return true;
}

/* Of the words in Options, [["exec"]] and [["noexec"]] are all that the daemon
 * knows. */
static bool
tmpfs_words_valid(const json_t *list)
{
	const json_t *words = json_array_get(list, 0);
	const char *text = json_string_value(json_array_get(words, 0));

	return json_array_size(list) == 0 ||
	    (json_array_size(list) == 1 && json_array_size(words) == 1 &&
		text != NULL &&
		(strcmp(text, "exec") == 0 || strcmp(text, "noexec") == 0));
}

static bool
take_tmpfs(const json_t *options, struct mount *mount, struct errmsg *why)
{
	mount->tmpfs_size = json_integer_value(
	    json_object_get(options, "SizeBytes"));
	if (mount->tmpfs_size < 0)
		return errmsg_set(why, "the size of a tmpfs is below zero");
	return tmpfs_words_valid(json_object_get(options, "Options")) ||
	    errmsg_set(
		why, "want \"exec\" or \"noexec\" as the option of a tmpfs");
}

static bool
take_options(const json_t *options, struct mount *mount, struct errmsg *why)
{
	switch (mount->kind) {
	case MOUNT_NONE:
		return false;
	case MOUNT_BIND:
		return take_bind(options, mount, why);
	case MOUNT_VOLUME:
		return take_volume(options, mount);
	case MOUNT_TMPFS:
		return take_tmpfs(options, mount, why);
	case MOUNT_IMAGE:
		mount->subpath = text_at(options, "Subpath");
		return true;
	}
	return false;
}

static bool
take_source(const json_t *item, struct mount *mount, struct errmsg *why)
{
	const json_t *value = json_object_get(item, "Source");
	const char *text = text_at(item, "Source");
	size_t len = json_string_length(value);

	if (strlen(text) != len || len >= sizeof(mount->source))
		return errmsg_set(why, "the source is too long or has a NUL");
	memcpy(mount->source, text, len + 1);
	switch (mount->kind) {
	case MOUNT_NONE:
		break;
	case MOUNT_BIND:
		return mount_path_take(mount->source, text, len) ||
		    errmsg_set(why,
			"the source \"%.100s\" is not an absolute, clean path",
			text);
	case MOUNT_VOLUME:
		return len == 0 || (len > 1 && reference_valid(text)) ||
		    errmsg_set(
			why, "\"%.100s\" is not the name of a volume", text);
	case MOUNT_TMPFS:
		return len == 0 || errmsg_set(why, "a tmpfs has no source");
	case MOUNT_IMAGE:
		return len > 0 || errmsg_set(why, "want the name of an image");
	}
	return errmsg_set(why, "unknown type of mount");
}

bool
mount_from_item(const json_t *item, struct mount *mount, struct errmsg *why)
{
	const json_t *target = json_object_get(item, "Target");
	size_t type = find_type(text_at(item, "Type"));

	mount_init(mount, MOUNT_NONE);
	mount->consistency = text_at(item, "Consistency");
	if (type == NTYPES)
		return errmsg_set(why,
		    "mounts of type \"%.40s\" are not allowed; want bind, "
		    "volume or tmpfs",
		    text_at(item, "Type"));
	mount->kind = types[type].kind;
	mount->read_only = is_true(item, "ReadOnly");
	if (!only_own_options(item, type, why) ||
	    !take_source(item, mount, why) ||
	    !mount_target_take(mount, text_at(item, "Target"),
		json_string_length(target), why) ||
	    !take_options(
		json_object_get(item, types[type].options), mount, why))
		return false;
	return *mount->subpath == '\0' ||
	    mount_path_is_clean_below(mount->subpath) ||
	    errmsg_set(why, "the subpath \"%.100s\" is not clean and relative",
		mount->subpath);
}

/* --- and back ------------------------------------------------------------- */

/* Set name to true, or take away what is there; false if out of memory. */
static bool
put_flag(json_t *object, const char *name, bool on)
{
	if (on == is_true(object, name))
		return true;
	if (on)
		return json_object_set_new(object, name, json_true()) == 0;
	return json_object_del(object, name) == 0;
}

static bool
put_text(json_t *object, const char *name, const char *text)
{
	if (strcmp(text_at(object, name), text) == 0)
		return true;
	if (*text == '\0')
		return json_object_del(object, name) == 0;
	return json_object_set_new(object, name, json_string(text)) == 0;
}

/* text may stand in the object itself. */
static bool
put_bind(json_t *item, const struct mount *mount)
{
	json_t *options = json_object_get(item, "BindOptions");
	json_auto_t *made = options == NULL ? json_object()
					    : json_incref(options);

	if (made == NULL ||
	    !put_flag(made, "CreateMountpoint", mount->create_source) ||
	    !put_flag(made, "NonRecursive", mount->hide_submounts) ||
	    !put_flag(
		made, "ReadOnlyNonRecursive", mount->submounts_writable) ||
	    !put_text(made, "Propagation", mount->propagation))
		return false;
	return (options == NULL && json_object_size(made) == 0) ||
	    json_object_set(item, "BindOptions", made) == 0;
}

static bool
put_tmpfs(json_t *item, const struct mount *mount)
{
	json_t *options = json_object_get(item, "TmpfsOptions");

	if (json_integer_value(json_object_get(options, "SizeBytes")) ==
	    mount->tmpfs_size)
		return true;
	if (options == NULL) {
		options = json_object();
		if (json_object_set_new(item, "TmpfsOptions", options) != 0)
			return false;
	}
	return json_object_set_new(
		   options, "SizeBytes", json_integer(mount->tmpfs_size)) == 0;
}

json_t *
mount_to_item(const struct mount *mount, const json_t *item)
{
	json_auto_t *made = item == NULL ? json_pack("{s:s}", "Type", "bind")
					 : json_deep_copy(item);

	if (made == NULL || !put_text(made, "Source", mount->source) ||
	    !put_text(made, "Target", mount->target) ||
	    !put_flag(made, "ReadOnly", mount->read_only) ||
	    (mount->kind == MOUNT_BIND && !put_bind(made, mount)) ||
	    (mount->kind == MOUNT_TMPFS && !put_tmpfs(made, mount)))
		return NULL;
	return json_incref(made);
}
