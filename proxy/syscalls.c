/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The system calls of a worker: those that move bytes over descriptors that are
 * open already, memory, time, and questions about files.
 *
 * Another one fails, as on a kernel that does not know it (ENOSYS): newer C
 * libraries try such and have another way.  What would open, connect or start
 * something fails with EPERM.  What nobody does by mistake ends the process:
 * whoever tries it has broken in.
 */
#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "confine.h"

/* Sanitizers map code, look at their own /proc, and end with ptrace(2). */
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED true
#else
#define SANITIZED false
#endif

/* Bytes over what is open; descriptors. */
static const int bytes[] = {SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(readv),
    SCMP_SYS(writev), SCMP_SYS(pread64), SCMP_SYS(recv), SCMP_SYS(send),
    SCMP_SYS(recvfrom), SCMP_SYS(recvmsg), SCMP_SYS(sendmsg), SCMP_SYS(splice),
    SCMP_SYS(tee), SCMP_SYS(close), SCMP_SYS(shutdown), SCMP_SYS(accept),
    SCMP_SYS(accept4), SCMP_SYS(pipe), SCMP_SYS(pipe2), SCMP_SYS(dup),
    SCMP_SYS(dup2), SCMP_SYS(dup3), SCMP_SYS(fsync), SCMP_SYS(fdatasync),
    SCMP_SYS(getsockopt), SCMP_SYS(setsockopt), SCMP_SYS(getsockname),
    SCMP_SYS(getpeername), SCMP_SYS(close_range)};

/* Waiting and time. */
static const int waiting[] = {
    SCMP_SYS(epoll_create),
    SCMP_SYS(epoll_create1),
    SCMP_SYS(epoll_ctl),
    SCMP_SYS(epoll_wait),
    SCMP_SYS(epoll_pwait),
    SCMP_SYS(epoll_pwait2),
    SCMP_SYS(eventfd2),
    SCMP_SYS(timerfd_create),
    SCMP_SYS(timerfd_settime),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(select),
    SCMP_SYS(_newselect),
    SCMP_SYS(pselect6),
    SCMP_SYS(futex),
    SCMP_SYS(nanosleep),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_getres),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(time),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(sched_yield),
#ifdef __NR_clock_gettime64
    SCMP_SYS(clock_gettime64),
    SCMP_SYS(clock_nanosleep_time64),
    SCMP_SYS(futex_time64),
    SCMP_SYS(ppoll_time64),
#endif
};

/* Memory that holds no code (see below), and the process itself. */
static const int self[] = {SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap),
    SCMP_SYS(madvise), SCMP_SYS(getrandom), SCMP_SYS(getpid), SCMP_SYS(gettid),
    SCMP_SYS(getppid), SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid),
    SCMP_SYS(getegid), SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn), SCMP_SYS(sigreturn), SCMP_SYS(sigaltstack),
    SCMP_SYS(set_robust_list), SCMP_SYS(rseq), SCMP_SYS(membarrier),
    SCMP_SYS(sched_getaffinity), SCMP_SYS(uname), SCMP_SYS(sysinfo),
    SCMP_SYS(getrusage), SCMP_SYS(getcpu), SCMP_SYS(exit),
    SCMP_SYS(exit_group)};

/* Questions about files, which path facts ask (host_path.h). */
static const int questions[] = {SCMP_SYS(stat), SCMP_SYS(lstat),
    SCMP_SYS(fstat), SCMP_SYS(newfstatat), SCMP_SYS(stat64), SCMP_SYS(lstat64),
    SCMP_SYS(fstat64), SCMP_SYS(fstatat64), SCMP_SYS(statx)};

/* What libraries try, and can do without. */
static const int refused[] = {SCMP_SYS(open), SCMP_SYS(openat),
    SCMP_SYS(openat2), SCMP_SYS(creat), SCMP_SYS(access), SCMP_SYS(faccessat),
    SCMP_SYS(faccessat2), SCMP_SYS(readlink), SCMP_SYS(readlinkat),
    SCMP_SYS(unlink), SCMP_SYS(unlinkat), SCMP_SYS(rename), SCMP_SYS(renameat),
    SCMP_SYS(renameat2), SCMP_SYS(mkdir), SCMP_SYS(mkdirat), SCMP_SYS(chmod),
    SCMP_SYS(fchmodat), SCMP_SYS(fchmod), SCMP_SYS(chown), SCMP_SYS(lchown),
    SCMP_SYS(fchown), SCMP_SYS(fchownat), SCMP_SYS(truncate),
    SCMP_SYS(ftruncate), SCMP_SYS(socket), SCMP_SYS(connect), SCMP_SYS(bind),
    SCMP_SYS(listen), SCMP_SYS(fork), SCMP_SYS(vfork), SCMP_SYS(clone),
    SCMP_SYS(kill), SCMP_SYS(tkill), SCMP_SYS(prctl), SCMP_SYS(setrlimit)};

