/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "net/listener.h"
#include "unit/unit.h"

struct place {
	char folder[256], path[300], address[310];
};

static int
setup(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	if (place == NULL)
		return -1;
	make_folder(place->folder, sizeof(place->folder));
	(void)snprintf(
	    place->path, sizeof(place->path), "%s/sock", place->folder);
	(void)snprintf(
	    place->address, sizeof(place->address), "unix://%s", place->path);
	*state = place;
	return 0;
}

/* Whatever stands beside the socket (a lock file) goes too. */
static int
teardown(void **state)
{
	struct place *place = *state;
	char command[400];

	(void)snprintf(command, sizeof(command), "rm -rf '%s'", place->folder);
	assert_int_equal(system(command), 0);
	free(place);
	return 0;
}

static struct listener *
open_at(const struct place *place, mode_t mode, struct errmsg *err)
{
	struct listener_settings settings = {
	    .name = "t", .address = place->address, .mode = mode};

	return listener_open(&settings, err);
}

static int
dial(const char *path)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)snprintf(sun.sun_path, sizeof(sun.sun_path), "%s", path);
	assert_true(fd >= 0);
	if (connect(fd, (const struct sockaddr *)&sun, sizeof(sun)) == 0)
		return fd;
	(void)close(fd);
	return -1;
}

static mode_t
mode_of(const char *path)
{
	struct stat st;

	assert_int_equal(lstat(path, &st), 0);
	assert_true(S_ISSOCK(st.st_mode));
	return st.st_mode & 07777;
}

static void
test_mode(void **state)
{
	static const mode_t modes[] = {0600, 0660, 0666};
	static const mode_t masks[] = {0, 022, 077, 0777};
	struct errmsg err;

	for (size_t i = 0; i < COUNT(modes); i++) {
		for (size_t m = 0; m < COUNT(masks); m++) {
			const struct place *place = *state;
			mode_t old = umask(masks[m]);
			struct listener *listener = open_at(
			    place, modes[i], &err);

			(void)umask(old);
			if (listener == NULL)
				fail_msg("%s", err.text);
			assert_int_equal(mode_of(place->path), modes[i]);
			listener_close(listener);
		}
	}
}

static void
test_accept(void **state)
{
	const struct place *place = *state;
	struct errmsg err;
	struct listener *listener = open_at(place, 0600, &err);
	json_t *identity = NULL;
	int client, fd;

	assert_non_null(listener);
	assert_true(listener_is_unix(listener));
	errno = 0;
	assert_int_equal(listener_accept(listener, "ci", &identity), -1);
	assert_true(errno == EAGAIN || errno == EWOULDBLOCK);
	client = dial(place->path);
	assert_true(client >= 0);
	fd = listener_accept(listener, "ci", &identity);
	assert_true(fd >= 0);
	assert_true((fcntl(fd, F_GETFL) & O_NONBLOCK) != 0);
	assert_true((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
	assert_true((fcntl(listener_fd(listener), F_GETFD) & FD_CLOEXEC) != 0);
	assert_json(json_object_get(identity, "listener"), "\"ci\"");
	assert_json(json_object_get(identity, "transport"), "\"unix\"");
	assert_int_equal(
	    json_integer_value(json_object_get(identity, "uid")), getuid());
	assert_int_equal(
	    json_integer_value(json_object_get(identity, "gid")), getgid());
	assert_int_equal(
	    json_integer_value(json_object_get(identity, "pid")), getpid());
	json_decref(identity);
	(void)close(fd);
	(void)close(client);
	listener_close(listener);
	/* Its file goes with it. */
	assert_int_equal(access(place->path, F_OK), -1);
}

/* A file that a killed program left behind is in nobody's way. */
static void
test_stale(void **state)
{
	const struct place *place = *state;
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct errmsg err;
	struct listener *listener;

	(void)snprintf(sun.sun_path, sizeof(sun.sun_path), "%s", place->path);
	assert_int_equal(
	    bind(fd, (const struct sockaddr *)&sun, sizeof(sun)), 0);
	(void)close(fd);
	listener = open_at(place, 0600, &err);
	if (listener == NULL)
		fail_msg("%s", err.text);
	fd = dial(place->path);
	assert_true(fd >= 0);
	(void)close(fd);
	listener_close(listener);
}

/* One that somebody listens on is left alone. */
static void
test_live(void **state)
{
	const struct place *place = *state;
	struct errmsg err;
	struct listener *listener = open_at(place, 0600, &err);
	int fd;

	assert_non_null(listener);
	assert_null(open_at(place, 0600, &err));
	fd = dial(place->path);
	assert_true(fd >= 0);
	(void)close(fd);
	listener_close(listener);
}

/* So is whatever is no socket. */
static void
test_other_files(void **state)
{
	const struct place *place = *state;
	struct errmsg err;
	struct stat st;

	write_file(place->path, "precious");
	assert_null(open_at(place, 0600, &err));
	assert_int_equal(stat(place->path, &st), 0);
	assert_int_equal(st.st_size, 8);
	assert_int_equal(unlink(place->path), 0);
	assert_int_equal(symlink("/nowhere", place->path), 0);
	assert_null(open_at(place, 0600, &err));
	assert_int_equal(lstat(place->path, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
}

/* Closing does not remove the socket of whoever came after. */
static void
test_replaced(void **state)
{
	const struct place *place = *state;
	struct errmsg err;
	struct listener *listener = open_at(place, 0600, &err);
	struct stat st;

	assert_non_null(listener);
	assert_int_equal(unlink(place->path), 0);
	write_file(place->path, "x");
	listener_close(listener);
	assert_int_equal(stat(place->path, &st), 0);
}

static void
test_refused(void **state)
{
	static const char *const addresses[] = {"unix:///nowhere/at/all/s",
	    "tcp://192.0.2.1:1", "systemd:none", "systemd:", "evil", ""};
	struct errmsg err;

	(void)state;
	(void)unsetenv("LISTEN_FDS");
	for (size_t i = 0; i < COUNT(addresses); i++) {
		struct listener_settings settings = {
		    .name = "t", .address = addresses[i], .mode = 0600};
		struct listener *listener = listener_open(&settings, &err);

		if (listener != NULL)
			fail_msg("%s: opened", addresses[i]);
	}
}

static void
test_unknown_owner(void **state)
{
	const struct place *place = *state;
	struct errmsg err;
	struct listener_settings settings = {.name = "t",
	    .address = place->address,
	    .group = "no-such-group-here",
	    .mode = 0600};

	assert_null(listener_open(&settings, &err));
	assert_int_equal(access(place->path, F_OK), -1);
	settings.group = NULL;
	settings.owner = "no-such-user-here";
	assert_null(listener_open(&settings, &err));
	assert_int_equal(access(place->path, F_OK), -1);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_mode, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_accept, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_stale, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_live, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_other_files, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_replaced, setup, teardown),
	    cmocka_unit_test(test_refused),
	    cmocka_unit_test_setup_teardown(
		test_unknown_owner, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
