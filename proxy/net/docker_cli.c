/* SPDX-License-Identifier: Apache-2.0 */
#include "net/docker_cli.h"

#include <errno.h>
#include <event2/buffer.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Nothing of what it asks takes time; what goes on after this waits for a
 * person, or for something to happen. */
#define SECONDS_MAX 20
#define OUTPUT_MAX (1024UL * 1024)
#define PATH_LEN 256

/* One run: its folder with the socket, its pipe, its process. */
struct running {
	struct docker_cli *cli;
	char folder[PATH_LEN], socket[PATH_LEN + 8];
	char terminal[64]; /* its standard input, or "" */
	int terminal_fd, out;
	pid_t pid;
	struct event_base *base;
	struct event *readable, *timer;
	struct capture *capture;
	struct evbuffer *output;
};

/* --- what it runs in --------------------------------------------------------- */

/* Does it ask for a terminal ("-it", "--tty")?  Then it wants one to be there. */
static bool
wants_terminal(char *const *words)
{
	for (size_t i = 0; words[i] != NULL; i++) {
		const char *word = words[i];

		if (strcmp(word, "--tty") == 0 ||
		    (word[0] == '-' && word[1] != '-' &&
			strchr(word, 't') != NULL && strchr(word, 'i') != NULL))
			return true;
	}
	return false;
}

static bool
open_terminal(struct running *run, struct errmsg *err)
{
	run->terminal_fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	return (run->terminal_fd >= 0 && grantpt(run->terminal_fd) == 0 &&
		   unlockpt(run->terminal_fd) == 0 &&
		   ptsname_r(run->terminal_fd, run->terminal,
		       sizeof(run->terminal)) == 0) ||
	    errmsg_set(err, "cannot open a terminal: %s", strerror(errno));
}

static bool
make_folder(struct running *run, struct errmsg *err)
{
	const char *tmp = getenv("TMPDIR");

	(void)snprintf(run->folder, sizeof(run->folder),
	    "%.200s/sockwarden.XXXXXX",
	    tmp == NULL || *tmp != '/' ? "/tmp" : tmp);
	if (mkdtemp(run->folder) == NULL) {
		run->folder[0] = '\0';
		return errmsg_set(err,
		    "cannot make a folder for the socket: %s", strerror(errno));
	}
	(void)snprintf(
	    run->socket, sizeof(run->socket), "%s/docker", run->folder);
	return true;
}

/* Variables that could lead it to an engine, or to other keys. */
static bool
is_dockers(const char *variable)
{
	return strncmp(variable, "DOCKER_", 7) == 0 &&
	    strncmp(variable, "DOCKER_BUILDKIT=", 16) != 0 &&
	    strncmp(variable, "DOCKER_DEFAULT_PLATFORM=", 24) != 0;
}

/* The environment, new; its last two strings are ours to free. */
static char **
make_environment(const struct running *run)
{
	size_t n = 0, kept = 0;
	char **list;

	while (environ[n] != NULL)
		n++;
	list = calloc(n + 3, sizeof(*list));
	if (list == NULL)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		if (!is_dockers(environ[i]))
			list[2 + kept++] = environ[i];
	}
	if (asprintf(&list[0], "DOCKER_HOST=unix://%s", run->socket) >= 0 &&
	    asprintf(&list[1], "DOCKER_CONFIG=%s", run->folder) >= 0)
		return list;
	free(list[0]);
	free(list);
	return NULL;
}

/* --- its process --------------------------------------------------------------- */

static int
add_files(
    const struct running *run, posix_spawn_file_actions_t *files, int output)
{
	const char *input = *run->terminal == '\0' ? "/dev/null"
						   : run->terminal;
	int error = posix_spawn_file_actions_addopen(
	    files, STDIN_FILENO, input, O_RDWR | O_NOCTTY, 0);

	if (error == 0)
		error = posix_spawn_file_actions_adddup2(
		    files, output, STDOUT_FILENO);
	if (error == 0)
		error = posix_spawn_file_actions_adddup2(
		    files, output, STDERR_FILENO);
	if (error == 0 && run->cli->folder != NULL && *run->cli->folder != '\0')
		error = posix_spawn_file_actions_addchdir_np(
		    files, run->cli->folder);
	return error;
}

/* In a process group of its own, to be ended with all that it starts. */
static int
spawn(struct running *run, char *const *arguments, char *const *environment,
    int output)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t how;
	int error = posix_spawn_file_actions_init(&files);

	if (error != 0)
		return error;
	error = posix_spawnattr_init(&how);
	if (error == 0) {
		(void)posix_spawnattr_setflags(&how, POSIX_SPAWN_SETPGROUP);
		error = add_files(run, &files, output);
		if (error == 0)
			error = posix_spawnp(&run->pid, arguments[0], &files,
			    &how, arguments, environment);
		(void)posix_spawnattr_destroy(&how);
	}
	(void)posix_spawn_file_actions_destroy(&files);
	return error;
}

/* "docker WORD...", new; the words are borrowed. */
static char **
make_arguments(char *const *words)
{
	static char name[] = "docker";
	size_t n = 0;
	char **arguments;

	while (words[n] != NULL)
		n++;
	arguments = calloc(n + 2, sizeof(*arguments));
	if (arguments == NULL)
		return NULL;
	arguments[0] = name;
	memcpy(arguments + 1, words, n * sizeof(*words));
	return arguments;
}

