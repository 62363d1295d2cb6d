/* SPDX-License-Identifier: Apache-2.0 */
#include "net/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sieve/sieve.h"

#define PATH_SIZE 4096

static const char *program;
static int program_fd = -1;

void
spawn_set_program(const char *path)
{
	program = path;
	if (program_fd >= 0)
		(void)close(program_fd);
	program_fd = -1;
}

/* --- finding -------------------------------------------------------------- */

static int
open_program(const char *path)
{
	if (access(path, X_OK) != 0)
		return -1;
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* Where the build puts it, and where the installation does. */
static int
open_beside(void)
{
	static const char *const places[] = {
	    "sockwarden-sieve", SIEVE_INSTALLED};
	char us[PATH_SIZE], path[2 * PATH_SIZE];
	ssize_t len = readlink("/proc/self/exe", us, sizeof(us) - 1);
	int fd = -1;

	if (len <= 0)
		return -1;
	us[len] = '\0';
	*(strrchr(us, '/') + 1) = '\0';
	for (size_t i = 0; i < 2 && fd < 0; i++) {
		(void)snprintf(path, sizeof(path), "%s%s", us, places[i]);
		fd = open_program(path);
	}
	return fd;
}

bool
spawn_open(struct errmsg *err)
{
	if (program_fd < 0)
		program_fd = program == NULL ? open_beside()
					     : open_program(program);
	return program_fd >= 0 ||
	    errmsg_set(
		err, "cannot open sockwarden-sieve: %s", strerror(errno));
}

bool
spawn_is_open(void)
{
	return program_fd >= 0;
}

/* --- starting ------------------------------------------------------------- */

static int
set_files(posix_spawn_file_actions_t *files, int data, int control)
{
	int error = posix_spawn_file_actions_adddup2(files, data, SIEVE_DATA);

	if (error == 0)
		error = posix_spawn_file_actions_adddup2(
		    files, control, SIEVE_CONTROL);
	if (error == 0)
		error = posix_spawn_file_actions_addopen(
		    files, 2, "/dev/null", O_WRONLY, 0);
	return error;
}

int
spawn_sieve(pid_t *pid, int data, int control)
{
	static char name[] = "sockwarden-sieve";
	char *argv[] = {name, NULL}, *envp[] = {NULL}, path[32];
	posix_spawn_file_actions_t files;
	posix_spawnattr_t how;
	sigset_t none, all;
	int error = posix_spawn_file_actions_init(&files);

	if (error != 0)
		return error;
	error = posix_spawnattr_init(&how);
	if (error == 0) {
		(void)sigemptyset(&none);
		(void)sigfillset(&all);
		(void)posix_spawnattr_setsigmask(&how, &none);
		(void)posix_spawnattr_setsigdefault(&how, &all);
		(void)posix_spawnattr_setflags(
		    &how, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
		error = set_files(&files, data, control);
		(void)snprintf(
		    path, sizeof(path), "/proc/self/fd/%d", program_fd);
		if (error == 0)
			error = posix_spawn(
			    pid, path, &files, &how, argv, envp);
		(void)posix_spawnattr_destroy(&how);
	}
	(void)posix_spawn_file_actions_destroy(&files);
	return error;
}
