/* SPDX-License-Identifier: Apache-2.0 */
#include "sieve/sieve.h"

#include <errno.h>
#include <iconv.h>
#include <seccomp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "limit.h"

/* Sanitizers map terabytes and look at their own /proc. */
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED true
#else
#define SANITIZED false
#endif

static bool
limit(int what, rlim_t most)
{
	struct rlimit both = {.rlim_cur = most, .rlim_max = most};

	return setrlimit(what, &both) == 0;
}

/* libarchive turns names into the locale's characters, for which the C library
 * reads its list of character sets, once. */
static void
load_charsets(void)
{
	iconv_t there = iconv_open("ANSI_X3.4-1968", "UTF-8");
	iconv_t back = iconv_open("UTF-8", "ANSI_X3.4-1968");

	if (there != (iconv_t)-1)
		(void)iconv_close(there);
	if (back != (iconv_t)-1)
		(void)iconv_close(back);
}

bool
sandbox_limit(struct errmsg *err)
{
	/* 2 is /dev/null; it may be written to when the C library gives up. */
	if (syscall(SYS_close_range, 3U, ~0U, 0U) != 0 && errno != ENOSYS)
		return errmsg_set(err, "close_range: %s", strerror(errno));
	load_charsets();
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		return errmsg_set(err, "prctl: %s", strerror(errno));
	if (!limit(RLIMIT_CORE, 0) || !limit(RLIMIT_FSIZE, 0) ||
	    !limit(RLIMIT_NPROC, 0) || !limit(RLIMIT_NOFILE, 3) ||
	    !limit(RLIMIT_CPU, LIMIT_SIEVE_CPU_SECONDS) ||
	    (!SANITIZED && !limit(RLIMIT_AS, LIMIT_SIEVE_MEMORY)))
		return errmsg_set(err, "setrlimit: %s", strerror(errno));
	return true;
}

static bool
add_rules(scmp_filter_ctx filter)
{
	static const int allowed[] = {SCMP_SYS(read), SCMP_SYS(write),
	    SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap),
	    SCMP_SYS(madvise), SCMP_SYS(exit), SCMP_SYS(exit_group),
	    SCMP_SYS(rt_sigreturn), SCMP_SYS(clock_gettime), SCMP_SYS(futex)};
	/* What the C library tries and can do without. */
	static const int refused[] = {SCMP_SYS(open), SCMP_SYS(openat),
	    SCMP_SYS(newfstatat), SCMP_SYS(fstat), SCMP_SYS(getrandom),
	    SCMP_SYS(sysinfo), SCMP_SYS(prlimit64)};

	for (size_t i = 0; i < sizeof(allowed) / sizeof(*allowed); i++) {
		if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0) !=
		    0)
			return false;
	}
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
		if (seccomp_rule_add(
			filter, SCMP_ACT_ERRNO(EPERM), refused[i], 0) != 0)
			return false;
	}
	/* Memory, but none to run code from. */
	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
		   SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) == 0 &&
	    seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
		SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) == 0;
}

bool
sandbox_seal(struct errmsg *err)
{
	scmp_filter_ctx filter;
	bool sealed;

	if (SANITIZED)
		return true;
	filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	sealed = filter != NULL && add_rules(filter) &&
	    seccomp_load(filter) == 0;
	if (filter != NULL)
		seccomp_release(filter);
	return sealed || errmsg_set(err, "no seccomp filter could be set");
}
