/* SPDX-License-Identifier: Apache-2.0 */
#include "net/address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

static bool
parse_unix(const char *path, struct address *address, struct errmsg *err)
{
	struct sockaddr_un *sun = (struct sockaddr_un *)&address->sa;

	if (path[0] != '/')
		return errmsg_set(
		    err, "want an absolute path: unix:///path/to/socket");
	if (strlen(path) >= sizeof(sun->sun_path))
		return errmsg_set(err, "a socket's path has at most %zu bytes",
		    sizeof(sun->sun_path) - 1);
	sun->sun_family = AF_UNIX;
	(void)snprintf(sun->sun_path, sizeof(sun->sun_path), "%s", path);
	address->len = sizeof(*sun);
	return true;
}

static bool
parse_port(const char *text, in_port_t *port)
{
	char *end;
	long n = strtol(text, &end, 10);

	if (*text < '1' || *text > '9' || end == text || *end != '\0' ||
	    n < 1 || n > 65535)
		return false;
	*port = htons((in_port_t)n);
	return true;
}

static bool
set_host(const char *host, in_port_t port, struct address *address)
{
	struct sockaddr_in *sin = (struct sockaddr_in *)&address->sa;
	struct sockaddr_in6 *sin6 = (struct sockaddr_in6 *)&address->sa;

	if (strcmp(host, "localhost") == 0)
		host = "127.0.0.1";
	if (inet_pton(AF_INET, host, &sin->sin_addr) == 1) {
		sin->sin_family = AF_INET;
		sin->sin_port = port;
		address->len = sizeof(*sin);
		return true;
	}
	if (inet_pton(AF_INET6, host, &sin6->sin6_addr) != 1)
		return false;
	sin6->sin6_family = AF_INET6;
	sin6->sin6_port = port;
	address->len = sizeof(*sin6);
	return true;
}

static bool
parse_tcp(const char *text, struct address *address, struct errmsg *err)
{
	char host[64];
	const char *colon = strrchr(text, ':');
	size_t len = colon == NULL ? 0 : (size_t)(colon - text);
	in_port_t port;
	bool bracketed = len > 2 && text[0] == '[' && text[len - 1] == ']';

	if (bracketed) {
		text++;
		len -= 2;
	}
	/* "::1:2376" could be an address without a port. */
	if (len == 0 || len >= sizeof(host) || !parse_port(colon + 1, &port) ||
	    (memchr(text, ':', len) != NULL) != bracketed)
		return errmsg_set(err, "want tcp://address:port");
	(void)snprintf(host, sizeof(host), "%.*s", (int)len, text);
	return set_host(host, port, address) ||
	    errmsg_set(
		err, "want an IP address or \"localhost\", not \"%s\"", host);
}

bool
address_parse(const char *text, struct address *address, struct errmsg *err)
{
	memset(address, 0, sizeof(*address));
	if (strlen(text) >= sizeof(address->text))
		return errmsg_set(err,
		    "the address is too long: a socket's path has at most %zu "
		    "bytes",
		    sizeof(((struct sockaddr_un *)NULL)->sun_path) - 1);
	(void)snprintf(address->text, sizeof(address->text), "%s", text);
	if (strncmp(text, "unix://", 7) == 0)
		return parse_unix(text + 7, address, err);
	if (strncmp(text, "tcp://", 6) == 0)
		return parse_tcp(text + 6, address, err);
	return errmsg_set(err, "want unix:///path or tcp://address:port");
}

bool
address_is_unix(const struct address *address)
{
	return address->sa.ss_family == AF_UNIX;
}

bool
address_is_loopback(const struct address *address)
{
	const struct sockaddr_in *sin =
	    (const struct sockaddr_in *)&address->sa;
	const struct sockaddr_in6 *sin6 =
	    (const struct sockaddr_in6 *)&address->sa;

	if (address->sa.ss_family == AF_INET)
		return ntohl(sin->sin_addr.s_addr) >> 24 == 127;
	return address->sa.ss_family == AF_INET6 &&
	    IN6_IS_ADDR_LOOPBACK(&sin6->sin6_addr);
}

const char *
address_path(const struct address *address)
{
	return ((const struct sockaddr_un *)&address->sa)->sun_path;
}

int
address_connect(
    const struct address *address, bool *connecting, struct errmsg *err)
{
	int fd = socket(address->sa.ss_family,
	    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int one = 1, error;

	*connecting = false;
	if (fd >= 0 && !address_is_unix(address))
		(void)setsockopt(
		    fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (fd >= 0 &&
	    connect(fd, (const struct sockaddr *)&address->sa, address->len) ==
		0)
		return fd;
	error = errno;
	if (fd >= 0 && error == EINPROGRESS) {
		*connecting = true;
		return fd;
	}
	(void)errmsg_set(err, "%s", strerror(error));
	if (fd >= 0)
		(void)close(fd);
	errno = error;
	return -1;
}

void
address_peer(
    const struct sockaddr_storage *sa, char *host, size_t size, int *port)
{
	const struct sockaddr_in *sin = (const struct sockaddr_in *)sa;
	const struct sockaddr_in6 *sin6 = (const struct sockaddr_in6 *)sa;

	host[0] = '\0';
	*port = 0;
	if (sa->ss_family == AF_INET) {
		(void)inet_ntop(AF_INET, &sin->sin_addr, host, (socklen_t)size);
		*port = ntohs(sin->sin_port);
	} else if (sa->ss_family == AF_INET6) {
		(void)inet_ntop(
		    AF_INET6, &sin6->sin6_addr, host, (socklen_t)size);
		*port = ntohs(sin6->sin6_port);
	}
}