/* What only an intruder tries. */
static const int deadly[] = {SCMP_SYS(execve), SCMP_SYS(execveat),
    SCMP_SYS(ptrace), SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev),
    SCMP_SYS(mount), SCMP_SYS(umount2), SCMP_SYS(pivot_root), SCMP_SYS(chroot),
    SCMP_SYS(setns), SCMP_SYS(unshare), SCMP_SYS(bpf), SCMP_SYS(init_module),
    SCMP_SYS(finit_module), SCMP_SYS(kexec_load), SCMP_SYS(keyctl),
    SCMP_SYS(add_key), SCMP_SYS(request_key), SCMP_SYS(open_by_handle_at),
    SCMP_SYS(userfaultfd), SCMP_SYS(perf_event_open)};

#define ALL(list) list, sizeof(list) / sizeof((list)[0])

static bool
add(scmp_filter_ctx filter, uint32_t action, const int *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		/* A call that this processor does not have is negative. */
		if (list[i] >= 0 &&
		    seccomp_rule_add(filter, action, list[i], 0) != 0)
			return false;
	}
	return true;
}

/* By a look at arguments. */
static bool
add_when(scmp_filter_ctx filter, int call, const struct scmp_arg_cmp *when,
    unsigned n)
{
	return call < 0 ||
	    seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call, n, when) == 0;
}

/* The second argument is one of these. */
static bool
add_words(scmp_filter_ctx filter, int call, const unsigned *words, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct scmp_arg_cmp is = SCMP_A1(SCMP_CMP_EQ, words[i]);

		if (!add_when(filter, call, &is, 1))
			return false;
	}
	return true;
}

/* Memory of our own, none to run code from, and none that is a file's. */
static bool
add_memory(scmp_filter_ctx filter)
{
	struct scmp_arg_cmp map[] = {SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
	    SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_SHARED, 0)};

	return add_when(filter, SCMP_SYS(mmap), map, 2) &&
	    add_when(filter, SCMP_SYS(mmap2), map, 2) &&
	    add_when(filter, SCMP_SYS(mprotect), map, 1);
}

static bool
add_careful(scmp_filter_ctx filter)
{
	/* Without F_SETFL, which could turn appending to the audit log into
	 * writing over it. */
	static const unsigned fcntls[] = {F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD,
	    F_SETFD, F_GETFL, F_SETPIPE_SZ, F_GETPIPE_SZ};
	static const unsigned ioctls[] = {FIONREAD, FIONBIO};
	/* Pairs for a sieve; not datagrams, which take an address. */
	struct scmp_arg_cmp stream = SCMP_A1(
	    SCMP_CMP_MASKED_EQ, 0xF, SOCK_STREAM);
	struct scmp_arg_cmp no_address = SCMP_A4(SCMP_CMP_EQ, 0);
	/* To read limits, not to set them. */
	struct scmp_arg_cmp no_limit = SCMP_A2(SCMP_CMP_EQ, 0);
	/* What abort() does. */
	struct scmp_arg_cmp ourselves = SCMP_A0(
	    SCMP_CMP_EQ, (scmp_datum_t)getpid());

	return add_words(filter, SCMP_SYS(fcntl), ALL(fcntls)) &&
	    add_words(filter, SCMP_SYS(fcntl64), ALL(fcntls)) &&
	    add_words(filter, SCMP_SYS(ioctl), ALL(ioctls)) &&
	    add_when(filter, SCMP_SYS(socketpair), &stream, 1) &&
	    add_when(filter, SCMP_SYS(sendto), &no_address, 1) &&
	    add_when(filter, SCMP_SYS(prlimit64), &no_limit, 1) &&
	    add_when(filter, SCMP_SYS(tgkill), &ourselves, 1);
}

static bool
add_rules(scmp_filter_ctx filter)
{
	return add(filter, SCMP_ACT_ALLOW, ALL(bytes)) &&
	    add(filter, SCMP_ACT_ALLOW, ALL(waiting)) &&
	    add(filter, SCMP_ACT_ALLOW, ALL(self)) &&
	    add(filter, SCMP_ACT_ALLOW, ALL(questions)) &&
	    add(filter, SCMP_ACT_ERRNO(EPERM), ALL(refused)) &&
	    add(filter, SCMP_ACT_KILL_PROCESS, ALL(deadly)) &&
	    add_memory(filter) && add_careful(filter);
}

bool
syscalls_can_confine(void)
{
	/* EFAULT: it would read the filter. */
	return SANITIZED ||
	    (prctl(PR_SET_SECCOMP, 2 /* SECCOMP_MODE_FILTER */, NULL, 0, 0) !=
		    0 &&
		errno == EFAULT);
}

bool
syscalls_confine(void)
{
	scmp_filter_ctx filter;
	bool confined;

	if (SANITIZED)
		return true;
	filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
	confined = filter != NULL && add_rules(filter) &&
	    seccomp_load(filter) == 0;
	if (filter != NULL)
		seccomp_release(filter);
	return confined;
}
