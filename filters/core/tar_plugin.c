/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tar_plugin -- a plugin that is made from an archive (plugin.create): its
 * config.json says what it may do, and nobody is asked to consent to that.  So
 * each privilege that the engine would ask for, were it pulled
 * (plugin/backend_linux.go, computePrivileges), must be one of "privileges" of
 * the rules, by name and value.
 *
 * The engine asks too little: a mount without a source, or of a file system with
 * options of its own (overlay's lowerdir), is none to it.  Here every mount is
 * "mount", with its source or "", and is a bind or a tmpfs.
 *
 * The engine is Go, and matches members whatever their case; people write
 * "propagatedMount", "PropagatedMount" and "propagatedmount".  There are no maps
 * in it, so all is read in lower case, and what is there twice then is refused.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/pointer.h"
#include "core/plugin_grant.h"
#include "core/tar_json.h"
#include "core/tar_kind.h"
#include "schema.h"

static const char config_name[] = "config.json";

/* --- reading -------------------------------------------------------------- */

static json_t *lowered(json_t *from, struct errmsg *why);

/* In lower case; false if it has other characters than ASCII, which Go may fold
 * into them. */
static bool
lower_name(char *out, size_t size, const char *name)
{
	size_t i = 0;

	for (; name[i] != '\0' && i + 1 < size; i++) {
		if (!isascii((unsigned char)name[i]))
			return false;
		out[i] = (char)tolower((unsigned char)name[i]);
	}
	out[i] = '\0';
	return name[i] == '\0';
}

static json_t *
lowered_object(json_t *from, struct errmsg *why)
{
	json_auto_t *made = json_object();
	const char *name;
	json_t *value;

	json_object_foreach(from, name, value)
	{
		char lower[64];

		if (!lower_name(lower, sizeof(lower), name) ||
		    json_object_get(made, lower) != NULL) {
			(void)errmsg_set(
			    why, "\"%.60s\" is unknown, or there twice", name);
			return NULL;
		}
		if (json_object_set_new(made, lower, lowered(value, why)) != 0)
			return NULL;
	}
	return json_incref(made);
}

/* A copy whose members are all in lower case; NULL with the reason. */
static json_t *
lowered(json_t *from, struct errmsg *why)
{
	json_auto_t *made = NULL;
	size_t i;
	json_t *item;

	if (json_is_object(from))
		return lowered_object(from, why);
	if (!json_is_array(from))
		return json_deep_copy(from);
	made = json_array();
	json_array_foreach(from, i, item)
	{
		if (json_array_append_new(made, lowered(item, why)) != 0)
			return NULL;
	}
	return json_incref(made);
}

static json_t *
read_config(const char *bytes, size_t len, struct errmsg *why)
{
	json_auto_t *json = tar_json_read(bytes, len, why);
	json_auto_t *lower = NULL;
	json_t *config;
	char *text;
	size_t n = 0;
	bool bad;

	if (json == NULL)
		return NULL;
	(void)errmsg_nomem(why);
	lower = lowered(json, why);
	text = lower == NULL ? NULL : schema_write(lower, &n);
	config = text == NULL
	    ? NULL
	    : schema_read(&shape_plugin_config, text, n, &json_limits_default,
		  UNKNOWN_REJECT, NULL, &bad, why);
	free(text);
	return config;
}

/* --- judging -------------------------------------------------------------- */

static const char *
config_text(const json_t *config, const char *path)
{
	const char *text = json_string_value(pointer_get(config, path));

	return text == NULL ? "" : text;
}

static bool
judge_flags(const json_t *grants, const json_t *config, struct errmsg *why)
{
	static const struct {
		const char *path, *privilege;
	} flags[] = {
	    {"ipchost", "host ipc namespace"},
	    {"pidhost", "host pid namespace"},
	    {"linux.allowalldevices", "allow-all-devices"},
	};
	const char *network = config_text(config, "network.type");

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		if (json_is_true(pointer_get(config, flags[i].path)) &&
		    !plugin_privilege_allowed(
			grants, flags[i].privilege, "true", why))
			return false;
	}
	return *network == '\0' || strcmp(network, "null") == 0 ||
	    strcmp(network, "bridge") == 0 ||
	    plugin_privilege_allowed(grants, "network", network, why);
}

static bool
judge_mount(const json_t *grants, const json_t *mount, struct errmsg *why)
{
	const char *type = config_text(mount, "type");

	if (strcmp(type, "bind") != 0 && strcmp(type, "tmpfs") != 0)
		return errmsg_set(
		    why, "want mounts of type \"bind\" or \"tmpfs\"");
	return plugin_privilege_allowed(
	    grants, "mount", config_text(mount, "source"), why);
}

static bool
judge_lists(const json_t *grants, const json_t *config, struct errmsg *why)
{
	size_t i;
	json_t *item;

	json_array_foreach(pointer_get(config, "mounts"), i, item)
	{
		if (!judge_mount(grants, item, why))
			return false;
	}
	json_array_foreach(pointer_get(config, "linux.devices"), i, item)
	{
		if (!plugin_privilege_allowed(
			grants, "device", config_text(item, "path"), why))
			return false;
	}
	json_array_foreach(pointer_get(config, "linux.capabilities"), i, item)
	{
		if (!plugin_privilege_allowed(
			grants, "capabilities", json_string_value(item), why))
			return false;
	}
	return true;
}

/* Paths below directories of the engine's. */
static bool
judge_paths(const json_t *config, struct errmsg *why)
{
	return (strstr(config_text(config, "propagatedmount"), "..") == NULL &&
		   strchr(config_text(config, "interface.socket"), '/') ==
		       NULL) ||
	    errmsg_set(why,
		"want a propagated mount without \"..\", and a socket's name "
		"without \"/\"");
}

/* --- the archive ---------------------------------------------------------- */

static bool
begin(const json_t *rules, json_t *state, struct errmsg *err)
{
	(void)state;
	return json_is_array(json_object_get(rules, "privileges")) ||
	    errmsg_set(err, "the rules cannot be read");
}

static bool
entry(const json_t *rules, json_t *state, const struct tar_entry *entry,
    bool *hold, struct errmsg *why)
{
	(void)rules;
	if (strcmp(entry->name, config_name) != 0)
		return true;
	if (entry->type != TAR_FILE)
		return errmsg_set(why, "it must be a file");
	if (json_object_get(state, config_name) != NULL)
		return errmsg_set(why, "it is there twice");
	*hold = true;
	return json_object_set_new(state, config_name, json_true()) == 0 ||
	    errmsg_nomem(why);
}

static bool
content(const json_t *rules, json_t *state, const char *name, const char *bytes,
    size_t len, struct errmsg *why)
{
	const json_t *grants = json_object_get(rules, "privileges");
	json_auto_t *config = read_config(bytes, len, why);

	(void)state;
	(void)name;
	return config != NULL && judge_flags(grants, config, why) &&
	    judge_lists(grants, config, why) && judge_paths(config, why);
}

static bool
end(const json_t *rules, const json_t *state, struct errmsg *why)
{
	(void)rules;
	return json_object_size(state) > 0 ||
	    errmsg_set(why, "there is no config.json in it");
}

const struct tar_kind tar_kind_plugin = {
    .name = "plugin",
    .compressed = true,
    .begin = begin,
    .entry = entry,
    .content = content,
    .end = end,
};
