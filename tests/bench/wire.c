/* SPDX-License-Identifier: Apache-2.0 */
#include "wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/un.h>
#include <unistd.h>

#include <openssl/err.h>

void
die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

/* --- addresses -------------------------------------------------------------- */

static bool
unix_address(const char *path, struct address *to)
{
	struct sockaddr_un name = {.sun_family = AF_UNIX};

	if (strlen(path) >= sizeof(name.sun_path))
		return false;
	memcpy(name.sun_path, path, strlen(path));
	memcpy(&to->name, &name, sizeof(name));
	to->len = sizeof(name);
	return true;
}

static bool
tcp_address(const char *text, struct address *to)
{
	struct sockaddr_in name = {.sin_family = AF_INET};
	char host[INET_ADDRSTRLEN];
	const char *colon = strchr(text, ':');

	if (colon == NULL || (size_t)(colon - text) >= sizeof(host))
		return false;
	memcpy(host, text, (size_t)(colon - text));
	host[colon - text] = '\0';
	name.sin_port = htons((uint16_t)strtoul(colon + 1, NULL, 10));
	memcpy(&to->name, &name, sizeof(name));
	to->len = sizeof(name);
	return inet_pton(AF_INET, host,
		   &((struct sockaddr_in *)&to->name)->sin_addr) == 1;
}

struct address
address_of(const char *text)
{
	struct address to = {.len = 0};

	if (text != NULL && strncmp(text, "unix://", 7) == 0 &&
	    unix_address(text + 7, &to))
		return to;
	if (text != NULL && strncmp(text, "tcp://", 6) == 0 &&
	    tcp_address(text + 6, &to))
		return to;
	die("%s: want unix:///path or tcp://address:port",
	    text == NULL ? "no address" : text);
}

/* --- sockets ---------------------------------------------------------------- */

static void
no_delay(int fd, const struct address *at)
{
	int one = 1;

	if (at->name.ss_family == AF_INET)
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
}

static int
open_socket(const struct address *at)
{
	int fd = socket(
	    at->name.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		die("socket: %s", strerror(errno));
	no_delay(fd, at);
	return fd;
}

int
wire_listen(const char *text)
{
	struct address at = address_of(text);
	int one = 1, fd = open_socket(&at);

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)&at.name, at.len) != 0 ||
	    listen(fd, SOMAXCONN) != 0)
		die("%s: %s", text, strerror(errno));
	return fd;
}

int
wire_accept(int listener)
{
	struct address from = {.len = sizeof(from.name)};
	int fd = accept4(listener, (struct sockaddr *)&from.name, &from.len,
	    SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd >= 0)
		no_delay(fd, &from);
	return fd;
}

int
wire_dial(const struct address *to)
{
	int fd = open_socket(to);

	if (connect(fd, (const struct sockaddr *)&to->name, to->len) == 0 ||
	    errno == EINPROGRESS)
		return fd;
	close(fd);
	errno = EAGAIN;
	return -1;
}

/* --- TLS -------------------------------------------------------------------- */

SSL_CTX *
wire_tls(const char *files, bool server)
{
	SSL_CTX *tls;
	char *text, *certificate, *key, *ca;

	if (files == NULL)
		return NULL;
	tls = SSL_CTX_new(server ? TLS_server_method() : TLS_client_method());
	text = strdup(files);
	certificate = text;
	key = text == NULL ? NULL : strchr(text, ',');
	ca = key == NULL ? NULL : strchr(key + 1, ',');
	if (tls == NULL || ca == NULL)
		die("%s: want CERTIFICATE,KEY,CA", files);
	*key++ = '\0';
	*ca++ = '\0';
	if (SSL_CTX_use_certificate_chain_file(tls, certificate) != 1 ||
	    SSL_CTX_use_PrivateKey_file(tls, key, SSL_FILETYPE_PEM) != 1 ||
	    SSL_CTX_load_verify_locations(tls, ca, NULL) != 1)
		die("%s: cannot be used", files);
	free(text);
	SSL_CTX_set_verify(
	    tls, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	SSL_CTX_set_session_cache_mode(tls, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_num_tickets(tls, 0);
	SSL_CTX_set_options(tls, SSL_OP_NO_TICKET);
	SSL_CTX_set_mode(tls,
	    SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
		SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	return tls;
}

void
wire_open(struct wire *wire, int fd, SSL_CTX *tls, bool server)
{
	*wire = (struct wire){.fd = fd};
	if (tls == NULL)
		return;
	wire->ssl = SSL_new(tls);
	if (wire->ssl == NULL || SSL_set_fd(wire->ssl, fd) != 1)
		die("no memory for TLS");
	if (server)
		SSL_set_accept_state(wire->ssl);
	else
		SSL_set_connect_state(wire->ssl);
}

void
wire_close(struct wire *wire)
{
	SSL_free(wire->ssl);
	if (wire->fd >= 0)
		close(wire->fd);
	*wire = (struct wire){.fd = -1};
}

/* What an SSL_read or SSL_write has to say, in the words of read(2). */
static ssize_t
tls_result(struct wire *wire, int result)
{
	int error = SSL_get_error(wire->ssl, result);

	if (error == SSL_ERROR_NONE)
		return result;
	if (error == SSL_ERROR_ZERO_RETURN)
		return 0;
	errno = EAGAIN;
	if (error == SSL_ERROR_WANT_READ)
		wire->blocked = EPOLLIN;
	else if (error == SSL_ERROR_WANT_WRITE)
		wire->blocked = EPOLLOUT;
	else
		errno = EPROTO;
	return -1;
}

static int
clip(size_t len)
{
	return len > INT32_MAX ? INT32_MAX : (int)len;
}

ssize_t
wire_read(struct wire *wire, void *buf, size_t len)
{
	if (wire->ssl == NULL) {
		wire->blocked = EPOLLIN;
		return read(wire->fd, buf, len);
	}
	ERR_clear_error();
	return tls_result(wire, SSL_read(wire->ssl, buf, clip(len)));
}

ssize_t
wire_write(struct wire *wire, const void *buf, size_t len)
{
	if (wire->ssl == NULL) {
		wire->blocked = EPOLLOUT;
		return send(wire->fd, buf, len, MSG_NOSIGNAL);
	}
	ERR_clear_error();
	return tls_result(wire, SSL_write(wire->ssl, buf, clip(len)));
}

void
wire_end(struct wire *wire)
{
	if (wire->ssl != NULL)
		SSL_shutdown(wire->ssl);
	else
		shutdown(wire->fd, SHUT_WR);
}

/* --- waiting ---------------------------------------------------------------- */

void
wire_arm(struct wire *wire, int epoll, uint32_t events, void *arg)
{
	struct epoll_event event = {.events = events, .data.ptr = arg};
	int how = wire->watched ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;

	if (wire->watched && wire->armed == events)
		return;
	if (epoll_ctl(epoll, how, wire->fd, &event) != 0)
		die("epoll_ctl: %s", strerror(errno));
	wire->armed = events;
	wire->watched = true;
}

void
raise_descriptors(void)
{
	struct rlimit limit;

	signal(SIGPIPE, SIG_IGN);
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}
