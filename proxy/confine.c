/* SPDX-License-Identifier: Apache-2.0 */
#include "confine.h"

#include "log.h"
#include "privs.h"

const char *const confine_words[] = {"require", "try", "off", NULL};

bool
confine_look(enum confine_mode mode, struct errmsg *err)
{
	bool syscalls = syscalls_can_confine(),
	     landlock = landlock_can_confine();

	if (mode == CONFINE_OFF) {
		log_warn("confine: off: workers may do all that this user may");
		return true;
	}
	if (mode == CONFINE_REQUIRE && !(syscalls && landlock))
		return errmsg_set(err, "confine: require: there is no %s here",
		    syscalls ? "Landlock" : "seccomp");
	if (!syscalls)
		log_warn("there is no seccomp here: workers are confined by "
			 "%s",
		    landlock ? "Landlock alone" : "nothing but their user");
	else if (!landlock)
		log_warn("there is no Landlock here: workers are confined by "
			 "seccomp alone");
	return true;
}

bool
confine_worker(enum confine_mode mode, struct errmsg *err)
{
	bool landlock, syscalls;

	if (!privs_drop_in_worker(true, err))
		return false;
	if (mode == CONFINE_OFF)
		return privs_drop_in_worker(false, err);
	landlock = landlock_confine();
	syscalls = syscalls_confine();
	/* Without a wall it could read what it only should look at. */
	if (!landlock && !syscalls && !privs_drop_in_worker(false, err))
		return false;
	return (landlock && syscalls) || mode != CONFINE_REQUIRE ||
	    errmsg_set(err, "confine: require: %s cannot be set up",
		syscalls ? "Landlock" : "seccomp");
}
