/* SPDX-License-Identifier: Apache-2.0 */
#include "request.h"

#include <string.h>

#include "core/pointer.h"
#include "core/redact_body.h"

void
request_done(struct request *req)
{
	json_decref(req->vars);
	json_decref(req->query);
	json_decref(req->headers);
	json_decref(req->body);
	json_decref(req->identity);
	json_decref(req->facts);
	json_decref(req->dropped);
	memset(req, 0, sizeof(*req));
}

bool
request_copy(struct request *copy, const struct request *req)
{
	*copy = *req;
	copy->vars = json_deep_copy(req->vars);
	copy->query = json_deep_copy(req->query);
	copy->headers = json_deep_copy(req->headers);
	copy->body = json_deep_copy(req->body);
	json_incref(copy->identity);
	json_incref(copy->facts);
	json_incref(copy->dropped);
	return (copy->vars != NULL) == (req->vars != NULL) &&
	    (copy->query != NULL) == (req->query != NULL) &&
	    (copy->headers != NULL) == (req->headers != NULL) &&
	    (copy->body != NULL) == (req->body != NULL);
}

json_t *
request_body_get(const struct request *req, const char *dotted)
{
	return pointer_get(req->body, dotted);
}

const char *
request_var(const struct request *req, const char *name)
{
	return json_string_value(json_object_get(req->vars, name));
}

const char *
request_query(const struct request *req, const char *name)
{
	return json_string_value(json_object_get(req->query, name));
}

json_t *
request_shown(json_t *value)
{
	return redact_body(value);
}

/* What a record names of a body.  Values that may be secrets are not here. */
static const struct {
	const char *name, *dotted;
} body_touches[] = {
    {"image", "Image"},
    {"binds", "HostConfig.Binds"},
    {"mounts", "HostConfig.Mounts"},
    {"network", "HostConfig.NetworkMode"},
    {"name", "Name"},
    {"container", "Container"},
    {"driver", "Driver"},
    {"user", "User"},
};

static const char *const query_touches[] = {"name", "fromImage", "fromSrc",
    "tag", "repo", "container", "path", "t", "signal", "term", "networkmode",
    "remote", NULL};

/* A mount without its driver options, which may hold passwords. */
static json_t *
mount_summary(const json_t *mount)
{
	return json_pack("{s:O?, s:O?, s:O?}", "Type",
	    json_object_get(mount, "Type"), "Source",
	    json_object_get(mount, "Source"), "Target",
	    json_object_get(mount, "Target"));
}

static json_t *
mounts_summary(const json_t *value)
{
	json_auto_t *mounts = json_array();
	size_t i;
	json_t *mount;

	json_array_foreach(value, i, mount)
	{
		if (json_array_append_new(mounts, mount_summary(mount)) != 0)
			return NULL;
	}
	return json_incref(mounts);
}

static json_t *
summary(const char *name, json_t *value)
{
	if (strcmp(name, "mounts") == 0)
		return mounts_summary(value);
	/* That of a secret has options. */
	if (json_is_object(value))
		value = json_object_get(value, "Name");
	return value == NULL ? json_null() : json_incref(value);
}

/* What is fetched needs no scheme: "github.com/a/b", "example.com/x.tar". */
static bool
is_fetched(const char *name)
{
	return strcmp(name, "remote") == 0 || strcmp(name, "fromSrc") == 0;
}

/* A URL without what may be a password: user, query, fragment.  Where there is
 * none of these, the value itself. */
static json_t *
without_secrets(const char *name, json_t *value)
{
	const char *text = json_string_value(value), *host, *at;
	size_t len;

	host = text == NULL ? NULL : strstr(text, "://");
	if (text == NULL || (host == NULL && !is_fetched(name)))
		return json_incref(value);
	host = host == NULL || host > text + strcspn(text, "?#@/") ? text
								   : host + 3;
	len = strcspn(host, "?#");
	at = memrchr(host, '@', len);
	if (at == NULL)
		return json_stringn(text, (size_t)(host - text) + len);
	return json_sprintf("%.*s...%.*s", (int)(host - text), text,
	    (int)(host + len - at), at);
}

static bool
touch_body(const struct request *req, json_t *touches)
{
	size_t n = sizeof(body_touches) / sizeof(body_touches[0]);

	for (size_t i = 0; i < n; i++) {
		json_t *value = pointer_get(req->body, body_touches[i].dotted);

		if (value != NULL &&
		    json_object_set_new(touches, body_touches[i].name,
			summary(body_touches[i].name, value)) != 0)
			return false;
	}
	return true;
}

bool
request_touches_nothing(const struct request *req)
{
	return req->body == NULL && json_object_size(req->vars) == 0 &&
	    json_object_size(req->query) == 0;
}

json_t *
request_touches(const struct request *req)
{
	json_auto_t *touches = json_object();

	if (touches == NULL || !touch_body(req, touches) ||
	    (req->vars != NULL && json_object_update(touches, req->vars) != 0))
		return NULL;
	for (size_t i = 0; query_touches[i] != NULL; i++) {
		json_t *value = json_object_get(req->query, query_touches[i]);

		if (value != NULL &&
		    json_object_set_new(touches, query_touches[i],
			without_secrets(query_touches[i], value)) != 0)
			return NULL;
	}
	return json_incref(touches);
}
