/* SPDX-License-Identifier: Apache-2.0 */
#include "core/volume_rule.h"

#include <stdint.h>
#include <string.h>

#include "core/pattern_set.h"
#include "core/patterns.h"
#include "core/reference.h"

/* Mount flags that make another place of the host appear, whatever else a
 * pattern such as "o=*" lets through. */
static bool
is_bind_flag(const char *text, size_t len)
{
	static const char *const flags[] = {
	    "bind", "rbind", "move", "remount", NULL};

	for (size_t i = 0; flags[i] != NULL; i++) {
		if (strlen(flags[i]) == len && memcmp(flags[i], text, len) == 0)
			return true;
	}
	return false;
}

/* "o" is a list with commas; each item has to be listed by itself, so that
 * "o=size=*" does not let "size=1,bind" pass. */
static bool
flags_allowed(const json_t *patterns, const char *key, const char *value)
{
	for (;;) {
		size_t len = strcspn(value, ",");

		if (is_bind_flag(value, len) ||
		    !patterns_match_option(patterns, key, value, len))
			return false;
		if (value[len] == '\0')
			return true;
		value += len + 1;
	}
}

/* A driver's own option.  Patterns match across slashes, so that ".." must not
 * be in what they match. */
static bool
option_allowed(const json_t *patterns, const char *key, const char *value)
{
	if (strcmp(key, "o") == 0)
		return flags_allowed(patterns, key, value);
	return strstr(value, "..") == NULL &&
	    (*value != '/' || mount_path_is_clean(value)) &&
	    patterns_match_option(patterns, key, value, strlen(value));
}

bool
volume_driver_allowed(const struct mount_rules *rules, const char *driver,
    const json_t *options, struct errmsg *why)
{
	const char *key;
	json_t *value;

	if (*driver != '\0' &&
	    !reference_listed_exactly(rules->volume_drivers, driver))
		return errmsg_set(
		    why, "the volume driver \"%.100s\" is not allowed", driver);
	if (json_object_size(options) > 0 &&
	    json_array_size(rules->driver_options) == 0)
		return errmsg_set(why,
		    "no driver options are allowed: such options can mount "
		    "any path of the host");
	json_object_foreach((json_t *)(uintptr_t)options, key, value)
	{
		const char *text = json_string_value(value);

		/* The value may hold a password (cifs), so it is not told. */
		if (text == NULL || strlen(text) != json_string_length(value) ||
		    !option_allowed(rules->driver_options, key, text))
			return errmsg_set(why,
			    "the volume driver's option \"%.100s\" does not "
			    "have a value that is allowed: such options can "
			    "mount any path of the host",
			    key);
	}
	return true;
}

enum mount_answer
volume_rule_judge(const struct mount_rules *rules, const struct mount *mount,
    struct errmsg *why)
{
	/* What hides a mount of the host in a volume is never just left out. */
	if (!volume_driver_allowed(
		rules, mount->driver, mount->driver_options, why))
		return MOUNT_DENIED;
	if (*mount->source == '\0') {
		(void)errmsg_set(why,
		    "an anonymous volume on \"%.200s\" is not allowed",
		    mount->target);
		return rules->anonymous ? MOUNT_ALLOWED : MOUNT_REFUSED;
	}
	(void)errmsg_set(
	    why, "the volume \"%.200s\" is not allowed", mount->source);
	return pattern_set_match(rules->volume_names, mount->source)
	    ? MOUNT_ALLOWED
	    : MOUNT_REFUSED;
}
