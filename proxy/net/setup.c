/* SPDX-License-Identifier: Apache-2.0 */
#include "net/setup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit.h"
#include "config/config.h"
#include "config/settings.h"
#include "files.h"
#include "json_read.h"
#include "net/channel.h"
#include "net/listener.h"

/* --- sockets -------------------------------------------------------------- */

static char *
key_of(const struct config_listener *settings)
{
	const struct listener_settings *socket = &settings->socket;
	char *key = NULL;

	if (asprintf(&key, "%s owner=%s group=%s mode=%o", socket->address,
		socket->owner == NULL ? "" : socket->owner,
		socket->group == NULL ? "" : socket->group,
		(unsigned)socket->mode) < 0)
		return NULL;
	return key;
}

/* The socket of that key, unless it is used already. */
static struct listener *
find_listener(
    const struct setup *old, const struct setup *setup, const char *key)
{
	for (size_t i = 0; old != NULL && i < old->nsockets; i++) {
		struct listener *listener = old->sockets[i].listener;
		bool used = false;

		for (size_t j = 0; j < setup->nsockets; j++)
			used |= setup->sockets[j].listener == listener;
		if (!used && strcmp(old->sockets[i].key, key) == 0)
			return listener;
	}
	return NULL;
}

/* For sockets whose address the configuration does not say, because a service
 * manager opened them; for the others it has been checked before. */
static bool
fits(const struct listener *listener, const struct config_listener *settings,
    struct errmsg *err)
{
	if (listener_is_unix(listener) && settings->has_tls)
		return errmsg_set(err, "a unix socket has no TLS");
	return settings->has_tls || settings->plain_tcp != NULL ||
	    listener_is_local(listener) ||
	    errmsg_set(err, "TCP beyond loopback needs TLS");
}

/* Takes listener, which may be NULL with the reason in err. */
static bool
add_socket(struct setup *setup, const struct config_listener *settings,
    struct listener *listener, struct errmsg *err)
{
	struct setup_socket *socket = &setup->sockets[setup->nsockets];

	if (listener == NULL)
		return false;
	socket->listener = listener;
	setup->nsockets++;
	if (!fits(listener, settings, err))
		return false;
	socket->key = key_of(settings);
	if (socket->key == NULL)
		return errmsg_nomem(err);
	if (settings->has_tls)
		socket->tls = tls_context_new(&settings->tls, err);
	return !settings->has_tls || socket->tls != NULL;
}

static struct listener *
listener_for(const struct config_listener *settings, const struct setup *setup,
    const struct setup *old, struct errmsg *err)
{
	char *key = key_of(settings);
	struct listener *same = key == NULL ? NULL
					    : find_listener(old, setup, key);

	free(key);
	return same != NULL ? listener_ref(same)
			    : listener_open(&settings->socket, err);
}

static bool
open_sockets(struct setup *setup, const struct setup *old, struct errmsg *err)
{
	size_t n = config_nlisteners(setup->config);

	for (size_t i = 0; i < n; i++) {
		const struct config_listener *settings = config_listener(
		    setup->config, i);

		if (!add_socket(setup, settings,
			listener_for(settings, setup, old, err), err))
			return errmsg_prefix(
			    err, "listener \"%s\"", settings->socket.name);
	}
	return true;
}

/* --- the whole ------------------------------------------------------------ */

static struct setup *
make(struct config *config)
{
	struct setup *setup = calloc(1, sizeof(*setup));

	if (setup == NULL) {
		config_unref(config);
		return NULL;
	}
	setup->config = config;
	setup->sockets = calloc(
	    config_nlisteners(config) + 1, sizeof(*setup->sockets));
	if (setup->sockets != NULL)
		return setup;
	setup_free(setup);
	return NULL;
}

struct setup *
setup_open(struct config *config, struct setup *old, struct errmsg *err)
{
	struct setup *setup = make(config);
	bool same;

	if (setup == NULL) {
		(void)errmsg_nomem(err);
		return NULL;
	}
	same = old != NULL && config_audit_is_same(old->config, setup->config);
	if (!same) {
		setup->audit = audit_open(config_audit(config)->path,
		    config_audit(config)->durability == AUDIT_FSYNC, err);
		if (setup->audit == NULL) {
			(void)errmsg_prefix(err, "audit");
			goto fail;
		}
	}
	if (!open_sockets(setup, old, err))
		goto fail;
	/* Nothing can fail any more. */
	if (same) {
		setup->audit = old->audit;
		old->audit = NULL;
	}
	return setup;

fail:
	setup_free(setup);
	return NULL;
}

