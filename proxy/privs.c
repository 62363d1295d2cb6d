/* SPDX-License-Identifier: Apache-2.0 */
#include "privs.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <pwd.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What the whole uses, where it is root: to bind and give away sockets in
 * directories of others, read keys, reach an engine's socket of another user. */
static const int kept[] = {CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH,
    CAP_FOWNER, CAP_NET_BIND_SERVICE};

/* What a worker uses: to look at paths that are to be mounted, in directories
 * that only their owner may enter. */
static const int kept_in_worker[] = {CAP_DAC_READ_SEARCH};

size_t
privs_raise_files(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return 0;
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return 0;
	return (size_t)limit.rlim_cur;
}

static bool
become(const char *name, struct errmsg *err)
{
	const struct passwd *user;

	errno = 0;
	user = getpwnam(name);
	if (user == NULL)
		return errmsg_set(err, "user: there is no user \"%s\"", name);
	if (geteuid() == user->pw_uid && geteuid() != 0)
		return true;
	if (initgroups(user->pw_name, user->pw_gid) != 0 ||
	    setresgid(user->pw_gid, user->pw_gid, user->pw_gid) != 0 ||
	    setresuid(user->pw_uid, user->pw_uid, user->pw_uid) != 0)
		return errmsg_set(err, "cannot become user \"%s\": %s", name,
		    strerror(errno));
	/* It must not be possible to come back. */
	if (user->pw_uid != 0 && setuid(0) == 0)
		return errmsg_set(err, "could not give up root");
	return true;
}

/* --- capabilities --------------------------------------------------------- */

/* Whatever is run gets none, not even as root.  Who may not do this
 * (CAP_SETPCAP) could not pass any on by the same means: no_new_privs. */
static void
bequeath_none(void)
{
	for (int cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++)
		(void)prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
	(void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	(void)prctl(
	    PR_SET_SECUREBITS, SECBIT_NOROOT | SECBIT_NOROOT_LOCKED, 0, 0, 0);
}

/* Keep those of keep that we have, and no others. */
static bool
keep_capabilities(uint64_t keep, struct errmsg *err)
{
	struct __user_cap_header_struct header = {
	    .version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2];

	bequeath_none();
	if (syscall(SYS_capget, &header, data) != 0)
		return errmsg_set(err, "capget: %s", strerror(errno));
	for (int i = 0; i < 2; i++) {
		data[i].permitted &= (uint32_t)(keep >> 32 * i);
		data[i].effective = data[i].permitted;
		data[i].inheritable = 0;
	}
	return syscall(SYS_capset, &header, data) == 0 ||
	    errmsg_set(err, "cannot give up capabilities: %s", strerror(errno));
}

static uint64_t
set_of(const int *caps, size_t n)
{
	uint64_t set = 0;

	for (size_t i = 0; i < n; i++)
		set |= UINT64_C(1) << caps[i];
	return set;
}

/* --- all of it ------------------------------------------------------------ */

bool
privs_drop(const char *user, struct errmsg *err)
{
	struct rlimit none = {0, 0};

	if (user != NULL && !become(user, err))
		return false;
	if (setrlimit(RLIMIT_CORE, &none) != 0 ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return errmsg_set(
		    err, "cannot give up privileges: %s", strerror(errno));
	if (!keep_capabilities(set_of(kept, sizeof(kept) / sizeof(*kept)), err))
		return false;
	/* Last: changes of who we are reset it. */
	return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 ||
	    errmsg_set(err, "cannot close /proc: %s", strerror(errno));
}

bool
privs_drop_in_worker(bool may_look, struct errmsg *err)
{
	struct rlimit none = {0, 0};
	size_t n = sizeof(kept_in_worker) / sizeof(*kept_in_worker);

	/* Not to be lifted by whoever breaks in: seccomp may be missing. */
	if (setrlimit(RLIMIT_NPROC, &none) != 0)
		return errmsg_set(err, "setrlimit: %s", strerror(errno));
	return keep_capabilities(may_look ? set_of(kept_in_worker, n) : 0, err);
}
