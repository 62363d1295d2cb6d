/* SPDX-License-Identifier: Apache-2.0 */
/* config.json of plugins: what is let through asks for nothing that was not
 * granted, read as Go reads it (members whatever their case, the last one
 * counts); and passes again in other words. */
#include <stdlib.h>
#include <string.h>

#include "fuzz/fuzz.h"
#include "fuzz/strict_json.h"
#include "tar_rules.h"

#define GRANTED "/srv/plugins/"

/* --- as Go reads it ------------------------------------------------------- */

/* encoding/json folds ASCII, the long s and the Kelvin sign. */
static char
next_folded(const char **at)
{
	unsigned char c = (unsigned char)**at;

	if (strncmp(*at, "\xc5\xbf", 2) == 0 ||
	    strncmp(*at, "\xe2\x84\xaa", 3) == 0) {
		*at += c == 0xc5 ? 2 : 3;
		return c == 0xc5 ? 's' : 'k';
	}
	*at += 1;
	return (char)(c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c);
}

static bool
is_member(const char *given, const char *name)
{
	while (*given != '\0' && *name != '\0') {
		if (next_folded(&given) != *name++)
			return false;
	}
	return *given == '\0' && *name == '\0';
}

static const json_t *
member(const json_t *object, const char *name)
{
	const json_t *found = NULL;
	const char *given;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)object, given, value)
	{
		if (is_member(given, name))
			found = value;
	}
	return found;
}

static const char *
text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(member(object, name));

	return text == NULL ? "" : text;
}

/* --- what it asks for ----------------------------------------------------- */

static void
check_mount(const json_t *mount)
{
	const char *type = text_of(mount, "type");
	const char *source = text_of(mount, "source");

	HOLDS(strcmp(type, "bind") == 0 || strcmp(type, "tmpfs") == 0);
	HOLDS(strncmp(source, GRANTED, strlen(GRANTED)) == 0);
	HOLDS(strstr(source, "..") == NULL);
}

static void
check_config(const json_t *config)
{
	const json_t *system = member(config, "linux");
	const char *network = text_of(member(config, "network"), "type");
	size_t i;
	json_t *mount;

	HOLDS(!json_is_true(member(config, "pidhost")));
	HOLDS(!json_is_true(member(config, "ipchost")));
	HOLDS(!json_is_true(member(system, "allowalldevices")));
	HOLDS(json_array_size(member(system, "devices")) == 0);
	HOLDS(json_array_size(member(system, "capabilities")) == 0);
	HOLDS(strcmp(network, "") == 0 || strcmp(network, "null") == 0 ||
	    strcmp(network, "bridge") == 0);
	HOLDS(strstr(text_of(config, "propagatedmount"), "..") == NULL);
	HOLDS(strchr(text_of(member(config, "interface"), "socket"), '/') ==
	    NULL);
	json_array_foreach(member(config, "mounts"), i, mount)
	    check_mount(mount);
}

/* --- the archive ---------------------------------------------------------- */

static bool
judge(const char *text, size_t len)
{
	json_t *rules = json_pack("{s:s, s:s, s:i, s:i, s:[s]}", "kind",
	    "plugin", "links", "any", "entries", 4, "size", 1 << 20,
	    "privileges", "mount=" GRANTED "*");
	const struct tar_entry in = {
	    .type = TAR_FILE, .name = "config.json", .size = (long long)len};
	struct tar_entry out;
	struct tar_judge *tar;
	struct errmsg why;
	bool hold, good;

	tar = tar_judge_new(rules, &why);
	HOLDS(tar != NULL);
	good = tar_judge_entry(tar, &in, &out, &hold, &why);
	HOLDS(!good || hold);
	good = good && tar_judge_content(tar, text, len, &why);
	tar_judge_free(tar);
	json_decref(rules);
	return good;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size), *again;
	json_t *config;

	if (size <= 1 << 20 && judge(text, size)) {
		HOLDS(strict_json_valid(text, size));
		config = json_loadb(text, size, 0, NULL);
		HOLDS(config != NULL);
		check_config(config);
		again = json_dumps(config, JSON_COMPACT | JSON_ENSURE_ASCII);
		HOLDS(again != NULL && judge(again, strlen(again)));
		free(again);
		json_decref(config);
	}
	free(text);
	return 0;
}
