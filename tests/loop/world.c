/* SPDX-License-Identifier: Apache-2.0 */
#include "loop/world.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif

#include "config/config.h"
#include "limit.h"
#include "net/supervisor.h"

/* What some connections may make the guard hold, in KiB. */
#define MOST_GROWTH (8 * 1024)

/* --- sockets -------------------------------------------------------------- */

void
world_be_patient(int fd)
{
	struct timeval tv = {.tv_sec = WORLD_PATIENCE_SECONDS};

	assert_int_equal(
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv)), 0);
	assert_int_equal(
	    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof(tv)), 0);
}

static struct sockaddr_un
address_of(const char *path)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};

	(void)snprintf(sun.sun_path, sizeof(sun.sun_path), "%s", path);
	return sun;
}

static int
try_connect(const char *path)
{
	struct sockaddr_un sun = address_of(path);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	if (connect(fd, (struct sockaddr *)&sun, sizeof(sun)) != 0) {
		(void)close(fd);
		return -1;
	}
	world_be_patient(fd);
	return fd;
}

int
world_connect(const struct world *world)
{
	int fd = try_connect(world->guard_path);

	assert_true(fd >= 0);
	return fd;
}

int
world_accept(const struct world *world)
{
	struct pollfd pollfd = {.fd = world->engine, .events = POLLIN};
	int fd;

	assert_int_equal(poll(&pollfd, 1, WORLD_PATIENCE_SECONDS * 1000), 1);
	fd = accept(world->engine, NULL, NULL);
	assert_true(fd >= 0);
	world_be_patient(fd);
	return fd;
}

static int
listen_at(const char *path)
{
	struct sockaddr_un sun = address_of(path);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&sun, sizeof(sun)), 0);
	assert_int_equal(listen(fd, 64), 0);
	return fd;
}

void
world_engine_gone(struct world *world)
{
	(void)close(world->engine);
	(void)unlink(world->engine_path);
	world->engine = -1;
}

/* --- talking -------------------------------------------------------------- */

void
say_bytes(int fd, const void *bytes, size_t len)
{
	const char *at = bytes;

	while (len > 0) {
		ssize_t n = send(fd, at, len, MSG_NOSIGNAL);

		assert_true(n > 0);
		at += n;
		len -= (size_t)n;
	}
}

void
say(int fd, const char *text)
{
	say_bytes(fd, text, strlen(text));
}

static void
grow(char **text, size_t len)
{
	*text = realloc(*text, len + 2);
	assert_non_null(*text);
}

char *
hear_head(int fd)
{
	char *text = NULL;
	size_t len = 0;

	do {
		grow(&text, len);
		if (recv(fd, text + len, 1, 0) != 1)
			fail_msg(
			    "the head ended after \"%.*s\"", (int)len, text);
		text[++len] = '\0';
	} while (len < 4 || strcmp(text + len - 4, "\r\n\r\n") != 0);
	return text;
}

char *
hear(int fd, size_t len)
{
	char *text = malloc(len + 1);
	size_t have = 0;

	assert_non_null(text);
	while (have < len) {
		ssize_t n = recv(fd, text + have, len - have, 0);

		if (n <= 0)
			fail_msg("only %zu of %zu bytes came", have, len);
		have += (size_t)n;
	}
	text[len] = '\0';
	return text;
}

void
hear_text(int fd, const char *text)
{
	char *is = hear(fd, strlen(text));

	assert_string_equal(is, text);
	free(is);
}

char *
hear_rest(int fd)
{
	char *text = NULL;
	size_t len = 0;
	ssize_t n;

	do {
		grow(&text, len);
		n = recv(fd, text + len, 1, 0);
		if (n > 0)
			len++;
	} while (n > 0);
	text[len] = '\0';
	if (n < 0 && errno == EAGAIN)
		fail_msg("no end after \"%s\"", text);
	return text;
}

