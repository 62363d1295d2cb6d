/* SPDX-License-Identifier: Apache-2.0 */
#include "net/sieve.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "json_read.h"
#include "limit.h"
#include "net/errand.h"
#include "net/io.h"
#include "net/spawn.h"

struct sieve {
	struct io *data, *control;
	uint32_t number; /* for the supervisor; 0: none was asked for */
	enum sieve_state state;
	json_t *verdict;
	sieve_fn *fn;
	void *arg;
};

static unsigned running;

/* --- what it says --------------------------------------------------------- */

static enum sieve_state
state_of(const json_t *verdict)
{
	const char *word = json_string_value(
	    json_object_get(verdict, "verdict"));

	if (word != NULL && strcmp(word, "pass") == 0)
		return SIEVE_PASSED;
	return word != NULL && strcmp(word, "deny") == 0 ? SIEVE_DENIED
							 : SIEVE_FAILED;
}

/* A verdict of the right shape, or NULL: whoever breaks into the sieve shall not
 * write what he likes into the record. */
static json_t *
read_verdict(const struct queue *in)
{
	const char *verdict, *entry, *reason;
	json_int_t entries, nbytes, changed;
	struct errmsg ignored;
	json_t *said = in->len == 0 ? NULL
				    : json_read(queue_bytes(in), in->len,
					  &json_limits_default, &ignored);

	if (said != NULL &&
	    json_unpack(said, "{s:s, s:s, s:s, s:I, s:I, s:I !}", "verdict",
		&verdict, "entry", &entry, "reason", &reason, "entries",
		&entries, "bytes", &nbytes, "changed", &changed) != 0) {
		json_decref(said);
		said = NULL;
	}
	return said;
}

/* It has said all, or has gone. */
static void
take_verdict(struct sieve *sieve)
{
	if (sieve->state != SIEVE_WORKING)
		return;
	sieve->verdict = read_verdict(io_in(sieve->control));
	sieve->state = state_of(sieve->verdict);
	io_read(sieve->control, false);
}

static void
on_control(void *arg, enum io_event event)
{
	struct sieve *sieve = arg;
	size_t len = io_in(sieve->control)->len;

	switch (event) {
	case IO_READY:
	case IO_DRAINED:
	case IO_DEAF:
		return;
	case IO_INPUT:
		/* A verdict is whole when its sender has ended. */
		if (len <= LIMIT_SIEVE_VERDICT)
			return;
		break;
	case IO_EOF:
	case IO_ERROR:
		break;
	}
	take_verdict(sieve);
	sieve->fn(sieve->arg);
}

/* What becomes of it, the verdict says. */
static void
on_data(void *arg, enum io_event event)
{
	struct sieve *sieve = arg;

	if (event == IO_ERROR)
		io_read(sieve->data, false);
	sieve->fn(sieve->arg);
}

/* --- starting ------------------------------------------------------------- */

/* Both ends of a connection; the child's is none of those that it will have
 * under another number. */
static bool
make_pair(int *ours, int *theirs)
{
	int both[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, both) != 0)
		return false;
	*ours = both[0];
	*theirs = fcntl(both[1], F_DUPFD_CLOEXEC, 3);
	(void)close(both[1]);
	/* Not fcntl(2), see syscalls.c. */
	if (*theirs >= 0 && ioctl(*ours, FIONBIO, &(int){1}) == 0)
		return true;
	(void)close(*ours);
	if (*theirs >= 0)
		(void)close(*theirs);
	*ours = *theirs = -1;
	return false;
}

/* Give it its rules. */
static bool
send_rules(struct sieve *sieve, const json_t *rules)
{
	char *line = json_dumps(rules, JSON_COMPACT);
	struct queue *out = io_out(sieve->control);
	size_t len = line == NULL ? 0 : strlen(line);
	bool sent = line != NULL && len + 1 < LIMIT_SIEVE_RULES &&
	    queue_add(out, line, len) && queue_add(out, "\n", 1);

	free(line);
	io_flush(sieve->control);
	io_read(sieve->control, true);
	return sent;
}

/* The loop's side of the sockets; both are taken. */
static bool
watch(struct sieve *sieve, struct event_base *base, int data, int control)
{
	sieve->data = io_new(base, data, NULL, false, on_data, sieve);
	sieve->control = io_new(base, control, NULL, false, on_control, sieve);
	return sieve->data != NULL && sieve->control != NULL;
}

static bool
start(struct sieve *sieve, struct event_base *base, struct errmsg *err)
{
	static uint32_t last;
	int data = -1, control = -1, theirs[2] = {-1, -1};

	if (!spawn_is_open())
		return errmsg_set(err, "sockwarden-sieve is not installed");
	if (make_pair(&data, &theirs[0]) && make_pair(&control, &theirs[1]) &&
	    errand_start_sieve(last + 1, theirs[0], theirs[1]))
		sieve->number = ++last;
	else
		(void)errmsg_set(err, "%s", strerror(errno));
	for (size_t i = 0; i < 2; i++) {
		if (theirs[i] >= 0)
			(void)close(theirs[i]);
	}
	if (sieve->number != 0)
		return watch(sieve, base, data, control) || errmsg_nomem(err);
	if (data >= 0)
		(void)close(data);
	if (control >= 0)
		(void)close(control);
	return false;
}

struct sieve *
sieve_start(struct event_base *base, const json_t *rules, sieve_fn *fn,
    void *arg, struct errmsg *err)
{
	struct sieve *sieve;

	if (running >= LIMIT_SIEVES) {
		(void)errmsg_set(
		    err, "too many uploads are being judged; try again");
		return NULL;
	}
	sieve = calloc(1, sizeof(*sieve));
	(void)errmsg_nomem(err);
	if (sieve == NULL)
		return NULL;
	running++;
	sieve->state = SIEVE_WORKING;
	sieve->fn = fn;
	sieve->arg = arg;
	if (start(sieve, base, err) &&
	    (send_rules(sieve, rules) || errmsg_nomem(err)))
		return sieve;
	(void)errmsg_prefix(err, "the upload cannot be judged");
	sieve_close(sieve);
	return NULL;
}

struct io *
sieve_io(struct sieve *sieve)
{
	return sieve->data;
}

enum sieve_state
sieve_state(const struct sieve *sieve)
{
	return sieve->state;
}

json_t *
sieve_verdict(const struct sieve *sieve)
{
	return sieve->verdict;
}

/* It holds nothing that it would have to put away, and dies at once. */
void
sieve_close(struct sieve *sieve)
{
	if (sieve == NULL)
		return;
	if (sieve->number != 0)
		errand_end_sieve(sieve->number);
	running--;
	io_close(sieve->data);
	io_close(sieve->control);
	json_decref(sieve->verdict);
	free(sieve);
}
