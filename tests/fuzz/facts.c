/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz/facts.h"

#include <stdint.h>
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

/* One of n that the name chooses; salt makes it another choice. */
static size_t
choose(const char *name, size_t salt, size_t n)
{
	uint32_t hash = 2166136261u;

	for (const char *c = name; *c != '\0'; c++)
		hash = (hash ^ (unsigned char)*c) * 16777619u;
	hash = (hash ^ (uint32_t)salt) * 16777619u;
	return (hash >> 8) % n;
}

/* What a container may have, a column a member: most have what is usual. */
static const struct choice {
	const char *name;
	const char *json[4];
} choices[] = {
    {"Running", {"true", "false", "true", "false"}},
    {"ReadonlyRootfs", {"true", "false", "true", "false"}},
    {"AutoRemove", {"false", "true", "false", "true"}},
    {"Tty", {"false", "true", "false", "true"}},
    {"Memory", {"1073741824", "1073741824", "0", "68719476736"}},
    {"MemorySwap", {"1073741824", "2147483648", "-1", "0"}},
    {"MemorySwappiness", {"null", "null", "0", "100"}},
    {"OomKillDisable", {"false", "null", "true", "false"}},
    {"NanoCpus", {"0", "1000000000", "0", "64000000000"}},
    {"CpuPeriod", {"0", "100000", "0", "1000"}},
    {"CpuQuota", {"100000", "0", "-1", "1000000"}},
    {"CpuShares", {"0", "0", "2", "262144"}},
    {"CpuRealtimeRuntime", {"0", "0", "0", "950000"}},
    {"PidsLimit", {"100", "100", "null", "-1"}},
    {"BlkioWeight", {"0", "0", "10", "1000"}},
    {"CapAdd", {"null", "[]", "[\"CAP_CHOWN\"]", "[\"SYS_ADMIN\"]"}},
    {"SecurityOpt",
	{"[\"no-new-privileges\"]", "null", "[]", "[\"seccomp=unconfined\"]"}},
    {"NetworkMode",
	{"\"default\"", "\"front\"", "\"container:web\"", "\"host\""}},
    {"PidMode", {"\"\"", "\"\"", "\"container:rival\"", "\"host\""}},
    {"IpcMode",
	{"\"private\"", "\"shareable\"", "\"container:gone\"", "\"host\""}},
    {"UsernsMode", {"\"\"", "\"\"", "\"\"", "\"host\""}},
    {"RestartPolicy",
	{"{\"Name\":\"no\",\"MaximumRetryCount\":0}",
	    "{\"Name\":\"\",\"MaximumRetryCount\":0}",
	    "{\"Name\":\"always\",\"MaximumRetryCount\":0}",
	    "{\"Name\":\"on-failure\",\"MaximumRetryCount\":9}"}},
    {"Networks",
	{"[]", "[\"bridge\"]", "[\"front\"]", "[\"bridge\", \"rival\"]"}},
    {"Volumes", {"[]", "[]", "[\"data\"]", "[\"data\", \"rival\"]"}},
    {"Mounts", {"[]", "[]", "[\"/data\"]", "[\"/data\", \"/srv\"]"}},
};

static json_t *
make_container(const char *name, const char *id)
{
	json_t *made = json_pack("{s:s, s:o, s:s, s:b, s:o}", "Id", id, "Name",
	    json_sprintf("/%s", name), "User",
	    strstr(name, "root") != NULL ? "" : "65534:65534", "Privileged",
	    strstr(name, "priv") != NULL, "Labels", labels(name));

	for (size_t i = 0; i < sizeof(choices) / sizeof(choices[0]); i++) {
		const struct choice *choice = &choices[i];
		json_t *value = json_loads(
		    choice->json[choose(name, i, 4)], JSON_DECODE_ANY, NULL);

		/* Absent, not null: so the engine's answer is read. */
		HOLDS(value != NULL);
		if (json_is_null(value))
			continue;
		HOLDS(json_object_set_new(made, choice->name, value) == 0);
	}
	return made;
}

/* An exec or a task: whose it is, its whole says, which has another name. */
static json_t *
make_part(const char *own, const char *id, const char *whole)
{
	static const char *const names[] = {"rival", "gone", "nobody"};
	char other[ID_LEN + 1];
	const char *of = other;

	make_id(id, other);
	other[0] = other[0] == '0' ? '1' : '0';
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strstr(id, names[i]) != NULL)
			of = names[i];
	}
	return json_pack("{s:s, s:s}", own, id, whole, of);
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
		return make_part("ID", name, "ContainerID");
	if (strncmp(fact, "task:", 5) == 0)
		return make_part("Id", id, "ServiceID");
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
