/* SPDX-License-Identifier: Apache-2.0 */
/*
 * address -- "unix:///run/docker.sock" or "tcp://127.0.0.1:2375": where to
 * listen or connect.  Hosts are literals or "localhost"; nothing is looked up.
 */
#ifndef NET_ADDRESS_H
#define NET_ADDRESS_H

#include <sys/socket.h>

#include "errmsg.h"

struct address {
	char text[128]; /* as it was given */
	struct sockaddr_storage sa;
	socklen_t len;
};

MUST_CHECK bool address_parse(
    const char *text, struct address *address, struct errmsg *err);

bool address_is_unix(const struct address *address);
bool address_is_loopback(const struct address *address);

/* The path of a unix address. */
const char *address_path(const struct address *address);

/* A non-blocking socket that is connected, or *connecting.  -1 with errno
 * (EAGAIN: try again) and the reason. */
int address_connect(
    const struct address *address, bool *connecting, struct errmsg *err);

/* "10.0.0.7" and the port of a peer. */
void address_peer(
    const struct sockaddr_storage *sa, char *host, size_t size, int *port);

#endif