void
hear_head_with(int fd, const char *part)
{
	char *head = hear_head(fd);

	if (strstr(head, part) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", part, head);
	free(head);
}

void
hear_end(int fd)
{
	char *rest = hear_rest(fd);

	assert_string_equal(rest, "");
	free(rest);
}

bool
is_silent(int fd)
{
	struct pollfd pollfd = {.fd = fd, .events = POLLIN};

	return poll(&pollfd, 1, 0) == 0;
}

/* --- time ----------------------------------------------------------------- */

static long *ahead;

/* In place of libc's, for libevent and the guard: their time can be moved, so
 * that limits of minutes are tested in none. */
int
clock_gettime(clockid_t id, struct timespec *now)
{
	if (syscall(SYS_clock_gettime, id, now) != 0)
		return -1;
	if (ahead != NULL &&
	    (id == CLOCK_MONOTONIC || id == CLOCK_MONOTONIC_COARSE))
		now->tv_sec += *ahead;
	return 0;
}

static void
share_clock(struct world *world)
{
	void *page = mmap(NULL, sizeof(*ahead), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	assert_true(page != MAP_FAILED);
	ahead = world->ahead = page;
}

void
world_pass_time(const struct world *world, long seconds)
{
	/* What it is about to wait for, it waits for from now on. */
	world_rest(world);
	*world->ahead += seconds;
	/* It sleeps by the old time; somebody who calls wakes it. */
	(void)close(world_connect(world));
}

/* --- the guard ------------------------------------------------------------ */

/* Put the listeners of extra, if it has any, before ours. */
static void
add_listeners(json_t *extra, json_t *ours)
{
	json_t *list = json_object_get(extra, "listeners");

	if (list != NULL)
		assert_int_equal(json_array_extend(list, ours), 0);
}

json_t *
world_config(const struct world *world, const char *filters, const char *more)
{
	json_t *tier = json_pack("{s:s, s:s, s:o}", "unlisted", "off",
	    "unknown_fields", "reject", "filters",
	    json_loads(filters, 0, NULL));
	json_t *config = json_pack(
	    "{s:o, s:[{s:s, s:o, s:s}], s:[{s:{s:s}, s:s, s:s}], s:{s:o}, "
	    "s:{s:s}}",
	    "upstream", json_sprintf("unix://%s", world->engine_path),
	    "listeners", "name", "test", "address",
	    json_sprintf("unix://%s", world->guard_path), "mode", "0600",
	    "identities", "match", "listener", "test", "team", "testers",
	    "tier", "t", "tiers", "t", tier, "audit", "path",
	    world->audit_path);
	json_auto_t *extra = more == NULL ? NULL : json_loads(more, 0, NULL);

	assert_non_null(config);
	assert_true(more == NULL || extra != NULL);
	/* Valgrind translates code, which takes memory for code. */
	if (world_is_in_valgrind())
		assert_int_equal(
		    json_object_set_new(config, "confine", json_string("off")),
		    0);
	if (extra == NULL)
		return config;
	add_listeners(extra, json_object_get(config, "listeners"));
	assert_int_equal(json_object_update(config, extra), 0);
	return config;
}

void
world_write(struct world *world, json_t *config)
{
	assert_int_equal(json_dump_file(config, world->config_path, 0), 0);
	json_decref(config);
}

/* The child: is the guard until it is told to end. */
static void
guard(const struct world *world)
{
	struct problems problems;
	struct config *config;
	struct errmsg err;
	bool unreadable;

	problems_init(&problems, world->config_path);
	config = config_load(world->config_path, &problems, &unreadable);
	problems_print(&problems, stderr);
	if (config == NULL)
		_exit(3);
	if (!supervisor_run(world->config_path, config, &err)) {
		(void)fprintf(stderr, "%s\n", err.text);
		_exit(4);
	}
	problems_done(&problems);
#ifdef __SANITIZE_ADDRESS__
	/* It would look for leaks at exit(), which is the test's. */
	if (__lsan_do_recoverable_leak_check() != 0)
		_exit(6);
#endif
	_exit(0);
}

static char *
path_in(const struct world *world, const char *name)
{
	char *path = NULL;

	assert_true(asprintf(&path, "%s/%s", world->dir, name) > 0);
	return path;
}

/* A moment between two looks at a condition that will come true. */
static void
breathe(void)
{
	struct timespec moment = {.tv_nsec = 2000000};

	(void)nanosleep(&moment, NULL);
}

/* Open a file of a process in /proc. */
static FILE *
open_proc(pid_t pid, const char *name)
{
	char path[64];
	FILE *file;

	(void)snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	file = fopen(path, "re");
	assert_non_null(file);
	return file;
}

/* Is that process a worker? */
static bool
is_worker(pid_t pid)
{
	char path[64], name[64] = "";
	FILE *file;
	bool is;

	(void)snprintf(path, sizeof(path), "/proc/%d/comm", (int)pid);
	file = fopen(path, "re");
	if (file == NULL)
		return false; /* gone */
	is = fscanf(file, "%63s", name) == 1 &&
	    strncmp(name, "sockwarden-", 11) == 0;
	(void)fclose(file);
	return is;
}

/* The guard's children that are workers, or those that are none. */
static size_t
find_children(const struct world *world, bool workers, pid_t *pids, size_t size)
{
	char path[64];
	size_t n = 0;
	FILE *file;
	int pid;

	(void)snprintf(
	    path, sizeof(path), "task/%d/children", (int)world->guard);
	file = open_proc(world->guard, path);
	while (n < size && fscanf(file, "%d", &pid) == 1) {
		if (is_worker(pid) == workers)
			pids[n++] = pid;
	}
	(void)fclose(file);
	return n;
}

static pid_t
await_child(const struct world *world, bool worker)
{
	pid_t pid;

	for (int i = 0; i < WORLD_PATIENCE_SECONDS * 500; i++) {
		if (find_children(world, worker, &pid, 1) == 1)
			return pid;
		breathe();
	}
	fail_msg("the guard has no such child");
	return 0;
}

pid_t
world_worker(const struct world *world)
{
	return await_child(world, true);
}

pid_t
world_sieve(const struct world *world)
{
	return await_child(world, false);
}

size_t
world_workers(const struct world *world, pid_t *pids, size_t size)
{
	return find_children(world, true, pids, size);
}

long
world_memory(const struct world *world)
{
	FILE *file = open_proc(world_worker(world), "status");
	char line[256];
	long kib = -1;

	while (kib < 0 && fgets(line, sizeof(line), file) != NULL) {
		if (strncmp(line, "VmHWM:", 6) == 0)
			kib = strtol(line + 6, NULL, 10);
	}
	(void)fclose(file);
	assert_true(kib > 0);
	return kib;
}

bool
world_is_in_valgrind(void)
{
	const char *preload = getenv("LD_PRELOAD");

	return preload != NULL && strstr(preload, "vgpreload") != NULL;
}

/* Not under valgrind or AddressSanitizer, which keep what is freed. */
static bool
memory_is_ours(void)
{
#ifdef __SANITIZE_ADDRESS__
	return false;
#else
	return !world_is_in_valgrind();
#endif
}

void
world_check_memory(const struct world *world, long before)
{
	long now = world_memory(world);

	if (memory_is_ours() && now > before + MOST_GROWTH)
		fail_msg("the guard grew from %ld to %ld KiB", before, now);
}

/* Does it sleep?  Its name, the second word, has no parentheses. */
static bool
is_asleep(pid_t pid)
{
	FILE *file = open_proc(pid, "stat");
	char state = '?';

	assert_int_equal(fscanf(file, "%*d (%*[^)]) %c", &state), 1);
	(void)fclose(file);
	return state == 'S';
}

/* The guard, and whoever works for it? */
static bool
all_sleep(const struct world *world)
{
	pid_t workers[LIMIT_WORKERS];
	size_t n = world_workers(world, workers, LIMIT_WORKERS);
	bool asleep = is_asleep(world->guard);

	for (size_t i = 0; i < n; i++)
		asleep = asleep && is_asleep(workers[i]);
	return asleep;
}

void
world_rest(const struct world *world)
{
	int asleep = 0;

	(void)world_worker(world);

	/* One look could meet it waiting for a page or a lock. */
	for (int i = 0; i < WORLD_PATIENCE_SECONDS * 500; i++) {
		asleep = all_sleep(world) ? asleep + 1 : 0;
		if (asleep == 10)
			return;
		breathe();
	}
	fail_msg("the guard never rests");
}

static void
await_guard(const struct world *world)
{
	int fd;

	for (int i = 0; i < WORLD_PATIENCE_SECONDS * 500; i++) {
		fd = try_connect(world->guard_path);
		if (fd >= 0) {
			(void)close(fd);
			return;
		}
		if (waitpid(world->guard, NULL, WNOHANG) != 0)
			fail_msg("the guard did not start");
		breathe();
	}
	fail_msg("the guard does not listen");
}

/* The child: end of a crash, where cmocka would go on with the next test. */
static void
crash_as_usual(void)
{
	static const int numbers[] = {
	    SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		(void)signal(numbers[i], SIG_DFL);
}

/* The child: have no more descriptors than these, for good. */
static void
limit_files(unsigned files)
{
	struct rlimit limit = {.rlim_cur = files, .rlim_max = files};

	if (files != 0 && setrlimit(RLIMIT_NOFILE, &limit) != 0)
		_exit(5);
}

void
world_start_with_files(
    struct world *world, const char *filters, const char *more, unsigned files)
{
	memset(world, 0, sizeof(*world));
	(void)snprintf(world->dir, sizeof(world->dir), "/tmp/guard-XXXXXX");
	assert_non_null(mkdtemp(world->dir));
	world->guard_path = path_in(world, "guard.sock");
	world->engine_path = path_in(world, "engine.sock");
	world->audit_path = path_in(world, "audit");
	world->config_path = path_in(world, "config.yaml");
	world_write(world, world_config(world, filters, more));
	world->engine = listen_at(world->engine_path);
	share_clock(world);
	world->guard = fork();
	assert_true(world->guard >= 0);
	if (world->guard == 0) {
		/* A test that fails leaves no guard behind. */
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)close(world->engine);
		crash_as_usual();
		limit_files(files);
		guard(world);
	}
	await_guard(world);
}

void
world_start(struct world *world, const char *filters, const char *more)
{
	world_start_with_files(world, filters, more, 0);
}

/* --- records -------------------------------------------------------------- */

static char *
read_audit(const struct world *world)
{
	FILE *file = fopen(world->audit_path, "re");
	struct stat st = {0};
	char *text;

	if (file != NULL)
		assert_int_equal(fstat(fileno(file), &st), 0);
	text = calloc(1, (size_t)st.st_size + 1);
	assert_non_null(text);
	if (file != NULL) {
		(void)!fread(text, 1, (size_t)st.st_size, file);
		(void)fclose(file);
	}
	return text;
}

static json_t *
find_record(const struct world *world, const char *wanted)
{
	char *text = read_audit(world), *rest = text, *line;
	json_t *record = NULL;

	while (record == NULL && (line = strsep(&rest, "\n")) != NULL) {
		if (strstr(line, wanted) != NULL)
			record = json_loads(line, 0, NULL);
	}
	free(text);
	return record;
}

json_t *
world_record(const struct world *world, const char *text)
{
	json_t *record;

	for (int i = 0; i < WORLD_PATIENCE_SECONDS * 500; i++) {
		record = find_record(world, text);
		if (record != NULL)
			return record;
		breathe();
	}
	fail_msg("there is no record with %s", text);
	return NULL;
}

static size_t
count(const char *text, const char *word)
{
	size_t n = 0;

	while ((text = strstr(text, word)) != NULL) {
		text += strlen(word);
		n++;
	}
	return n;
}

/* --- the end -------------------------------------------------------------- */

static void
remove_files(struct world *world)
{
	(void)unlink(world->guard_path);
	(void)unlink(world->engine_path);
	(void)unlink(world->audit_path);
	(void)unlink(world->config_path);
	(void)rmdir(world->dir);
	free(world->guard_path);
	free(world->engine_path);
	free(world->audit_path);
	free(world->config_path);
}

/* Has it ended?  Then it did so well. */
static bool
has_ended(struct world *world)
{
	int status;

	if (waitpid(world->guard, &status, WNOHANG) != world->guard)
		return false;
	world->guard = 0;
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	return true;
}

void
world_await_exit(struct world *world)
{
	for (int i = 0; i < WORLD_PATIENCE_SECONDS * 500; i++) {
		if (has_ended(world))
			return;
		breathe();
	}
	fail_msg("the guard does not end");
}

/* The second signal ends it at once, whatever is still running. */
static void
end_guard(struct world *world)
{
	for (int i = 0; i < WORLD_PATIENCE_SECONDS * 500; i++) {
		if (i % 50 == 0)
			(void)kill(world->guard, SIGTERM);
		if (has_ended(world))
			return;
		breathe();
	}
	fail_msg("the guard does not end");
}

void
world_end(struct world *world)
{
	char *audit;

	if (world->guard > 0)
		end_guard(world);
	audit = read_audit(world);
	if (!world->rotated && !world->killed)
		assert_int_equal(count(audit, "{\"event\":\"request\""),
		    count(audit, "{\"event\":\"response\""));
	free(audit);
	if (world->engine >= 0)
		(void)close(world->engine);
	remove_files(world);
	ahead = NULL;
	(void)munmap(world->ahead, sizeof(*world->ahead));
}
