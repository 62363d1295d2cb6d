/* SPDX-License-Identifier: Apache-2.0 */
/* Landlock, with no rule: no file can be opened, made, removed or run, nothing
 * bound or connected to, nobody outside signalled. */
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "confine.h"

/* Headers of the distributions that we build on lag behind their kernels, so
 * what <linux/landlock.h> would have stands here. */
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_restrict_self 446
#endif

#define CREATE_RULESET_VERSION 1U

struct ruleset {
	uint64_t fs, net, scoped;
};

/* What each version of the interface can forbid, with all before it. */
static const struct {
	long version;
	uint64_t fs, net, scoped;
	size_t size;
} versions[] = {
    {1, 0x1FFF, 0, 0, 8}, /* execute, read, write, remove, make */
    {2, 0x3FFF, 0, 0, 8}, /* link and rename across directories */
    {3, 0x7FFF, 0, 0, 8}, /* truncate */
    {4, 0x7FFF, 3, 0, 16}, /* bind and connect of TCP */
    {5, 0xFFFF, 3, 0, 16}, /* ioctl of devices */
    {6, 0xFFFF, 3, 3, 24}, /* abstract unix sockets, signals */
};

static long
version(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, (size_t)0,
	    CREATE_RULESET_VERSION);
}

bool
landlock_can_confine(void)
{
	return version() >= 1;
}

bool
landlock_confine(void)
{
	struct ruleset ruleset = {0, 0, 0};
	size_t size = 0;
	long has = version(), fd;
	bool confined;

	for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
		if (versions[i].version > has)
			break;
		ruleset = (struct ruleset){
		    versions[i].fs, versions[i].net, versions[i].scoped};
		size = versions[i].size;
	}
	if (size == 0)
		return false;
	fd = syscall(SYS_landlock_create_ruleset, &ruleset, size, 0U);
	if (fd < 0)
		return false;
	confined = syscall(SYS_landlock_restrict_self, (int)fd, 0U) == 0;
	(void)close((int)fd);
	return confined;
}
