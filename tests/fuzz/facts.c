/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz/facts.h"

#include <stdio.h>
#include <string.h>

#include "fuzz/fuzz.h"

#define ID_LEN 64

static const char hex[] = "0123456789abcdef";

/* An id that is its own; of what is called by an id, that one. */
static void
make_id(const char *name, char id[ID_LEN + 1])
{
	uint32_t hash = 2166136261u;

	if (strlen(name) == ID_LEN && strspn(name, hex) == ID_LEN) {
		memcpy(id, name, ID_LEN + 1);
		return;
	}
	for (const char *c = name; *c != '\0'; c++)
		hash = (hash ^ (unsigned char)*c) * 16777619u;
	for (size_t i = 0; i < ID_LEN; i++)
		id[i] = hex[hash >> (i % 8 * 4) & 15];
	id[ID_LEN] = '\0';
}

static json_t *
labels(const char *name)
{
	if (strstr(name, "nobody") != NULL)
		return json_object();
	return json_pack("{s:s}", "sockwarden.team",
	    strstr(name, "rival") != NULL ? "rival" : "acme");
}

static json_t *
make_container(const char *name, const char *id)
{
	char path[300];

	(void)snprintf(path, sizeof(path), "/%s", name);
	return json_pack("{s:s, s:s, s:s, s:b, s:b, s:I, s:I, s:I, s:s, s:[], "
			 "s:[], s:[], s:o}",
	    "Id", id, "Name", path, "User",
	    strstr(name, "root") != NULL ? "" : "65534:65534", "Running", 1,
	    "Privileged", strstr(name, "priv") != NULL, "Memory",
	    (json_int_t)1 << 30, "MemorySwap", (json_int_t)1 << 30, "PidsLimit",
	    (json_int_t)100, "NetworkMode", "default", "Networks", "Volumes",
	    "Mounts", "Labels", labels(name));
}

static json_t *
make_exec(const char *id)
{
	char container[ID_LEN + 1];

	make_id(id, container);
	container[0] = container[0] == '0' ? '1' : '0';
	return json_pack("{s:s, s:s}", "ID", id, "ContainerID", container);
}

static json_t *
make_path(const char *path)
{
	return json_string(strstr(path, "gone") != NULL ? "absent"
		: strstr(path, "link") != NULL          ? "symlink"
		: strstr(path, "dark") != NULL          ? "unseen"
							: "plain");
}

static json_t *
make_fact(const char *fact)
{
	const char *name = strchr(fact, ':');
	char id[ID_LEN + 1];

	if (name == NULL)
		return strcmp(fact, "listener.socket") == 0
		    ? json_string("/run/sockwarden/ci.sock")
		    : json_true();
	name++;
	if (strncmp(fact, "path:", 5) == 0)
		return make_path(name);
	if (strstr(name, "gone") != NULL)
		return json_string("absent");
	make_id(name, id);
	if (strncmp(fact, "exec:", 5) == 0)
		return make_exec(name);
	if (strncmp(fact, "container:", 10) == 0)
		return make_container(name, id);
	return json_pack("{s:s, s:s, s:s, s:o}", "Id", id, "Name", name,
	    "Driver", "local", "Labels", labels(name));
}

/* What is called by its name is also called by its id. */
static void
put(json_t *facts, const char *name, json_t *fact)
{
	const char *id = json_string_value(json_object_get(fact, "Id"));
	char key[512];

	HOLDS(fact != NULL);
	if (id != NULL) {
		(void)snprintf(key, sizeof(key), "%.*s%s",
		    (int)strcspn(name, ":") + 1, name, id);
		if (json_object_get(facts, key) == NULL)
			HOLDS(json_object_set(facts, key, fact) == 0);
	}
	HOLDS(json_object_set_new(facts, name, fact) == 0);
}

size_t
facts_add(const struct tier *tier, const struct request *req, json_t *facts)
{
	json_auto_t *wanted = tier_wants(tier, req);
	size_t i, n = 0;
	json_t *item;

	HOLDS(wanted != NULL);
	json_array_foreach(wanted, i, item)
	{
		const char *name = json_string_value(item);

		if (json_object_get(facts, name) != NULL)
			continue;
		put(facts, name, make_fact(name));
		n++;
	}
	return n;
}
