/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tecnativa -- the variables of Tecnativa's docker-socket-proxy, and of
 * LinuxServer's, which came from it.
 *
 * Each switches on all paths that begin with a word.  POST=1 lets every method
 * through, not only POST; without it only GET and HEAD are.  ALLOW_START and its
 * like are asked after that by Tecnativa's, where they do nothing without POST,
 * and before it by LinuxServer's, where they work by themselves.
 */
#include <string.h>

#include "import/environment.h"
#include "import/import.h"

enum kind {
	KIND_NOTHING = 0, /* help: what became of it */
	KIND_SECTION, /* all below a path */
	KIND_ACTION, /* one path, with LinuxServer's even without POST */
	KIND_METHODS, /* POST */
	KIND_UPSTREAM,
};

struct variable {
	const char *name;
	enum kind kind;
	const char *path; /* or, of KIND_NOTHING, the note */
	const char *preset;
};

static const struct variable variables[] = {
    {"ALLOW_PAUSE", KIND_ACTION, "/containers/{container}/pause", "0"},
    {"ALLOW_RESTARTS", KIND_ACTION, "/containers/{container}/kill", "0"},
    {"ALLOW_RESTARTS", KIND_ACTION, "/containers/{container}/restart", "0"},
    {"ALLOW_RESTARTS", KIND_ACTION, "/containers/{container}/stop", "0"},
    {"ALLOW_START", KIND_ACTION, "/containers/{container}/start", "0"},
    {"ALLOW_STOP", KIND_ACTION, "/containers/{container}/stop", "0"},
    {"ALLOW_UNPAUSE", KIND_ACTION, "/containers/{container}/unpause", "0"},
    {"AUTH", KIND_SECTION, "/auth", "0"},
    {"BIND_CONFIG", KIND_NOTHING, "callers connect to listeners here", ""},
    {"BUILD", KIND_SECTION, "/build", "0"},
    {"COMMIT", KIND_SECTION, "/commit", "0"},
    {"CONFIGS", KIND_SECTION, "/configs", "0"},
    {"CONTAINERS", KIND_SECTION, "/containers", "0"},
    {"DISABLE_IPV6", KIND_NOTHING, "callers connect to listeners here", ""},
    {"DISTRIBUTION", KIND_SECTION, "/distribution", "0"},
    {"EVENTS", KIND_SECTION, "/events", "1"},
    {"EXEC", KIND_SECTION, "/exec", "0"},
    {"GRPC", KIND_SECTION, "/grpc", "0"},
    {"IMAGES", KIND_SECTION, "/images", "0"},
    {"INFO", KIND_SECTION, "/info", "0"},
    {"LOG_LEVEL", KIND_NOTHING, "see log.level, and audit", ""},
    {"NETWORKS", KIND_SECTION, "/networks", "0"},
    {"NODES", KIND_SECTION, "/nodes", "0"},
    {"PING", KIND_SECTION, "/_ping", "1"},
    {"PLUGINS", KIND_SECTION, "/plugins", "0"},
    {"POST", KIND_METHODS, "", "0"},
    {"SECRETS", KIND_SECTION, "/secrets", "0"},
    {"SERVICES", KIND_SECTION, "/services", "0"},
    {"SESSION", KIND_SECTION, "/session", "0"},
    {"SOCKET_PATH", KIND_UPSTREAM, "", ""},
    {"SWARM", KIND_SECTION, "/swarm", "0"},
    {"SYSTEM", KIND_SECTION, "/system", "0"},
    {"TASKS", KIND_SECTION, "/tasks", "0"},
    {"VERSION", KIND_SECTION, "/version", "1"},
    {"VOLUMES", KIND_SECTION, "/volumes", "0"},
    {.name = NULL},
};

struct settings {
	json_t *environment;
	bool actions_first; /* LinuxServer's order */
};

static const char *
value_of(const struct settings *settings, const struct variable *variable)
{
	const json_t *value = json_object_get(
	    settings->environment, variable->name);

	return value == NULL ? variable->preset : json_string_value(value);
}

/* HAProxy takes a number for true that is not 0, and a word for false. */
static bool
is_on(const char *value)
{
	return *value != '\0' && strspn(value, "0123456789") == strlen(value) &&
	    strspn(value, "0") < strlen(value);
}

static bool
has_posts(const struct settings *settings)
{
	static const struct variable post = {"POST", KIND_METHODS, "", "0"};

	return is_on(value_of(settings, &post));
}

static bool
covers(const struct variable *variable, const struct call *call)
{
	size_t len = strlen(variable->path);

	if (variable->kind == KIND_ACTION)
		return strcmp(call->path, variable->path) == 0;
	return variable->kind == KIND_SECTION &&
	    strncmp(call->path, variable->path, len) == 0 &&
	    (call->path[len] == '\0' || call->path[len] == '/');
}

