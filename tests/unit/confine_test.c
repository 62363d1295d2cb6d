/* SPDX-License-Identifier: Apache-2.0 */
/* confine_test -- what a worker cannot do, tried from inside: each attempt in a
 * process of its own, that was confined as a worker is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "confine.h"
#include "host_path.h"
#include "privs.h"

#if defined(__SANITIZE_ADDRESS__)
#define HAS_SYSCALLS false
#else
#define HAS_SYSCALLS true
#endif

/* Exit statuses of attempts. */
enum {
	REFUSED = 0,
	SUCCEEDED = 1,
	NOT_CONFINED = 2,
};

typedef int attempt_fn(void);

static int listening, log_fd;
static char log_path[] = "/tmp/confined-XXXXXX";
static struct sockaddr_in there;

static int
outcome(bool succeeded)
{
	return succeeded ? SUCCEEDED : REFUSED;
}

/* As a worker is; the wait status of the attempt. */
static int
try(attempt_fn *attempt, enum confine_mode mode)
{
	pid_t pid = fork();
	struct errmsg err;
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		/* cmocka would take a deadly signal for a failed test. */
		(void)signal(SIGSYS, SIG_DFL);
		if (!privs_drop(NULL, &err) || !confine_worker(mode, &err)) {
			(void)fprintf(stderr, "%s\n", err.text);
			_exit(NOT_CONFINED);
		}
		_exit(attempt());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

/* Refused, be it with an error or by the end of the process. */
static void
check_refused(attempt_fn *attempt)
{
	int status = try(attempt, CONFINE_TRY);

	if (WIFSIGNALED(status))
		assert_int_equal(WTERMSIG(status), SIGSYS);
	else
		assert_int_equal(WEXITSTATUS(status), REFUSED);
}

/* --- attempts ------------------------------------------------------------- */

static int
run_program(void)
{
	char name[] = "true", *argv[] = {name, NULL};

	(void)execve("/bin/true", argv, NULL);
	return REFUSED;
}

static int
start_process(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return outcome(pid > 0);
}

static int
trace_parent(void)
{
	return outcome(ptrace(PTRACE_ATTACH, getppid(), NULL, NULL) == 0);
}

static int
read_parent(void)
{
	char byte;
	struct iovec here = {&byte, 1}, remote = {&there, 1};

	return outcome(
	    process_vm_readv(getppid(), &here, 1, &remote, 1, 0) == 1);
}

static int
open_shadow(void)
{
	return outcome(open("/etc/shadow", O_RDONLY) >= 0);
}

static int
open_anything(void)
{
	return outcome(open("/etc/passwd", O_RDONLY) >= 0 ||
	    open("/proc/self/environ", O_RDONLY) >= 0 ||
	    open("/", O_RDONLY | O_DIRECTORY) >= 0 ||
	    open("/tmp", O_TMPFILE | O_RDWR, 0600) >= 0);
}

static int
make_file(void)
{
	return outcome(
	    open("/tmp/confined-new", O_CREAT | O_WRONLY, 0600) >= 0 ||
	    mkdir("/tmp/confined-new", 0700) == 0 ||
	    symlink("/", "/tmp/confined-new") == 0);
}

static int
remove_log(void)
{
	return outcome(unlink(log_path) == 0);
}

static int
connect_tcp(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return outcome(
	    connect(fd, (struct sockaddr *)&there, sizeof(there)) == 0);
}

/* Where the engine is, or any other daemon. */
static int
connect_unix(void)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	return outcome(
	    fd >= 0 || connect(fd, (struct sockaddr *)&sun, sizeof(sun)) == 0);
}

static int
send_datagram(void)
{
	int pair[2];

	return outcome(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) == 0);
}

static int
listen_anew(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return outcome(listen(fd, 1) == 0);
}

static int
signal_parent(void)
{
	return outcome(kill(getppid(), SIGUSR2) == 0);
}

static int
make_code(void)
{
	return outcome(mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED);
}

static int
overwrite_log(void)
{
	return outcome(fcntl(log_fd, F_SETFL, 0) == 0 ||
	    ftruncate(log_fd, 0) == 0 ||
	    mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, log_fd, 0) !=
		MAP_FAILED);
}

static int
enter_namespace(void)
{
	return outcome(
	    syscall(SYS_unshare, 0x10000000 /* CLONE_NEWUSER */) == 0);
}

static int
raise_limit(void)
{
	struct rlimit limit = {100, 100};

	return outcome(setrlimit(RLIMIT_NPROC, &limit) == 0);
}

static int
call_the_unknown(void)
{
	return outcome(
	    syscall(461 /* lsm_list_modules */, NULL, NULL, 0) >= 0 ||
	    (HAS_SYSCALLS && errno != ENOSYS));
}

