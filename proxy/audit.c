/* SPDX-License-Identifier: Apache-2.0 */
#include "audit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

TAILQ_HEAD(wait_list, audit_wait);

struct audit {
	char *path;
	int fd;
	struct audit_tears own, *tears; /* of the last line in the file */
	struct buffer batch; /* whole lines, and the one being put together */
	size_t begun; /* where in the batch that one begins */
	struct wait_list waiting; /* for the lines of the batch, in order */
	struct wait_list untold; /* their lines are written, or lost */
	bool durable;
	bool is_pending;
	void (*pending)(void *arg);
	void *pending_arg;
	void (*lost)(void *arg);
	void *lost_arg;
};

/* Where a turn of the loop brings more, it is written before the turn's end. */
#define BATCH_MAX (256 * 1024)

/* Does the file end in the middle of a line? */
static bool
ends_torn(int fd)
{
	struct stat st;
	char last;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 &&
	    pread(fd, &last, 1, st.st_size - 1) == 1 && last != '\n';
}

static void
tear(struct audit *audit)
{
	(void)__atomic_add_fetch(&audit->tears->made, 1, __ATOMIC_SEQ_CST);
}

void
audit_look(struct audit *audit)
{
	if (ends_torn(audit->fd))
		tear(audit);
}

void
audit_share_tears(struct audit *audit, struct audit_tears *tears)
{
	bool torn = audit->tears->made != audit->tears->mended;

	if (audit->tears == tears)
		return;
	audit->tears = tears;
	if (torn)
		tear(audit);
}

/* A file's name is in its folder, and that on disk, too. */
static bool
sync_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash == NULL
	    ? strdup(".")
	    : strndup(path, (size_t)(slash - path) + 1);
	int fd = folder == NULL ? -1 : open(folder, O_RDONLY | O_CLOEXEC);
	bool synced = fd >= 0 && fsync(fd) == 0;

	free(folder);
	if (fd >= 0)
		(void)close(fd);
	return synced;
}

static int
open_log(const char *path, bool durable, struct errmsg *err)
{
	int fd;

	if (strcmp(path, "-") == 0)
		return dup(STDOUT_FILENO);
	/* A link could point the record into another file. */
	fd = open(path,
	    O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY,
	    0640);
	if (fd < 0 && errno == EACCES)
		fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		(void)errmsg_set(
		    err, "cannot open \"%s\": %s", path, strerror(errno));
	if (fd < 0 || !durable || sync_folder(path))
		return fd;
	(void)errmsg_set(err, "cannot bring the folder of \"%s\" to disk: %s",
	    path, strerror(errno));
	(void)close(fd);
	return -1;
}

struct audit *
audit_from_fd(const char *path, int fd, bool durable, struct errmsg *err)
{
	struct audit *audit = calloc(1, sizeof(*audit));

	if (audit == NULL) {
		(void)errmsg_nomem(err);
		(void)close(fd);
		return NULL;
	}
	TAILQ_INIT(&audit->waiting);
	TAILQ_INIT(&audit->untold);
	audit->fd = fd;
	audit->durable = durable;
	audit->tears = &audit->own;
	audit_look(audit);
	audit->path = strdup(path);
	if (audit->path != NULL)
		return audit;
	(void)errmsg_nomem(err);
	audit_close(audit);
	return NULL;
}

struct audit *
audit_open(const char *path, bool durable, struct errmsg *err)
{
	int fd = open_log(path, durable, err);

	return fd < 0 ? NULL : audit_from_fd(path, fd, durable, err);
}

/* --- writing -------------------------------------------------------------- */

/* Another file, after a rotation, has nothing to end. */
static bool
is_empty(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size == 0;
}

/* The batch; before it, with the same write(2), the end of a line that was cut
 * short, so that no process can come between.  How much of the batch is in the
 * file, or -1. */