static bool
begin(struct running *run, char *const *words, struct errmsg *err)
{
	char **arguments = make_arguments(words);
	char **environment = make_environment(run);
	int pipes[2] = {-1, -1}, error = ENOMEM;

	if (arguments != NULL && environment != NULL)
		error = pipe2(pipes, O_CLOEXEC) == 0 ? 0 : errno;
	if (error == 0)
		error = spawn(run, arguments, environment, pipes[1]);
	if (pipes[1] >= 0)
		(void)close(pipes[1]);
	run->out = pipes[0];
	if (environment != NULL) {
		free(environment[0]);
		free(environment[1]);
	}
	free(environment);
	free(arguments);
	if (error == ENOENT)
		return errmsg_set(err,
		    "there is no docker command on this machine: install "
		    "Docker's command line (no engine is needed), or give the "
		    "call itself, 'METHOD /TARGET'");
	return error == 0 ||
	    errmsg_set(err, "cannot run docker: %s", strerror(error));
}

/* --- its life ------------------------------------------------------------------ */

static void
on_output(evutil_socket_t fd, short what, void *arg)
{
	struct running *run = arg;
	char bytes[4096];
	ssize_t n = read(fd, bytes, sizeof(bytes));

	(void)what;
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0)
		(void)event_base_loopbreak(run->base);
	else if (evbuffer_get_length(run->output) < OUTPUT_MAX)
		(void)evbuffer_add(run->output, bytes, (size_t)n);
}

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct running *run = arg;

	(void)fd;
	(void)what;
	run->cli->timed_out = true;
	(void)event_base_loopbreak(run->base);
}

static void
wait_for(struct running *run)
{
	int status = 0;

	/* Whatever it has started ends with it. */
	(void)kill(-run->pid, SIGKILL);
	while (waitpid(run->pid, &status, 0) < 0 && errno == EINTR)
		continue;
	run->cli->exit_status = WIFEXITED(status) ? WEXITSTATUS(status)
						  : 128 + WTERMSIG(status);
}

/* What it printed as UTF-8 without what moves a cursor. */
static char *
printed(struct evbuffer *output)
{
	size_t len = evbuffer_get_length(output), at = 0;
	char *text = calloc(1, len + 1);
	json_t *whole;

	if (text == NULL)
		return NULL;
	(void)evbuffer_remove(output, text, len);
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\n' || text[i] == '\t' ||
		    ((unsigned char)text[i] >= ' ' && text[i] != 0x7f))
			text[at++] = text[i];
	}
	text[at] = '\0';
	whole = json_string(text);
	for (size_t i = 0; whole == NULL && i < at; i++) {
		if ((unsigned char)text[i] > 0x7f)
			text[i] = '?';
	}
	json_decref(whole);
	return text;
}

static bool
live(struct running *run, char *const *words, struct errmsg *err)
{
	static const struct timeval patience = {SECONDS_MAX, 0};

	run->output = evbuffer_new();
	run->base = event_base_new();
	if (run->output == NULL || run->base == NULL)
		return errmsg_nomem(err);
	run->capture = capture_new(
	    run->base, run->socket, run->cli->on_call, run->cli->arg, err);
	if (run->capture == NULL || !begin(run, words, err))
		return false;
	run->readable = event_new(
	    run->base, run->out, EV_READ | EV_PERSIST, on_output, run);
	run->timer = event_new(run->base, -1, 0, on_timer, run);
	if (run->readable != NULL && run->timer != NULL &&
	    event_add(run->readable, NULL) == 0 &&
	    event_add(run->timer, &patience) == 0)
		(void)event_base_dispatch(run->base);
	wait_for(run);
	run->cli->output = printed(run->output);
	return run->cli->output != NULL || errmsg_nomem(err);
}

/* What the client keeps in its folder: nothing that we know of, but for files
 * of plugins. */
static void
remove_folder(const struct running *run)
{
	char path[PATH_LEN + 32];

	if (*run->folder == '\0')
		return;
	(void)unlink(run->socket);
	(void)snprintf(path, sizeof(path), "%s/config.json", run->folder);
	(void)unlink(path);
	(void)rmdir(run->folder);
}

static void
end(struct running *run)
{
	capture_free(run->capture);
	if (run->readable != NULL)
		event_free(run->readable);
	if (run->timer != NULL)
		event_free(run->timer);
	if (run->base != NULL)
		event_base_free(run->base);
	if (run->output != NULL)
		evbuffer_free(run->output);
	if (run->out >= 0)
		(void)close(run->out);
	if (run->terminal_fd >= 0)
		(void)close(run->terminal_fd);
	remove_folder(run);
}

bool
docker_cli_run(struct docker_cli *cli, char *const *words, struct errmsg *err)
{
	struct running run = {.cli = cli, .terminal_fd = -1, .out = -1};
	bool ran;

	cli->output = NULL;
	cli->exit_status = 0;
	cli->timed_out = false;
	ran = make_folder(&run, err) &&
	    (!wants_terminal(words) || open_terminal(&run, err)) &&
	    live(&run, words, err);
	end(&run);
	return ran;
}

void
docker_cli_done(struct docker_cli *cli)
{
	free(cli->output);
	cli->output = NULL;
}