/* What it is for goes on. */
static int
do_its_work(void)
{
	char bytes[4] = "abc";
	int pair[2], fd;
	void *memory = malloc(1 << 20);
	struct stat st;
	bool works;

	works = memory != NULL && write(log_fd, "x\n", 2) == 2 &&
	    socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0 &&
	    send(pair[0], bytes, 3, 0) == 3 &&
	    recv(pair[1], bytes, 3, 0) == 3 && stat("/", &st) == 0 &&
	    strcmp(host_path_look("/"), "plain") == 0;
	fd = accept4(listening, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	return works && fd < 0 && errno == EAGAIN ? REFUSED : SUCCEEDED;
}

static int
have_capabilities(void)
{
	int n = 0;

	for (int cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++)
		n += prctl(PR_CAPBSET_READ, cap, 0, 0, 0);
	return outcome(n > 0 && geteuid() == 0);
}

/* --- tests ---------------------------------------------------------------- */

#define TEST(name)                                                             \
	static void test_##name(void **state)                                  \
	{                                                                      \
		(void)state;                                                   \
		if (!syscalls_can_confine() && !landlock_can_confine())        \
			skip();                                                \
		check_refused(name);                                           \
	}

/* Landlock alone holds these. */
TEST(open_shadow)
TEST(open_anything)
TEST(make_file)
TEST(remove_log)
TEST(run_program)
TEST(connect_tcp)
TEST(have_capabilities)
TEST(do_its_work)

#define TEST_SYSCALLS(name)                                                    \
	static void test_##name(void **state)                                  \
	{                                                                      \
		(void)state;                                                   \
		if (!HAS_SYSCALLS || !syscalls_can_confine())                  \
			skip();                                                \
		check_refused(name);                                           \
	}

TEST_SYSCALLS(start_process)
TEST_SYSCALLS(trace_parent)
TEST_SYSCALLS(read_parent)
TEST_SYSCALLS(connect_unix)
TEST_SYSCALLS(send_datagram)
TEST_SYSCALLS(listen_anew)
TEST_SYSCALLS(signal_parent)
TEST_SYSCALLS(make_code)
TEST_SYSCALLS(overwrite_log)
TEST_SYSCALLS(enter_namespace)
TEST_SYSCALLS(raise_limit)
TEST_SYSCALLS(call_the_unknown)

/* Each attempt would have worked, or the tests above say nothing. */
static void
test_attempts_are_real(void **state)
{
	(void)state;
	assert_int_equal(
	    WEXITSTATUS(try(open_anything, CONFINE_OFF)), SUCCEEDED);
	assert_int_equal(WEXITSTATUS(try(connect_tcp, CONFINE_OFF)), SUCCEEDED);
	assert_int_equal(
	    WEXITSTATUS(try(send_datagram, CONFINE_OFF)), SUCCEEDED);
	assert_int_equal(
	    WEXITSTATUS(try(overwrite_log, CONFINE_OFF)), SUCCEEDED);
	assert_int_equal(
	    WEXITSTATUS(try(signal_parent, CONFINE_OFF)), SUCCEEDED);
	assert_int_equal(WEXITSTATUS(try(make_code, CONFINE_OFF)), SUCCEEDED);
}

static int
prepare(void **state)
{
	struct sockaddr_in any = {.sin_family = AF_INET};
	socklen_t len = sizeof(there);

	(void)state;
	(void)signal(SIGUSR2, SIG_IGN);
	any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	listening = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	log_fd = mkostemp(log_path, O_APPEND);
	return log_fd >= 0 && write(log_fd, "first\n", 6) == 6 &&
		bind(listening, (struct sockaddr *)&any, sizeof(any)) == 0 &&
		listen(listening, 64) == 0 &&
		getsockname(listening, (struct sockaddr *)&there, &len) == 0
	    ? 0
	    : -1;
}

static int
clean_up(void **state)
{
	(void)state;
	(void)close(listening);
	(void)close(log_fd);
	return unlink(log_path);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_do_its_work),
	    cmocka_unit_test(test_open_shadow),
	    cmocka_unit_test(test_open_anything),
	    cmocka_unit_test(test_make_file),
	    cmocka_unit_test(test_remove_log),
	    cmocka_unit_test(test_run_program),
	    cmocka_unit_test(test_connect_tcp),
	    cmocka_unit_test(test_have_capabilities),
	    cmocka_unit_test(test_start_process),
	    cmocka_unit_test(test_trace_parent),
	    cmocka_unit_test(test_read_parent),
	    cmocka_unit_test(test_connect_unix),
	    cmocka_unit_test(test_send_datagram),
	    cmocka_unit_test(test_listen_anew),
	    cmocka_unit_test(test_signal_parent),
	    cmocka_unit_test(test_make_code),
	    cmocka_unit_test(test_overwrite_log),
	    cmocka_unit_test(test_enter_namespace),
	    cmocka_unit_test(test_raise_limit),
	    cmocka_unit_test(test_call_the_unknown),
	    cmocka_unit_test(test_attempts_are_real),
	};

	return cmocka_run_group_tests(tests, prepare, clean_up);
}
