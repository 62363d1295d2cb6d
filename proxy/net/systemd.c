/* SPDX-License-Identifier: Apache-2.0 */
#include "net/systemd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define FIRST_FD 3

/* How many descriptors are for this process. */
static long
count_fds(void)
{
	const char *pid = getenv("LISTEN_PID"), *fds = getenv("LISTEN_FDS");

	if (pid == NULL || fds == NULL || strtol(pid, NULL, 10) != getpid())
		return 0;
	return strtol(fds, NULL, 10);
}

/* Is the i-th of the colon-separated names this one? */
static bool
name_is(const char *names, long i, const char *name)
{
	for (; names != NULL && i > 0; i--) {
		names = strchr(names, ':');
		if (names != NULL)
			names++;
	}
	return names != NULL && strlen(name) == strcspn(names, ":") &&
	    strncmp(names, name, strlen(name)) == 0;
}

static bool
is_listening(int fd)
{
	int listening = 0;
	socklen_t len = sizeof(listening);

	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &len) ==
	    0 &&
	    listening != 0;
}

/* Ours to close: a reload may open the socket anew before it lets go of the one
 * before. */
static int
own_copy(int fd, struct errmsg *err)
{
	int copy = -1;

	if (fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 &&
	    fcntl(fd, F_SETFL, O_RDWR | O_NONBLOCK) == 0)
		copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (copy < 0)
		(void)errmsg_set(err, "fcntl: %s", strerror(errno));
	return copy;
}

int
systemd_listen_fd(const char *name, struct errmsg *err)
{
	const char *names = getenv("LISTEN_FDNAMES");
	long n = count_fds();

	for (long i = 0; i < n; i++) {
		int fd = FIRST_FD + (int)i;

		if (!(*name == '\0' && n == 1) && !name_is(names, i, name))
			continue;
		if (!is_listening(fd)) {
			(void)errmsg_set(err,
			    "the descriptor \"%s\" is not a listening socket",
			    name);
			return -1;
		}
		return own_copy(fd, err);
	}
	(void)errmsg_set(
	    err, "the service manager gave no socket \"%s\"", name);
	return -1;
}
