/* SPDX-License-Identifier: Apache-2.0 */
#include "privs.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

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

bool
privs_drop(const char *user, struct errmsg *err)
{
	struct rlimit none = {0, 0};

	if (user != NULL && !become(user, err))
		return false;
	if (setrlimit(RLIMIT_CORE, &none) != 0 ||
	    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return errmsg_set(
		    err, "cannot give up privileges: %s", strerror(errno));
	return true;
}
