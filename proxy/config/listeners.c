/* SPDX-License-Identifier: Apache-2.0 */
#include "config/listeners.h"

#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/settings.h"
#include "net/pem.h"

static void
problem_at(struct problems *problems, const char *path, const char *key,
    const char *text)
{
	char key_path[160];

	(void)snprintf(key_path, sizeof(key_path), "%s.%s", path, key);
	problems_add(problems, key_path, text);
}

/* --- TLS ------------------------------------------------------------------ */

/* Is a file named, can it be read, and is it what it should be? */
static bool
check_file(struct problems *problems, const char *path, const char *key,
    const char *file, enum pem_kind kind)
{
	enum pem_state state = PEM_BAD;
	char key_path[160];
	struct errmsg err;

	if (file == NULL)
		(void)errmsg_set(&err, "is missing");
	else
		state = pem_check(file, kind, &err);
	if (state == PEM_BAD)
		problem_at(problems, path, key, err.text);
	if (state == PEM_DOUBTFUL) {
		(void)snprintf(key_path, sizeof(key_path), "%s.%s", path, key);
		problems_warn(problems, key_path, err.text);
	}
	return state != PEM_BAD;
}

static bool
check_files(
    const struct tls_settings *tls, const char *path, struct problems *problems)
{
	bool sound = check_file(
	    problems, path, "tls.certificate", tls->certificate, PEM_SERVER);
	char key[32];
	size_t i;
	json_t *file;

	sound &= check_file(problems, path, "tls.key", tls->key, PEM_KEY);
	sound &= check_file(
	    problems, path, "tls.client_ca", tls->client_ca, PEM_CA);
	json_array_foreach(tls->crl, i, file)
	{
		(void)snprintf(key, sizeof(key), "tls.crl[%zu]", i);
		if (json_is_string(file))
			sound &= check_file(problems, path, key,
			    json_string_value(file), PEM_CRL);
	}
	return sound;
}

/* Loads all of it as a listener will: a key of another certificate or a file
 * that is no CRL shows here and not at the first connection. */
static void
check_tls(
    const struct tls_settings *tls, const char *path, struct problems *problems)
{
	struct tls_context *context;
	struct errmsg err;

	if (!check_files(tls, path, problems))
		return;
	context = tls_context_new(tls, &err);
	if (context == NULL)
		problem_at(problems, path, "tls", err.text);
	tls_context_unref(context);
}

/* --- one ------------------------------------------------------------------ */

/* What it may have depends on where it is. */
static void
check_transport(const struct config_listener *listener, const char *path,
    struct problems *problems)
{
	const char *text = listener->socket.address;
	struct address address;
	struct errmsg err;

	if (text == NULL || strncmp(text, "systemd:", 8) == 0 ||
	    !address_parse(text, &address, &err))
		return;
	if (address_is_unix(&address)) {
		if (listener->has_tls)
			problem_at(
			    problems, path, "tls", "a unix socket has no TLS");
		return;
	}
	if (!listener->has_tls && !address_is_loopback(&address) &&
	    listener->plain_tcp == NULL)
		problem_at(problems, path, "tls",
		    "TCP beyond loopback needs TLS: certificate, key and "
		    "client_ca, which `sockwarden pki` makes (or plain_tcp, in "
		    "so many words)");
}

void
listeners_check_user(
    const char *name, const char *path, struct problems *problems)
{
	struct errmsg err;

	if (name == NULL || getpwnam(name) != NULL)
		return;
	(void)errmsg_set(&err, "there is no user \"%s\" on this host", name);
	problems_warn(problems, path, err.text);
}

static void
check_owner(const struct listener_settings *socket, const char *path,
    struct problems *problems)
{
	char key_path[160];
	struct errmsg err;

	(void)snprintf(key_path, sizeof(key_path), "%s.owner", path);
	listeners_check_user(socket->owner, key_path, problems);
	if (socket->group == NULL || getgrnam(socket->group) != NULL)
		return;
	(void)snprintf(key_path, sizeof(key_path), "%s.group", path);
	(void)errmsg_set(
	    &err, "there is no group \"%s\" on this host", socket->group);
	problems_warn(problems, key_path, err.text);
}

static bool
same_address(const char *a, const char *b)
{
	struct address x, y;
	struct errmsg err;

	if (strcmp(a, b) == 0)
		return true;
	return address_parse(a, &x, &err) && address_parse(b, &y, &err) &&
	    x.len == y.len && memcmp(&x.sa, &y.sa, sizeof(x.sa)) == 0;
}

/* Two of them cannot have the same. */
static void
check_others(const struct config_listener *all, size_t n, const char *path,
    struct problems *problems)
{
	const struct listener_settings *own = &all[n].socket;

	for (size_t i = 0; i < n; i++) {
		const struct listener_settings *other = &all[i].socket;

		if (own->name != NULL && other->name != NULL &&
		    strcmp(own->name, other->name) == 0)
			problem_at(problems, path, "name",
			    "another listener has this name");
		if (own->address != NULL && other->address != NULL &&
		    same_address(own->address, other->address))
			problem_at(problems, path, "address",
			    "another listener has this address");
	}
}

static void
ignore(void *arg, const char *path, const char *text)
{
	(void)arg;
	(void)path;
	(void)text;
}

static void
read_one(struct config_listener *listener, json_t *row)
{
	struct listener_members members = {0};
	struct address address;
	struct errmsg err;

	/* Its problems were told when the whole file was read. */
	(void)!settings_read(
	    listener_settings_rows, row, &members, "", ignore, NULL);
	listener->has_tls = json_object_get(row, "tls") != NULL;
	listener->socket = (struct listener_settings){
	    .name = members.name,
	    .address = members.address,
	    .owner = members.owner,
	    .group = members.group,
	    .mode = members.mode == NULL
		? 0
		: (mode_t)strtoul(members.mode, NULL, 8),
	};
	listener->plain_tcp = members.plain_tcp;
	listener->tls = members.tls;
	listener->host_path = members.host_path;
	if (listener->host_path == NULL && members.address != NULL &&
	    address_parse(members.address, &address, &err) &&
	    address_is_unix(&address))
		listener->host_path = members.address + strlen("unix://");
}

/* --- all ------------------------------------------------------------------ */

struct config_listener *
listeners_read(const json_t *rows, size_t *n, struct problems *problems)
{
	struct config_listener *all;
	char path[64];
	size_t i;
	json_t *row;

	*n = 0;
	if (json_is_array(rows) && json_array_size(rows) == 0)
		problems_add(problems, "listeners",
		    "want at least one, such as {name: local, address: "
		    "\"unix:///run/sockwarden/docker.sock\"}");
	if (json_array_size(rows) == 0)
		return NULL;
	all = calloc(json_array_size(rows), sizeof(*all));
	if (all == NULL) {
		problems_add(problems, "listeners", "out of memory");
		return NULL;
	}
	json_array_foreach(rows, i, row)
	{
		if (!json_is_object(row))
			continue;
		(void)snprintf(path, sizeof(path), "listeners[%zu]", i);
		read_one(&all[*n], row);
		if (all[*n].has_tls &&
		    json_is_object(json_object_get(row, "tls")))
			check_tls(&all[*n].tls, path, problems);
		check_transport(&all[*n], path, problems);
		check_owner(&all[*n].socket, path, problems);
		check_others(all, (*n)++, path, problems);
	}
	return all;
}