static ssize_t
write_bytes(struct audit *audit)
{
	struct audit_tears *tears = audit->tears;
	unsigned made = __atomic_load_n(&tears->made, __ATOMIC_SEQ_CST);
	bool torn = made != __atomic_load_n(&tears->mended, __ATOMIC_SEQ_CST);
	size_t end = torn && !is_empty(audit->fd) ? 1 : 0;
	char newline = '\n';
	struct iovec parts[2] = {{.iov_base = &newline, .iov_len = end},
	    {.iov_base = audit->batch.bytes, .iov_len = audit->batch.len}};
	ssize_t n;

	do
		n = writev(audit->fd, parts, 2);
	while (n < 0 && errno == EINTR);
	if (!torn || n <= 0)
		return n;
	__atomic_store_n(&tears->mended, made, __ATOMIC_SEQ_CST);
	return n - (ssize_t)end;
}

/* The first n bytes of the batch are in the file, and the first of those are
 * there to stay: settle whose lines these are. */
static void
settle(struct audit *audit, size_t n, size_t sure)
{
	struct audit_wait *wait;

	TAILQ_FOREACH(wait, &audit->waiting, entry)
	{
		wait->written = wait->end <= sure;
	}
	TAILQ_CONCAT(&audit->untold, &audit->waiting, entry);
	if (n > 0 && n < audit->batch.len && audit->batch.bytes[n - 1] != '\n')
		tear(audit);
	buffer_cut(&audit->batch, 0);
	/* An unusual turn's memory is not kept. */
	if (audit->batch.size > BATCH_MAX)
		buffer_done(&audit->batch);
}

bool
audit_is_lost(const struct audit *audit)
{
	struct stat st;

	return strcmp(audit->path, "-") != 0 && fstat(audit->fd, &st) == 0 &&
	    st.st_nlink == 0;
}

void
audit_on_lost(struct audit *audit, void (*lost)(void *arg), void *arg)
{
	audit->lost = lost;
	audit->lost_arg = arg;
}

static bool
ensure_found(struct audit *audit, struct errmsg *err)
{
	if (!audit_is_lost(audit))
		return true;
	if (audit->lost == NULL)
		return audit_reopen(audit, err);
	audit->lost(audit->lost_arg);
	return errmsg_set(err, "the audit log was removed");
}

/* Nobody waits for the lines of calls that are over. */
static bool
sync_batch(const struct audit *audit)
{
	int status;

	if (!audit->durable || TAILQ_EMPTY(&audit->waiting))
		return true;
	do
		status = fdatasync(audit->fd);
	while (status != 0 && errno == EINTR);
	return status == 0;
}

static bool
write_batch(struct audit *audit, struct errmsg *err)
{
	size_t len = audit->batch.len, sure = 0;
	ssize_t n;

	if (len == 0)
		return true;
	/* Who waits wants to know; ends of calls go where their beginnings
	 * went. */
	if (!TAILQ_EMPTY(&audit->waiting) && !ensure_found(audit, err)) {
		settle(audit, 0, 0);
		return false;
	}
	n = write_bytes(audit);
	if (n < 0)
		(void)errmsg_set(
		    err, "cannot write the audit log: %s", strerror(errno));
	else if (!sync_batch(audit))
		(void)errmsg_set(err, "cannot bring the audit log to disk: %s",
		    strerror(errno));
	else
		sure = (size_t)n;
	if (n >= 0 && (size_t)n < len)
		(void)errmsg_set(
		    err, "the audit log took only %zd of %zu bytes", n, len);
	settle(audit, n < 0 ? 0 : (size_t)n, sure);
	return sure == len;
}

bool
audit_flush(struct audit *audit, struct errmsg *err)
{
	bool written = write_batch(audit, err);
	struct audit_wait *wait;

	audit->is_pending = false;
	while ((wait = TAILQ_FIRST(&audit->untold)) != NULL) {
		audit_fn *fn = wait->fn;

		TAILQ_REMOVE(&audit->untold, wait, entry);
		wait->fn = NULL;
		fn(wait->arg, wait->written);
	}
	return written;
}

/* --- lines ---------------------------------------------------------------- */

void
audit_on_pending(struct audit *audit, void (*pending)(void *arg), void *arg)
{
	audit->pending = pending;
	audit->pending_arg = arg;
}

