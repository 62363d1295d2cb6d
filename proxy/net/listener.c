/* SPDX-License-Identifier: Apache-2.0 */
#include "net/listener.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/systemd.h"

struct listener {
	int fd, refs;
	bool is_unix, is_local;
	char *path; /* of the socket file that we made, or NULL */
	dev_t dev;
	ino_t ino;
	/* Who came last: a process that opens many connections is one, and its
	 * identity is there once. */
	struct ucred last;
	json_t *last_identity; /* or NULL */
};

static bool
fail(struct errmsg *err, const char *what)
{
	return errmsg_set(err, "%s: %s", what, strerror(errno));
}

/* --- unix sockets --------------------------------------------------------- */

/* Does somebody answer at that socket? */
static bool
is_live(const struct address *address)
{
	bool connecting;
	struct errmsg err;
	int fd = address_connect(address, &connecting, &err);

	if (fd >= 0)
		(void)close(fd);
	return fd >= 0 || errno == EAGAIN;
}

/* Make way for our socket: only a dead socket may be removed. */
static bool
remove_stale(const struct address *address, struct errmsg *err)
{
	const char *path = address_path(address);
	struct stat st;

	if (lstat(path, &st) != 0)
		return errno == ENOENT || fail(err, path);
	if (!S_ISSOCK(st.st_mode))
		return errmsg_set(err, "%s is there and not a socket", path);
	if (st.st_uid != geteuid() && geteuid() != 0)
		return errmsg_set(err, "%s belongs to another user", path);
	if (is_live(address))
		return errmsg_set(err, "%s is in use by another process", path);
	return unlink(path) == 0 || fail(err, path);
}

static bool
find_owner(const struct listener_settings *settings, uid_t *uid, gid_t *gid,
    struct errmsg *err)
{
	struct passwd *user;
	struct group *group;

	*uid = (uid_t)-1;
	*gid = (gid_t)-1;
	if (settings->owner != NULL) {
		user = getpwnam(settings->owner);
		if (user == NULL)
			return errmsg_set(
			    err, "there is no user \"%s\"", settings->owner);
		*uid = user->pw_uid;
	}
	if (settings->group != NULL) {
		group = getgrnam(settings->group);
		if (group == NULL)
			return errmsg_set(
			    err, "there is no group \"%s\"", settings->group);
		*gid = group->gr_gid;
	}
	return true;
}

/* The file appears with mode 0600 (fchmod before bind) and nobody listens on
 * it until its owner and mode are right. */
static bool
bind_unix(struct listener *listener, const struct listener_settings *settings,
    const struct address *address, struct errmsg *err)
{
	const char *path = address_path(address);
	struct stat st;
	uid_t uid;
	gid_t gid;

	if (!find_owner(settings, &uid, &gid, err) ||
	    !remove_stale(address, err))
		return false;
	if (fchmod(listener->fd, 0600) != 0 ||
	    bind(listener->fd, (const struct sockaddr *)&address->sa,
		address->len) != 0 ||
	    lstat(path, &st) != 0)
		return fail(err, path);
	listener->path = strdup(path);
	listener->dev = st.st_dev;
	listener->ino = st.st_ino;
	if (listener->path == NULL)
		return errmsg_nomem(err);
	if (chown(path, uid, gid) != 0 || chmod(path, settings->mode) != 0)
		return fail(err, path);
	return true;
}

/* --- opening -------------------------------------------------------------- */

static bool
bind_tcp(struct listener *listener, const struct address *address,
    struct errmsg *err)
{
	int one = 1;

	(void)setsockopt(
	    listener->fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(listener->fd, (const struct sockaddr *)&address->sa,
		address->len) != 0)
		return fail(err, address->text);
	return true;
}

