/* SPDX-License-Identifier: Apache-2.0 */
#include "pretend.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/thing.h"
#include "reply.h"
#include "report.h"

#define ID_LEN 64

/* What is always the same, by call; of all others, an empty object. */
static const struct row {
	const char *call;
	int status;
	const char *body; /* JSON, or NULL */
} rows[] = {
    {"build", 200, "{\"stream\": \"Successfully built 0123456789ab\\n\"}"},
    {"config.list", 200, "[]"},
    {"container.archive.get", 404, "{\"message\": \"no such file\"}"},
    {"container.archive.stat", 404, NULL},
    {"container.changes", 200, "[]"},
    {"container.export", 200, NULL},
    {"container.list", 200, "[]"},
    {"container.logs", 200, NULL},
    {"container.kill", 204, NULL},
    {"container.pause", 204, NULL},
    {"container.remove", 204, NULL},
    {"container.rename", 204, NULL},
    {"container.restart", 204, NULL},
    {"container.start", 204, NULL},
    {"container.stop", 204, NULL},
    {"container.top", 200, "{\"Titles\": [\"PID\"], \"Processes\": []}"},
    {"container.unpause", 204, NULL},
    {"container.update", 200, "{\"Warnings\": []}"},
    {"container.wait", 200, "{\"StatusCode\": 0}"},
    {"exec.inspect", 200, "{\"Running\": false, \"ExitCode\": 0}"},
    {"grpc", 501, "{\"message\": \"BuildKit is not pretended\"}"},
    {"image.history", 200, "[]"},
    {"image.inspect", 200,
	"{\"Id\": \"sha256:0123456789ab\", \"Os\": \"linux\", "
	"\"Architecture\": \"amd64\", \"Config\": {}}"},
    {"image.list", 200, "[]"},
    {"image.remove", 200, "[]"},
    {"image.search", 200, "[]"},
    {"image.tag", 201, NULL},
    {"network.list", 200, "[]"},
    {"network.remove", 204, NULL},
    {"node.list", 200, "[]"},
    {"plugin.list", 200, "[]"},
    {"secret.list", 200, "[]"},
    {"service.list", 200, "[]"},
    {"session", 501, "{\"message\": \"BuildKit is not pretended\"}"},
    {"swarm.init", 200, "\"0123456789abcdef\""},
    {"system.auth", 200, "{\"Status\": \"Login Succeeded\"}"},
    {"system.events", 200, NULL},
    {"system.info", 200,
	"{\"OSType\": \"linux\", \"ServerVersion\": \"0\", "
	"\"SecurityOptions\": [], \"Swarm\": {\"LocalNodeState\": "
	"\"inactive\"}}"},
    {"system.ping", 200, NULL},
    {"system.version", 200,
	"{\"Version\": \"0\", \"Os\": \"linux\", \"Arch\": \"amd64\"}"},
    {"task.list", 200, "[]"},
    {"volume.list", 200, "{\"Volumes\": [], \"Warnings\": []}"},
    {"volume.remove", 204, NULL},
    {NULL, 200, "{}"},
};

bool
pretend_init(struct pretend *pretend, const json_t *facts)
{
	pretend->made = 0;
	pretend->facts = facts == NULL ? json_object() : json_deep_copy(facts);
	return pretend->facts != NULL;
}

void
pretend_done(struct pretend *pretend)
{
	json_decref(pretend->facts);
	pretend->facts = NULL;
}

/* --- what is made ----------------------------------------------------------- */

static void
make_id(struct pretend *pretend, char id[ID_LEN + 1])
{
	(void)snprintf(id, ID_LEN + 1, "%08x%056x", ++pretend->made, 0U);
}

/* From now on there is such a thing, by that name. */
static bool
add_fact(struct pretend *pretend, const char *kind, const char *name,
    const json_t *inspected)
{
	char fact[300];
	json_t *thing;

	(void)snprintf(fact, sizeof(fact), "%s:%s", kind, name);
	thing = thing_read(fact, 200, inspected);
	/* A name that is none makes no fact. */
	return thing == NULL ||
	    json_object_set_new(pretend->facts, fact, thing) == 0;
}

/* As it would be inspected: the engine keeps most of what it was told. */
static json_t *
container_of(const struct request *req, const char *id)
{
	const char *name = request_query(req, "name");
	json_t *config = json_deep_copy(req->body);
	json_t *host = json_incref(json_object_get(config, "HostConfig"));
	json_t *networks = json_deep_copy(json_object_get(
	    request_body_get(req, "NetworkingConfig"), "EndpointsConfig"));

	(void)json_object_del(config, "HostConfig");
	(void)json_object_del(config, "NetworkingConfig");
	return json_pack(
	    "{s:s, s:o, s:s, s:{s:b, s:s}, s:o, s:o*, s:[], s:{s:o*}}", "Id",
	    id, "Name", json_sprintf("/%s", name == NULL ? id : name), "Image",
	    "sha256:0123456789ab", "State", "Running", 1, "Status", "running",
	    "Config", config, "HostConfig", host, "Mounts", "NetworkSettings",
	    "Networks", networks);
}

static bool
make_container(struct pretend *pretend, const struct rehearsal *call,
    struct pretend_answer *answer)
{
	const char *name = request_query(&call->request, "name");
	char id[ID_LEN + 1];
	json_auto_t *inspected = NULL, *warnings = NULL;
	struct errmsg err;

	make_id(pretend, id);
	warnings = report_warnings(&call->report);
	inspected = container_of(&call->request, id);
	answer->status = 201;
	answer->body = json_pack("{s:s, s:[]}", "Id", id, "Warnings");
	return inspected != NULL && warnings != NULL && answer->body != NULL &&
	    add_fact(pretend, "container", id, inspected) &&
	    (name == NULL || add_fact(pretend, "container", name, inspected)) &&
	    reply_rewrite(
		&call->request, warnings, answer->status, answer->body, &err);
}

