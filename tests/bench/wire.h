/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire -- sockets of the bench's programs: a connection is read and written
 * alike, with TLS or without.  These are tools: what cannot work ends the
 * program with a message, by die().
 */
#ifndef BENCH_WIRE_H
#define BENCH_WIRE_H

#include <openssl/ssl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>

struct address {
	struct sockaddr_storage name;
	socklen_t len;
};

/* All zero but for fd: a plain connection. */
struct wire {
	int fd;
	SSL *ssl;
	uint32_t blocked; /* EPOLLIN or EPOLLOUT: what the last EAGAIN is for */
	uint32_t armed; /* what epoll watches for */
	bool watched;
};

_Noreturn void die(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/* unix:///path or tcp://address:port */
struct address address_of(const char *text);

/* Non-blocking, and quick to answer on TCP. */
int wire_listen(const char *text);
int wire_accept(int listener); /* -1: none */

/* Non-blocking; -1 with EAGAIN if the other side's queue is full. */
int wire_dial(const struct address *to);

/* "certificate,key,ca": each side shows one and wants one.  NULL: no TLS. */
SSL_CTX *wire_tls(const char *files, bool server);
void wire_open(struct wire *wire, int fd, SSL_CTX *tls, bool server);
void wire_close(struct wire *wire);

/* As read(2) and write(2), handshake included; -1 with EAGAIN says in
 * wire->blocked what to wait for. */
ssize_t wire_read(struct wire *wire, void *buf, size_t len);
ssize_t wire_write(struct wire *wire, const void *buf, size_t len);

/* No more comes from us; what the other side sends is still read. */
void wire_end(struct wire *wire);

/* Have epoll watch for these; costs a call only where that is new. */
void wire_arm(struct wire *wire, int epoll, uint32_t events, void *arg);

/* As many descriptors as the system lets us have. */
void raise_descriptors(void);

#endif