static enum old_answer
allows(const void *arg, const struct call *call, struct errmsg *cause)
{
	const struct settings *settings = arg;
	bool is_read = call->method == METHOD_GET ||
	    call->method == METHOD_HEAD;
	bool gated = !is_read && !has_posts(settings);

	for (const struct variable *variable = variables;
	     variable->name != NULL; variable++) {
		bool before = variable->kind == KIND_ACTION &&
		    settings->actions_first;

		if (!covers(variable, call) ||
		    !is_on(value_of(settings, variable)) || (gated && !before))
			continue;
		(void)errmsg_set(cause, "%s=1%s", variable->name,
		    is_read || before ? "" : " with POST=1");
		return OLD_YES;
	}
	return OLD_NO;
}

/* --- what is not as it was ------------------------------------------------- */

static const struct variable *
find(const char *name)
{
	for (const struct variable *variable = variables;
	     variable->name != NULL; variable++) {
		if (strcmp(variable->name, name) == 0)
			return variable;
	}
	return NULL;
}

static bool
note_variable(struct import *import, const struct settings *settings,
    const char *name, const char *value)
{
	const struct variable *variable = find(name);
	size_t digits = strspn(value, "0123456789");

	if (variable == NULL)
		return import_note(import,
		    "%s is no variable of that proxy: it had no effect, and "
		    "has none here",
		    name);
	if (variable->kind == KIND_NOTHING)
		return import_note(import, "%s: %s", name, variable->path);
	if (variable->kind == KIND_UPSTREAM)
		return true;
	if (value[digits] != '\0')
		return import_note(import,
		    "%s=%s is not a number, which HAProxy takes for 0", name,
		    value);
	if (variable->kind == KIND_ACTION && is_on(value) &&
	    !settings->actions_first && !has_posts(settings))
		return import_note(import,
		    "%s=1 did nothing without POST=1, because Tecnativa's "
		    "proxy looks at POST first.  If it was LinuxServer's, "
		    "where it works: `sockwarden import linuxserver`",
		    name);
	return true;
}

static bool
note_all(struct import *import, const struct settings *settings, bool own)
{
	static const struct variable containers = {
	    "CONTAINERS", KIND_SECTION, "/containers", "0"};
	const char *name;
	json_t *value;

	json_object_foreach(settings->environment, name, value)
	{
		/* A process has many variables that mean other programs. */
		if ((!own || find(name) != NULL) &&
		    !note_variable(
			import, settings, name, json_string_value(value)))
			return false;
	}
	if (!has_posts(settings) && is_on(value_of(settings, &containers)) &&
	    !import_note(import,
		"POST=0 is not read-only: container.attach.ws writes to a "
		"container by a GET, container.archive.get and "
		"container.export take any file out of it.  Leave out what is "
		"not needed"))
		return false;
	return import_note(import,
		   "whoever reached port 2375 was let in; here it is whoever "
		   "may write to the socket.  For TCP see listeners in "
		   "sockwarden.yaml(5)") &&
	    import_note(import,
		"each variable allowed whatever begins with its path; here it "
		"is the calls that the Docker API has, and no others (libpod, "
		"/debug)");
}

/* False if it is not a path; what import needs of it is kept. */
static bool
set_upstream(struct import *import, const struct settings *settings,
    struct problems *problems)
{
	const char *path = json_string_value(
	    json_object_get(settings->environment, "SOCKET_PATH"));
	json_t *address;

	if (path == NULL || *path == '\0')
		return true;
	if (*path != '/') {
		problems_add(
		    problems, "SOCKET_PATH", "want the path of a socket");
		return false;
	}
	address = json_sprintf("unix://%s", path);
	import->upstream = json_string_value(address);
	return json_array_append_new(import->kept, address) == 0;
}

static bool
read_with(const struct import_source *source, struct import *import,
    struct problems *problems, const char *tier, bool actions_first)
{
	struct settings settings = {.actions_first = actions_first};
	json_auto_t *environment = environment_read(source, problems);
	bool done;

	if (environment == NULL)
		return false;
	settings.environment = environment;
	import->local = true;
	done = set_upstream(import, &settings, problems) &&
	    import_tier(import, tier,
		"What the variables of the proxy before allowed", allows,
		&settings) &&
	    import_identity(import, json_pack("{s:s}", "listener", "callers"),
		"callers", tier) &&
	    note_all(import, &settings, source->text == NULL);
	if (!done && problems->errors == 0)
		problems_add(problems, "", "out of memory");
	return done;
}

static bool
read_tecnativa(const struct import_source *source, struct import *import,
    struct problems *problems)
{
	import->title = "Tecnativa's docker-socket-proxy";
	return read_with(source, import, problems, "tecnativa", false);
}

static bool
read_linuxserver(const struct import_source *source, struct import *import,
    struct problems *problems)
{
	import->title = "LinuxServer's socket-proxy";
	return read_with(source, import, problems, "linuxserver", true);
}

const struct importer tecnativa_importer = {
    .name = "tecnativa",
    .read = read_tecnativa,
};

const struct importer linuxserver_importer = {
    .name = "linuxserver",
    .read = read_linuxserver,
};