void
setup_close_sockets(struct setup *setup)
{
	for (size_t i = 0; i < setup->nsockets; i++) {
		free(setup->sockets[i].key);
		listener_close(setup->sockets[i].listener);
		tls_context_unref(setup->sockets[i].tls);
	}
	setup->nsockets = 0;
}

void
setup_free(struct setup *setup)
{
	if (setup == NULL)
		return;
	setup_close_sockets(setup);
	free(setup->sockets);
	audit_close(setup->audit);
	config_unref(setup->config);
	free(setup);
}

void
setup_disown(struct setup *setup)
{
	for (size_t i = 0; i < setup->nsockets; i++)
		listener_disown(setup->sockets[i].listener);
}

/* --- handing over --------------------------------------------------------- */

/* A file in memory that nobody can change any more: workers share it. */
static int
seal(const char *bytes, size_t len)
{
	int fd = memfd_create("setup", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd >= 0 && write(fd, bytes, len) == (ssize_t)len &&
	    fcntl(fd, F_ADD_SEALS,
		F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) == 0)
		return fd;
	if (fd >= 0)
		(void)close(fd);
	return -1;
}

int
setup_pack(const struct setup *setup, struct errmsg *err)
{
	char *text = json_dumps(
		 config_tree(setup->config), JSON_COMPACT | JSON_ENCODE_ANY),
	     *bytes = NULL;
	size_t len = 0;
	int fd = -1;

	(void)errmsg_nomem(err);
	if (text != NULL)
		bytes = files_pack(text, &len);
	if (bytes != NULL) {
		fd = seal(bytes, len);
		(void)errmsg_set(err, "memfd: %s", strerror(errno));
		explicit_bzero(bytes, len);
	}
	free(bytes);
	free(text);
	return fd;
}

bool
setup_send(const struct setup *setup, int channel, int packed)
{
	struct message message = {.kind = MESSAGE_RELOAD};
	int fds[MESSAGE_FDS];
	size_t n = 0;

	fds[n++] = packed;
	fds[n++] = audit_fd(setup->audit);
	if (setup->nsockets > MESSAGE_FDS - n) {
		errno = E2BIG;
		return false;
	}
	for (size_t i = 0; i < setup->nsockets; i++)
		fds[n++] = listener_fd(setup->sockets[i].listener);
	return channel_send(channel, &message, fds, n);
}

static struct config *
read_config(struct errmsg *err)
{
	struct problems problems;
	struct config *config = NULL;
	json_t *tree = NULL;
	size_t len;
	char *text = files_read("", &len, err);

	if (text != NULL)
		tree = json_read(text, len, &json_limits_trusted, err);
	free(text);
	problems_init(&problems, "setup");
	(void)errmsg_set(err, "the configuration was not understood again");
	if (tree != NULL)
		config = config_from_tree(tree, &problems);
	problems_done(&problems);
	return config;
}

/* The configuration in the packed file, and the files that it names. */
static struct config *
unpack(int fd, struct errmsg *err)
{
	struct config *config = NULL;
	struct stat st;
	char *bytes;

	(void)errmsg_set(err, "there is no setup");
	if (fstat(fd, &st) != 0 || st.st_size <= 0)
		return NULL;
	bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (bytes == MAP_FAILED)
		return NULL;
	if (files_unpack(bytes, (size_t)st.st_size, err))
		config = read_config(err);
	(void)munmap(bytes, (size_t)st.st_size);
	return config;
}

static bool
take_sockets(struct setup *setup, int *fds, size_t n, struct errmsg *err)
{
	if (n != config_nlisteners(setup->config))
		return errmsg_set(err, "there are not enough sockets");
	for (size_t i = 0; i < n; i++) {
		const struct config_listener *settings = config_listener(
		    setup->config, i);
		int fd = fds[i];

		fds[i] = -1;
		if (!add_socket(
			setup, settings, listener_from_fd(fd, err), err))
			return false;
	}
	return true;
}

struct setup *
setup_receive(int *fds, size_t n, struct errmsg *err)
{
	struct config *config = n < 2 ? NULL : unpack(fds[0], err);
	struct setup *setup = config == NULL ? NULL : make(config);
	bool taken = false;

	if (setup != NULL) {
		setup->audit = audit_from_fd(config_audit(config)->path, fds[1],
		    config_audit(config)->durability == AUDIT_FSYNC, err);
		fds[1] = -1;
		taken = setup->audit != NULL &&
		    take_sockets(setup, fds + 2, n - 2, err);
	}
	files_forget();
	for (size_t i = 0; i < n; i++) {
		if (fds[i] >= 0)
			(void)close(fds[i]);
	}
	if (taken)
		return setup;
	setup_free(setup);
	return NULL;
}