static bool
open_address(struct listener *listener,
    const struct listener_settings *settings, struct errmsg *err)
{
	struct address address;

	if (!address_parse(settings->address, &address, err))
		return false;
	listener->is_unix = address_is_unix(&address);
	listener->is_local = listener->is_unix || address_is_loopback(&address);
	listener->fd = socket(address.sa.ss_family,
	    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (listener->fd < 0)
		return fail(err, "socket");
	if (!(listener->is_unix ? bind_unix(listener, settings, &address, err)
				: bind_tcp(listener, &address, err)))
		return false;
	/* Bursts of connects on a short queue get EAGAIN. */
	return listen(listener->fd, SOMAXCONN) == 0 ||
	    fail(err, settings->address);
}

/* A socket that somebody else made; fd may be -1 with the reason in err. */
static bool
take(struct listener *listener, int fd, struct errmsg *err)
{
	struct address address = {.len = sizeof(address.sa)};

	listener->fd = fd;
	if (fd < 0)
		return false;
	if (getsockname(listener->fd, (struct sockaddr *)&address.sa,
		&address.len) != 0)
		return fail(err, "getsockname");
	listener->is_unix = address_is_unix(&address);
	listener->is_local = listener->is_unix || address_is_loopback(&address);
	return true;
}

static struct listener *
make(struct errmsg *err)
{
	struct listener *listener = calloc(1, sizeof(*listener));

	if (listener == NULL) {
		(void)errmsg_nomem(err);
		return NULL;
	}
	listener->fd = -1;
	listener->refs = 1;
	return listener;
}

static struct listener *
opened(struct listener *listener, bool well)
{
	if (well)
		return listener;
	listener_close(listener);
	return NULL;
}

struct listener *
listener_open(const struct listener_settings *settings, struct errmsg *err)
{
	struct listener *listener = make(err);

	if (listener == NULL)
		return NULL;
	if (strncmp(settings->address, "systemd:", 8) != 0)
		return opened(listener, open_address(listener, settings, err));
	return opened(listener,
	    take(listener, systemd_listen_fd(settings->address + 8, err), err));
}

struct listener *
listener_from_fd(int fd, struct errmsg *err)
{
	struct listener *listener = make(err);

	if (listener != NULL)
		return opened(listener, take(listener, fd, err));
	(void)close(fd);
	return NULL;
}

struct listener *
listener_ref(struct listener *listener)
{
	listener->refs++;
	return listener;
}

void
listener_disown(struct listener *listener)
{
	free(listener->path);
	listener->path = NULL;
}

void
listener_close(struct listener *listener)
{
	struct stat st;

	if (listener == NULL || --listener->refs > 0)
		return;
	if (listener->path != NULL && lstat(listener->path, &st) == 0 &&
	    st.st_dev == listener->dev && st.st_ino == listener->ino)
		(void)unlink(listener->path);
	if (listener->fd >= 0)
		(void)close(listener->fd);
	json_decref(listener->last_identity);
	free(listener->path);
	free(listener);
}

int
listener_fd(const struct listener *listener)
{
	return listener->fd;
}

bool
listener_is_unix(const struct listener *listener)
{
	return listener->is_unix;
}

bool
listener_is_local(const struct listener *listener)
{
	return listener->is_local;
}

/* --- accepting ------------------------------------------------------------ */

static bool
is_last(
    const struct listener *listener, const struct ucred *peer, const char *name)
{
	const json_t *last = json_object_get(
	    listener->last_identity, "listener");

	return last != NULL && strcmp(json_string_value(last), name) == 0 &&
	    listener->last.pid == peer->pid &&
	    listener->last.uid == peer->uid && listener->last.gid == peer->gid;
}

static json_t *
unix_identity(struct listener *listener, int fd, const char *name)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) != 0)
		return NULL;
	if (is_last(listener, &peer, name))
		return json_incref(listener->last_identity);
	json_decref(listener->last_identity);
	listener->last = peer;
	listener->last_identity = json_pack("{s:s, s:s, s:I, s:I, s:I}",
	    "listener", name, "transport", "unix", "uid", (json_int_t)peer.uid,
	    "gid", (json_int_t)peer.gid, "pid", (json_int_t)peer.pid);
	return json_incref(listener->last_identity);
}

static json_t *
tcp_identity(const struct sockaddr_storage *sa, const char *name)
{
	char host[64];
	int port;

	address_peer(sa, host, sizeof(host), &port);
	return json_pack("{s:s, s:s, s:s, s:i}", "listener", name, "transport",
	    "tcp", "address", host, "port", port);
}

int
listener_accept(struct listener *listener, const char *name, json_t **identity)
{
	struct sockaddr_storage sa;
	socklen_t len = sizeof(sa);
	int fd = accept4(listener->fd, (struct sockaddr *)&sa, &len,
	    SOCK_NONBLOCK | SOCK_CLOEXEC);
	int one = 1;

	if (fd < 0)
		return -1;
	if (!listener->is_unix) {
		(void)setsockopt(
		    fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
		(void)setsockopt(
		    fd, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof(one));
	}
	*identity = listener->is_unix ? unix_identity(listener, fd, name)
				      : tcp_identity(&sa, name);
	if (*identity == NULL) {
		(void)close(fd);
		errno = ENOMEM;
		return -1;
	}
	return fd;
}