struct buffer *
audit_begin(struct audit *audit)
{
	audit->begun = audit->batch.len;
	return &audit->batch;
}

static void
tell_pending(struct audit *audit)
{
	if (audit->is_pending || audit->pending == NULL)
		return;
	audit->is_pending = true;
	audit->pending(audit->pending_arg);
}

bool
audit_end(struct audit *audit, struct audit_wait *wait, audit_fn *fn, void *arg,
    struct errmsg *err)
{
	bool written = true;

	buffer_add(&audit->batch, "\n", 1);
	if (audit->batch.failed) {
		buffer_cut(&audit->batch, audit->begun);
		return errmsg_nomem(err);
	}
	if (wait != NULL) {
		wait->fn = fn;
		wait->arg = arg;
		wait->end = audit->batch.len;
		TAILQ_INSERT_TAIL(&audit->waiting, wait, entry);
	}
	if (audit->batch.len > BATCH_MAX)
		written = write_batch(audit, err);
	tell_pending(audit);
	return written || wait != NULL;
}

void
audit_forget(struct audit *audit, struct audit_wait *wait)
{
	struct audit_wait *other;

	if (wait->fn == NULL)
		return;
	wait->fn = NULL;
	TAILQ_FOREACH(other, &audit->untold, entry)
	{
		if (other == wait) {
			TAILQ_REMOVE(&audit->untold, wait, entry);
			return;
		}
	}
	TAILQ_REMOVE(&audit->waiting, wait, entry);
}

/* --- ending, and beginning anew ------------------------------------------- */

void
audit_close(struct audit *audit)
{
	struct errmsg err;

	if (audit == NULL)
		return;
	if (audit->fd >= 0) {
		(void)!write_batch(audit, &err);
		(void)close(audit->fd);
	}
	buffer_done(&audit->batch);
	free(audit->path);
	free(audit);
}

int
audit_fd(const struct audit *audit)
{
	return audit->fd;
}

void
audit_take_fd(struct audit *audit, int fd)
{
	(void)close(audit->fd);
	audit->fd = fd;
	audit_look(audit);
}

bool
audit_reopen(struct audit *audit, struct errmsg *err)
{
	int fd = open_log(audit->path, audit->durable, err);

	if (fd >= 0)
		audit_take_fd(audit, fd);
	return fd >= 0;
}

/* --- what lines hold ------------------------------------------------------ */

/* Most calls come in the same second as the one before. */
void
audit_time(char text[AUDIT_TIME_SIZE])
{
	static char seconds[AUDIT_TIME_SIZE];
	static time_t shown = -1;
	struct timespec now;
	struct tm tm;
	long ms;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	if (now.tv_sec != shown) {
		(void)strftime(seconds, sizeof(seconds), "%Y-%m-%dT%H:%M:%S.",
		    gmtime_r(&now.tv_sec, &tm));
		shown = now.tv_sec;
	}
	ms = now.tv_nsec / 1000000;
	memcpy(text, seconds, 20);
	text[20] = (char)('0' + ms / 100);
	text[21] = (char)('0' + ms / 10 % 10);
	text[22] = (char)('0' + ms % 10);
	text[23] = 'Z';
	text[24] = '\0';
}

/* Lower-case hexadecimal, with leading zeros. */
static void
put_hex(char *text, size_t digits, unsigned long long number)
{
	for (size_t i = digits; i > 0; i--) {
		text[i - 1] = "0123456789abcdef"[number & 15];
		number >>= 4;
	}
}

void
audit_id(char text[AUDIT_ID_SIZE])
{
	static unsigned long long base;
	static unsigned count;

	/* A process that cannot get randomness at its start has its time. */
	if (base == 0 && getrandom(&base, sizeof(base), 0) != sizeof(base))
		base = (unsigned long long)time(NULL) << 20 |
		    (unsigned long long)getpid();
	count++;
	put_hex(text, 16, base);
	put_hex(text + 16, 8, count);
	text[AUDIT_ID_SIZE - 1] = '\0';
}