static bool
make_exec(struct pretend *pretend, const struct rehearsal *call,
    struct pretend_answer *answer)
{
	char id[ID_LEN + 1];
	json_auto_t *inspected = NULL;

	make_id(pretend, id);
	inspected = json_pack("{s:s, s:s}", "ID", id, "ContainerID",
	    request_var(&call->request, "container"));
	answer->status = 201;
	answer->body = json_pack("{s:s}", "Id", id);
	return inspected != NULL && answer->body != NULL &&
	    add_fact(pretend, "exec", id, inspected);
}

static bool
make_volume(struct pretend *pretend, const struct rehearsal *call,
    struct pretend_answer *answer)
{
	const json_t *body = call->request.body;
	const char *name = json_string_value(json_object_get(body, "Name"));
	char id[ID_LEN + 1];

	make_id(pretend, id);
	if (name == NULL || *name == '\0')
		name = id;
	answer->status = 201;
	answer->body = json_pack("{s:s, s:s, s:O*}", "Name", name, "Driver",
	    "local", "Labels", json_object_get(body, "Labels"));
	return answer->body != NULL &&
	    add_fact(pretend, "volume", name, answer->body);
}

static bool
make_network(struct pretend *pretend, const struct rehearsal *call,
    struct pretend_answer *answer)
{
	const json_t *body = call->request.body;
	const char *name = json_string_value(json_object_get(body, "Name"));
	char id[ID_LEN + 1];
	json_auto_t *inspected = NULL;

	make_id(pretend, id);
	inspected = json_pack("{s:s, s:s, s:s, s:O*}", "Id", id, "Name",
	    name == NULL ? id : name, "Driver", "bridge", "Labels",
	    json_object_get(body, "Labels"));
	answer->status = 201;
	answer->body = json_pack("{s:s}", "Id", id);
	return inspected != NULL && answer->body != NULL &&
	    add_fact(pretend, "network", id, inspected) &&
	    (name == NULL || add_fact(pretend, "network", name, inspected));
}

/* --- what there is ---------------------------------------------------------- */

/* A fact has the members of an inspection, without its sections: clients get
 * them where they look for them. */
static json_t *
inspected_of(const json_t *fact, const char *name)
{
	json_t *body = json_deep_copy(fact);

	if (json_object_get(body, "Id") == NULL)
		(void)json_object_set_new(body, "Id", json_string(name));
	if (json_object_get(body, "Name") == NULL)
		(void)json_object_set_new(body, "Name", json_string(name));
	(void)json_object_set_new(body, "Mounts", json_array());
	(void)json_object_set_new(body, "State",
	    json_pack("{s:s, s:b}", "Status", "running", "Running", 1));
	(void)json_object_set_new(body, "Config",
	    json_pack("{s:O*}", "Labels", json_object_get(fact, "Labels")));
	(void)json_object_set_new(body, "HostConfig", json_object());
	(void)json_object_set_new(
	    body, "NetworkSettings", json_pack("{s:{}}", "Networks"));
	return body;
}

static bool
show_thing(const struct pretend *pretend, const struct rehearsal *call,
    const char *kind, struct pretend_answer *answer)
{
	const char *name = request_var(&call->request, kind);
	char fact[300];
	const json_t *known;
	json_auto_t *nothing = json_object();

	(void)snprintf(fact, sizeof(fact), "%s:%s", kind, name);
	known = json_object_get(pretend->facts, fact);
	if (json_is_string(known)) { /* "absent" */
		answer->status = 404;
		answer->body = json_pack("{s:o}", "message",
		    json_sprintf("No such %s: %s", kind, name));
	} else {
		answer->body = inspected_of(
		    known == NULL ? nothing : known, name);
	}
	return answer->body != NULL;
}

/* --- answers ----------------------------------------------------------------- */

static bool
say_row(const char *call, struct pretend_answer *answer)
{
	const struct row *row = rows;

	while (row->call != NULL && strcmp(row->call, call) != 0)
		row++;
	answer->status = row->status;
	answer->body = row->body == NULL
	    ? NULL
	    : json_loads(row->body, JSON_DECODE_ANY, NULL);
	return row->body == NULL || answer->body != NULL;
}

static bool
is_detached(const struct request *req)
{
	return strcmp(req->call->name, "exec.start") == 0 &&
	    json_is_true(request_body_get(req, "Detach"));
}

bool
pretend_reply(struct pretend *pretend, const struct rehearsal *call,
    struct pretend_answer *answer)
{
	static const struct {
		const char *call;
		bool (*make)(struct pretend *, const struct rehearsal *,
		    struct pretend_answer *);
	} makers[] = {
	    {"container.create", make_container},
	    {"container.exec.create", make_exec},
	    {"network.create", make_network},
	    {"volume.create", make_volume},
	};
	const struct request *req = &call->request;
	const char *name = req->call->name;

	*answer = (struct pretend_answer){.status = 200};
	for (size_t i = 0; i < sizeof(makers) / sizeof(makers[0]); i++) {
		if (strcmp(name, makers[i].call) == 0)
			return makers[i].make(pretend, call, answer);
	}
	if (req->call->reply == CALL_REPLY_HIJACK && !is_detached(req)) {
		answer->stream = true;
		return true;
	}
	if (strcmp(name, "container.inspect") == 0)
		return show_thing(pretend, call, "container", answer);
	if (strcmp(name, "volume.inspect") == 0)
		return show_thing(pretend, call, "volume", answer);
	if (strcmp(name, "network.inspect") == 0)
		return show_thing(pretend, call, "network", answer);
	return say_row(name, answer);
}
