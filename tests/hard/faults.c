/* SPDX-License-Identifier: Apache-2.0 */
/*
 * faults -- what the kernel and the C library may do to a program at their
 * worst, for LD_PRELOAD: memory that cannot be had, a log that cannot be
 * written, a clock that jumps, a power cut.  The test says what shall happen,
 * and reads what did, in a page that both map: the file $FAULTS (faults.py).
 *
 * The log is what is written to a regular file, but for the standard streams.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

/* faults.py has the same list. */
struct page {
	int64_t countdown; /* allocations until one fails; 0: none does */
	int64_t failures; /* so many fail in a row */
	int64_t failed; /* have failed */
	int64_t live; /* allocations that are not freed */
	int64_t write_error; /* errno of every write to the log */
	int64_t sync_error; /* errno of every sync of the log */
	int64_t tear; /* die in the middle of the so manieth write to the log */
	int64_t durable; /* bytes of the log that survive a power cut */
	int64_t ahead; /* seconds, of the time of day */
};

static struct page nothing;
static struct page *page = &nothing;

/* glibc's own allocator, under the names that it keeps for this. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *memory);

__attribute__((constructor)) static void
map_page(void)
{
	const char *path = getenv("FAULTS");
	int fd = path == NULL ? -1 : open(path, O_RDWR | O_CLOEXEC);
	void *at;

	if (fd < 0)
		return;
	at = mmap(
	    NULL, sizeof(*page), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (at != MAP_FAILED)
		page = at;
	(void)close(fd);
}

static int64_t
add(int64_t *number, int64_t n)
{
	return __atomic_add_fetch(number, n, __ATOMIC_SEQ_CST);
}

static int64_t
look(int64_t *number)
{
	return __atomic_load_n(number, __ATOMIC_SEQ_CST);
}

/* --- memory --------------------------------------------------------------- */

/* Is this the allocation that fails, or one of those after it? */
static bool
fails(void)
{
	int64_t left;

	if (look(&page->countdown) == 0)
		return false;
	left = add(&page->countdown, -1);
	if (left > 0)
		return false;
	(void)add(&page->failed, 1);
	/* The countdown stays at one while more shall fail. */
	if (left == 0 && add(&page->failures, -1) > 0)
		(void)add(&page->countdown, 1);
	errno = ENOMEM;
	return true;
}

static void *
count(void *memory)
{
	if (memory != NULL)
		(void)add(&page->live, 1);
	return memory;
}

void *
malloc(size_t size)
{
	return fails() ? NULL : count(__libc_malloc(size));
}

void *
calloc(size_t n, size_t size)
{
	return fails() ? NULL : count(__libc_calloc(n, size));
}

void *
realloc(void *memory, size_t size)
{
	if (fails())
		return NULL;
	return memory == NULL ? count(__libc_malloc(size))
			      : __libc_realloc(memory, size);
}

int
posix_memalign(void **memory, size_t alignment, size_t size)
{
	void *at = fails() ? NULL : count(__libc_memalign(alignment, size));

	if (at == NULL)
		return ENOMEM;
	*memory = at;
	return 0;
}

void *
aligned_alloc(size_t alignment, size_t size)
{
	return fails() ? NULL : count(__libc_memalign(alignment, size));
}

void
free(void *memory)
{
	if (memory != NULL)
		(void)add(&page->live, -1);
	__libc_free(memory);
}

/* --- the log -------------------------------------------------------------- */

static bool
is_log(int fd, int64_t *size)
{
	struct stat st;

	if (fd <= STDERR_FILENO || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return false;
	*size = st.st_size;
	return true;
}

static size_t
size_of(const struct iovec *parts, int n)
{
	size_t size = 0;

	for (int i = 0; i < n; i++)
		size += parts[i].iov_len;
	return size;
}

static void
write_half(int fd, const struct iovec *parts, int n)
{
	size_t left = size_of(parts, n) / 2;

	for (int i = 0; i < n; i++) {
		size_t len = parts[i].iov_len < left ? parts[i].iov_len : left;

		(void)syscall(SYS_write, fd, parts[i].iov_base, len);
		left -= len;
	}
}

/* What befalls a write to the log; false: nothing does. */
static bool
spoil(int fd, const struct iovec *parts, int n)
{
	int64_t size, error = look(&page->write_error);

	if (!is_log(fd, &size))
		return false;
	if (error != 0) {
		errno = (int)error;
		return true;
	}
	if (size_of(parts, n) > 1 && look(&page->tear) > 0 &&
	    add(&page->tear, -1) == 0) {
		write_half(fd, parts, n);
		/* All of the program, which has a group of its own. */
		(void)kill(0, SIGKILL);
	}
	return false;
}

ssize_t
write(int fd, const void *bytes, size_t len)
{
	struct iovec part = {.iov_len = len};

	memcpy(&part.iov_base, &bytes,
	    sizeof(bytes)); /* which writev is not to change */
	return spoil(fd, &part, 1) ? -1 : syscall(SYS_write, fd, bytes, len);
}

ssize_t
writev(int fd, const struct iovec *parts, int n)
{
	return spoil(fd, parts, n) ? -1 : syscall(SYS_writev, fd, parts, n);
}

/* What was written before the sync began is safe when it ends. */
static int
sync_log(int fd, long how)
{
	int64_t size = 0, error, durable;
	bool log = is_log(fd, &size);

	error = log ? look(&page->sync_error) : 0;
	if (error != 0) {
		errno = (int)error;
		return -1;
	}
	if (syscall(how, fd) != 0)
		return -1;
	durable = look(&page->durable);
	while (log && durable < size &&
	    !__atomic_compare_exchange_n(&page->durable, &durable, size, false,
		__ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
		;
	return 0;
}

int
fdatasync(int fd)
{
	return sync_log(fd, SYS_fdatasync);
}

int
fsync(int fd)
{
	return sync_log(fd, SYS_fsync);
}

/* --- time ----------------------------------------------------------------- */

int
clock_gettime(clockid_t id, struct timespec *now)
{
	if (syscall(SYS_clock_gettime, id, now) != 0)
		return -1;
	if (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)
		now->tv_sec += look(&page->ahead);
	return 0;
}

int
gettimeofday(struct timeval *now, void *zone)
{
	if (syscall(SYS_gettimeofday, now, zone) != 0)
		return -1;
	now->tv_sec += look(&page->ahead);
	return 0;
}

time_t
time(time_t *at)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	if (at != NULL)
		*at = now.tv_sec;
	return now.tv_sec;
}
