/* SPDX-License-Identifier: Apache-2.0 */
#include "net/channel.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Room for the descriptors of one message. */
union control {
	struct cmsghdr header;
	char bytes[CMSG_SPACE(MESSAGE_FDS * sizeof(int))];
};

bool
channel_pair(int ends[2])
{
	return socketpair(AF_UNIX,
		   SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) == 0;
}

bool
channel_send(int fd, const struct message *message, const int *fds, size_t n)
{
	/* sendmsg(2) wants what it only reads to be writable. */
	struct message copy = *message;
	struct iovec part = {.iov_base = &copy, .iov_len = sizeof(copy)};
	struct msghdr header = {.msg_iov = &part, .msg_iovlen = 1};
	union control control;
	ssize_t sent;

	if (n > MESSAGE_FDS) {
		errno = E2BIG;
		return false;
	}
	if (n > 0) {
		memset(&control, 0, CMSG_SPACE(n * sizeof(int)));
		header.msg_control = control.bytes;
		header.msg_controllen = CMSG_SPACE(n * sizeof(int));
		control.header.cmsg_level = SOL_SOCKET;
		control.header.cmsg_type = SCM_RIGHTS;
		control.header.cmsg_len = CMSG_LEN(n * sizeof(int));
		memcpy(CMSG_DATA(&control.header), fds, n * sizeof(int));
	}
	do
		sent = sendmsg(fd, &header, MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	return sent == (ssize_t)sizeof(copy);
}

bool
channel_say(int fd, enum message_kind kind, uint32_t number, int with)
{
	struct message message = {.kind = kind, .number = number};

	return channel_send(fd, &message, &with, with < 0 ? 0 : 1);
}

/* Take the descriptors out of it; those beyond size are closed.  False if there
 * were any. */
static bool
take_fds(struct msghdr *header, int *fds, size_t size, size_t *n)
{
	struct cmsghdr *part = CMSG_FIRSTHDR(header);
	bool all = true;

	*n = 0;
	for (; part != NULL; part = CMSG_NXTHDR(header, part)) {
		size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		int received[MESSAGE_FDS];

		if (part->cmsg_level != SOL_SOCKET ||
		    part->cmsg_type != SCM_RIGHTS)
			continue;
		memcpy(received, CMSG_DATA(part), count * sizeof(int));
		for (size_t i = 0; i < count; i++) {
			if (*n < size) {
				fds[(*n)++] = received[i];
				continue;
			}
			(void)close(received[i]);
			all = false;
		}
	}
	return all;
}

static void
close_all(int *fds, size_t *n)
{
	while (*n > 0)
		(void)close(fds[--*n]);
}

enum channel_result
channel_receive(
    int fd, struct message *message, int *fds, size_t size, size_t *n)
{
	struct iovec part = {.iov_base = message, .iov_len = sizeof(*message)};
	union control control;
	struct msghdr header = {.msg_iov = &part,
	    .msg_iovlen = 1,
	    .msg_control = control.bytes,
	    .msg_controllen = sizeof(control.bytes)};
	ssize_t got;
	bool all;

	*n = 0;
	do
		got = recvmsg(fd, &header, MSG_CMSG_CLOEXEC);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return errno == EAGAIN ? CHANNEL_EMPTY : CHANNEL_ENDED;
	all = take_fds(&header, fds, size, n);
	/* There was no room for all of them in our table. */
	if ((header.msg_flags & MSG_CTRUNC) != 0)
		close_all(fds, n);
	if (all && got == (ssize_t)sizeof(*message) &&
	    (header.msg_flags & MSG_TRUNC) == 0) {
		message->text[sizeof(message->text) - 1] = '\0';
		return CHANNEL_MESSAGE;
	}
	close_all(fds, n);
	return CHANNEL_ENDED;
}
