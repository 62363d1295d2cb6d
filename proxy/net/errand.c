/* SPDX-License-Identifier: Apache-2.0 */
#include "net/errand.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/queue.h>
#include <unistd.h>

#include "net/channel.h"

struct errand {
	TAILQ_ENTRY(errand) entry;
	errand_fn *fn; /* NULL: nobody wants it any more */
	void *arg;
};

/* Answers come in the order of the questions. */
static TAILQ_HEAD(errand_list, errand) waiting = TAILQ_HEAD_INITIALIZER(
    waiting);
static int channel = -1;

void
errand_open(int fd)
{
	channel = fd;
}

struct errand *
errand_connect(const char *address, errand_fn *fn, void *arg)
{
	struct errand *errand = calloc(1, sizeof(*errand));
	struct message message = {.kind = MESSAGE_CONNECT};

	if (errand == NULL)
		return NULL;
	(void)snprintf(message.text, sizeof(message.text), "%s", address);
	if (!channel_send(channel, &message, NULL, 0)) {
		free(errand);
		return NULL;
	}
	errand->fn = fn;
	errand->arg = arg;
	TAILQ_INSERT_TAIL(&waiting, errand, entry);
	return errand;
}

void
errand_cancel(struct errand *errand)
{
	if (errand != NULL)
		errand->fn = NULL;
}

void
errand_told(const struct message *message, int fd)
{
	struct errand *errand = TAILQ_FIRST(&waiting);
	errand_fn *fn = errand == NULL ? NULL : errand->fn;
	void *arg = errand == NULL ? NULL : errand->arg;
	int error = (int)message->number;

	if (errand != NULL)
		TAILQ_REMOVE(&waiting, errand, entry);
	free(errand);
	/* It was connected, and there was no room for the descriptor. */
	if (fd < 0 && error == 0)
		error = EMFILE;
	if (fn != NULL)
		fn(arg, fd, message->kind == MESSAGE_CONNECTING, error);
	else if (fd >= 0)
		(void)close(fd);
}

bool
errand_start_sieve(uint32_t number, int data, int control)
{
	struct message message = {.kind = MESSAGE_SIEVE, .number = number};
	int fds[2] = {data, control};

	return channel_send(channel, &message, fds, 2);
}

/* Should this be lost, the sieve ends by itself: its sockets are closed. */
void
errand_end_sieve(uint32_t number)
{
	(void)channel_say(channel, MESSAGE_SIEVE_END, number, -1);
}

/* Should this be lost, the next record that cannot be written asks again. */
void
errand_reopen_audit(void)
{
	(void)channel_say(channel, MESSAGE_LOST, 0, -1);
}
