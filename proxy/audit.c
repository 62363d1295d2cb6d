/* SPDX-License-Identifier: Apache-2.0 */
#include "audit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct audit {
	char *path;
	int fd;
	bool torn; /* the last line has no end */
};

/* Does the file end in the middle of a line? */
static bool
ends_torn(int fd)
{
	struct stat st;
	char last;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 &&
	    pread(fd, &last, 1, st.st_size - 1) == 1 && last != '\n';
}

static int
open_log(const char *path, struct errmsg *err)
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
	return fd;
}

struct audit *
audit_from_fd(const char *path, int fd, struct errmsg *err)
{
	struct audit *audit = calloc(1, sizeof(*audit));

	if (audit == NULL) {
		(void)errmsg_nomem(err);
		(void)close(fd);
		return NULL;
	}
	audit->fd = fd;
	audit->torn = ends_torn(fd);
	audit->path = strdup(path);
	if (audit->path != NULL)
		return audit;
	(void)errmsg_nomem(err);
	audit_close(audit);
	return NULL;
}

struct audit *
audit_open(const char *path, struct errmsg *err)
{
	int fd = open_log(path, err);

	return fd < 0 ? NULL : audit_from_fd(path, fd, err);
}

void
audit_close(struct audit *audit)
{
	if (audit == NULL)
		return;
	if (audit->fd >= 0)
		(void)close(audit->fd);
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
	audit->torn = ends_torn(fd);
}

bool
audit_reopen(struct audit *audit, struct errmsg *err)
{
	int fd = open_log(audit->path, err);

	if (fd >= 0)
		audit_take_fd(audit, fd);
	return fd >= 0;
}

bool
audit_write(struct audit *audit, const json_t *record, struct errmsg *err)
{
	char *text = json_dumps(record, JSON_COMPACT | JSON_ENSURE_ASCII);
	char *line = NULL;
	int len;
	ssize_t n;

	if (text == NULL)
		return errmsg_nomem(err);
	len = asprintf(&line, "%s%s\n", audit->torn ? "\n" : "", text);
	free(text);
	if (len < 0)
		return errmsg_nomem(err);
	do
		n = write(audit->fd, line, (size_t)len);
	while (n < 0 && errno == EINTR);
	free(line);
	if (n == len) {
		audit->torn = false;
		return true;
	}
	if (n > 0) {
		audit->torn = true;
		return errmsg_set(
		    err, "the audit log took only %zd of %d bytes", n, len);
	}
	return errmsg_set(
	    err, "cannot write the audit log: %s", strerror(errno));
}

void
audit_time(char text[AUDIT_TIME_SIZE])
{
	struct timespec now;
	struct tm tm;
	size_t len;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	len = strftime(text, AUDIT_TIME_SIZE, "%Y-%m-%dT%H:%M:%S",
	    gmtime_r(&now.tv_sec, &tm));
	(void)snprintf(text + len, AUDIT_TIME_SIZE - len, ".%03ldZ",
	    now.tv_nsec / 1000000);
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
	(void)snprintf(text, AUDIT_ID_SIZE, "%016llx%08x", base, count);
}
