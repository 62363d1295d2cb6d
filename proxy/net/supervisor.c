/* SPDX-License-Identifier: Apache-2.0 */
#include "net/supervisor.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "audit.h"
#include "config/config.h"
#include "confine.h"
#include "files.h"
#include "log.h"
#include "net/channel.h"
#include "net/clock.h"
#include "net/crew.h"
#include "net/pages.h"
#include "net/setup.h"
#include "net/shared.h"
#include "net/spawn.h"
#include "net/tls.h"
#include "net/worker.h"
#include "privs.h"

/* Messages of one worker at one turn, so that the others have theirs. */
#define MESSAGE_TURN 64

/* How often a worker may be killed before it could say anything. */
#define STARTS 3

/* After the time for draining, what has not ended by itself is ended. */
#define END_MS (5 * 1000)

enum phase {
	PHASE_STARTING = 0, /* no worker may fail */
	PHASE_SERVING,
	PHASE_DRAINING,
	PHASE_ENDED,
};

struct supervisor {
	enum phase phase;
	const char *config_path;
	struct setup *setup;
	struct address previous; /* the engine before this one */
	struct shared *shared;
	struct crew crew;
	int signals;
	bool reloading;
	bool reload_due; /* once all have started */
	long long deadline; /* for draining, ms; 0: none */
	struct errmsg why; /* it could not begin */
};

static void
fail(struct supervisor *supervisor, const char *text)
{
	(void)errmsg_set(&supervisor->why, "%s", text);
	supervisor->phase = PHASE_ENDED;
}

static unsigned
index_of(const struct supervisor *supervisor, const struct member *member)
{
	return (unsigned)(member - supervisor->crew.members);
}

/* Whoever does not hear what he is told must not go on as before. */
static void
tell(struct supervisor *supervisor, struct member *member,
    enum message_kind kind, uint32_t number, int fd)
{
	if (member->channel < 0 ||
	    channel_say(member->channel, kind, number, fd))
		return;
	log_error("worker %u does not listen: %s",
	    index_of(supervisor, member) + 1, strerror(errno));
	crew_kill(member);
}

/* --- starting workers ----------------------------------------------------- */

/* The child: has nothing of the supervisor's but what it serves by. */
static bool
be_worker(
    struct supervisor *supervisor, const struct member *member, int channel)
{
	struct setup *setup = supervisor->setup;
	unsigned index = index_of(supervisor, member);

	(void)close(supervisor->signals);
	crew_done(&supervisor->crew, false);
	supervisor->setup = NULL;
	supervisor->phase = PHASE_ENDED;
	setup_disown(setup);
	return worker_run(channel, setup, supervisor->shared, index);
}

/* True in the child, when it has ended. */
static bool
start_worker(struct supervisor *supervisor, struct member *member)
{
	int ends[2];
	pid_t pid;

	if (!channel_pair(ends)) {
		log_error("no worker can be started: %s", strerror(errno));
		member->due = clock_ms() + 1000;
		return false;
	}
	shared_clear(supervisor->shared, index_of(supervisor, member));
	pid = fork();
	if (pid == 0) {
		(void)close(ends[0]);
		if (!be_worker(supervisor, member, ends[1]))
			exit(1);
		return true;
	}
	(void)close(ends[1]);
	if (pid > 0) {
		crew_born(member, pid, ends[0]);
		return false;
	}
	log_error("no worker can be started: %s", strerror(errno));
	(void)close(ends[0]);
	member->due = clock_ms() + 1000;
	return false;
}

/* True in a child, when it has ended. */
static bool
fill_crew(struct supervisor *supervisor)
{
	struct member *member;

	if (supervisor->phase > PHASE_SERVING)
		return false;
	while ((member = crew_due(&supervisor->crew)) != NULL) {
		if (start_worker(supervisor, member))
			return true;
	}
	return false;
}

/* --- what workers ask for ------------------------------------------------- */

/* A call is made by the configuration that it began with. */
static const struct address *
find_engine(const struct supervisor *supervisor, const char *text)
{
	const struct address *now = config_upstream(supervisor->setup->config);

	if (strcmp(now->text, text) == 0)
		return now;
	return strcmp(supervisor->previous.text, text) == 0
	    ? &supervisor->previous
	    : NULL;
}

static void
connect_engine(struct supervisor *supervisor, struct member *member,
    const struct message *asked)
{
	const struct address *to = find_engine(supervisor, asked->text);
	struct errmsg err;
	bool connecting = false;
	int fd = -1, error = ESTALE;

	if (to != NULL) {
		fd = address_connect(to, &connecting, &err);
		error = errno;
	}
	tell(supervisor, member,
	    connecting ? MESSAGE_CONNECTING : MESSAGE_CONNECTED,
	    fd < 0 ? (uint32_t)error : 0, fd);
	if (fd >= 0)
		(void)close(fd);
}

static void
announce(const struct supervisor *supervisor)
{
	const struct config *config = supervisor->setup->config;

	for (size_t i = 0; i < config_nlisteners(config); i++)
		log_info("listening on %s",
		    config_listener(config, i)->socket.address);
	log_info("ready: guarding %s", config_upstream(config)->text);
}

static void
on_ready(struct supervisor *supervisor, struct member *member)
{
	member->ready = true;
	if (!crew_is_ready(&supervisor->crew))
		return;
	if (supervisor->phase == PHASE_STARTING) {
		supervisor->phase = PHASE_SERVING;
		announce(supervisor);
		pages_give_back();
	} else if (supervisor->reloading) {
		supervisor->reloading = false;
		log_info("reloaded");
		pages_give_back();
	}
}

static void
on_failed(
    struct supervisor *supervisor, struct member *member, const char *text)
{
	if (supervisor->phase == PHASE_STARTING)
		fail(supervisor, text);
	else
		log_error(
		    "worker %u: %s", index_of(supervisor, member) + 1, text);
	crew_kill(member);
}

static void reopen_audit(struct supervisor *supervisor);

/* Several may have lost it; it is made anew once. */
static void
on_lost(struct supervisor *supervisor, struct member *member)
{
	const struct audit *audit = supervisor->setup->audit;

	if (audit_is_lost(audit))
		reopen_audit(supervisor);
	else
		tell(supervisor, member, MESSAGE_REOPEN, 0, audit_fd(audit));
}

static void
on_message(struct supervisor *supervisor, struct member *member,
    const struct message *message, const int *fds, size_t n)
{
	if (message->kind == MESSAGE_READY)
		on_ready(supervisor, member);
	else if (message->kind == MESSAGE_FAILED)
		on_failed(supervisor, member, message->text);
	else if (message->kind == MESSAGE_CONNECT)
		connect_engine(supervisor, member, message);
	else if (message->kind == MESSAGE_SIEVE && n == 2)
		/* That there is none, the worker sees by its sockets. */
		(void)crew_add_sieve(
		    &supervisor->crew, member, message->number, fds[0], fds[1]);
	else if (message->kind == MESSAGE_SIEVE_END)
		crew_end_sieve(&supervisor->crew, member, message->number);
	else if (message->kind == MESSAGE_LOST)
		on_lost(supervisor, member);
	else
		crew_kill(member);
}

static void
hear(struct supervisor *supervisor, struct member *member)
{
	struct message message;
	int fds[2];
	size_t n;

	for (int i = 0; i < MESSAGE_TURN && member->channel >= 0; i++) {
		enum channel_result result = channel_receive(
		    member->channel, &message, fds, 2, &n);

		if (result == CHANNEL_EMPTY)
			return;
		if (result == CHANNEL_ENDED) {
			(void)close(member->channel);
			member->channel = -1;
			return;
		}
		on_message(supervisor, member, &message, fds, n);
		while (n > 0)
			(void)close(fds[--n]);
	}
}

/* --- reloading ------------------------------------------------------------ */

static void
log_problem(void *arg, bool warning, const char *line)
{
	(void)arg;
	if (warning)
		log_warn("%s", line);
	else
		log_error("%s", line);
}

static struct config *
load(struct supervisor *supervisor)
{
	struct problems problems;
	struct config *config;
	bool unreadable;

	problems_init(&problems, supervisor->config_path);
	config = config_load(supervisor->config_path, &problems, &unreadable);
	problems_tell(&problems, log_problem, NULL);
	problems_done(&problems);
	return config;
}

/* What was given up or sealed once stays so. */
static void
warn_of_restart(const struct config *old, const struct config *new)
{
	const char *was = config_user(old), *is = config_user(new);

	if (strcmp(was == NULL ? "" : was, is == NULL ? "" : is) != 0)
		log_warn("another user takes a restart");
	if (config_confine(old) != config_confine(new))
		log_warn("another value of confine takes a restart");
}

/* Workers that are too many leave when their calls have ended. */
static void
resize(struct supervisor *supervisor)
{
	struct crew *crew = &supervisor->crew;

	crew->wanted = config_workers(supervisor->setup->config);
	for (unsigned i = crew->wanted; i < LIMIT_WORKERS; i++) {
		struct member *member = &crew->members[i];

		if (member->pid <= 0 || member->leaving)
			continue;
		member->leaving = true;
		tell(supervisor, member, MESSAGE_DRAIN, 0, -1);
	}
}

/* Nothing here can fail but for a worker that does not listen. */
static void
apply(struct supervisor *supervisor, struct setup *setup, int packed)
{
	struct setup *old = supervisor->setup;

	warn_of_restart(old->config, setup->config);
	log_set_level((enum log_level)config_log_level(setup->config));
	if (strcmp(config_upstream(old->config)->text,
		config_upstream(setup->config)->text) != 0)
		supervisor->previous = *config_upstream(old->config);
	supervisor->setup = setup;
	supervisor->reloading = true;
	for (size_t i = 0; i < LIMIT_WORKERS; i++) {
		struct member *member = &supervisor->crew.members[i];

		if (member->channel < 0)
			continue;
		member->ready = false;
		if (!setup_send(setup, member->channel, packed)) {
			log_error("worker %zu does not listen: %s", i + 1,
			    strerror(errno));
			crew_kill(member);
		}
	}
	setup_free(old);
	resize(supervisor);
}

static void
reload(struct supervisor *supervisor)
{
	struct config *config;
	struct setup *setup = NULL;
	struct errmsg err;
	int packed = -1;

	supervisor->reload_due = supervisor->phase == PHASE_STARTING;
	if (supervisor->reload_due)
		return;
	if (supervisor->config_path == NULL ||
	    supervisor->phase != PHASE_SERVING) {
		log_warn("nothing to reload: %s",
		    supervisor->config_path == NULL ? "there is no file"
						    : "draining");
		return;
	}
	files_remember();
	config = load(supervisor);
	(void)errmsg_set(&err, "it has errors");
	if (config != NULL)
		setup = setup_open(config, supervisor->setup, &err);
	if (setup != NULL)
		packed = setup_pack(setup, &err);
	files_forget();
	if (packed >= 0) {
		apply(supervisor, setup, packed);
		(void)close(packed);
		return;
	}
	log_error("not reloaded; the old configuration stays: %s", err.text);
	if (setup != NULL && supervisor->setup->audit == NULL) {
		supervisor->setup->audit = setup->audit;
		setup->audit = NULL;
	}
	setup_free(setup);
}

/* --- signals -------------------------------------------------------------- */

static void
tell_all(struct supervisor *supervisor, enum message_kind kind, int fd)
{
	for (size_t i = 0; i < LIMIT_WORKERS; i++)
		tell(supervisor, &supervisor->crew.members[i], kind, 0, fd);
}

static void
reopen_audit(struct supervisor *supervisor)
{
	struct audit *audit = supervisor->setup->audit;
	struct errmsg err;

	if (!audit_reopen(audit, &err)) {
		log_error("the audit log was not reopened: %s", err.text);
		return;
	}
	tell_all(supervisor, MESSAGE_REOPEN, audit_fd(audit));
	log_info("the audit log was reopened");
}

/* Let nobody in, let what runs end, for a while.  At the start, too: those who
 * are ready have been serving while others were not. */
static void
drain(struct supervisor *supervisor)
{
	long long at_once = clock_ms() + END_MS;

	if (supervisor->phase == PHASE_ENDED)
		return;
	if (supervisor->phase != PHASE_DRAINING)
		supervisor->deadline = at_once +
		    config_timeouts(supervisor->setup->config)->drain;
	else if (supervisor->deadline > at_once)
		supervisor->deadline = at_once;
	if (supervisor->phase == PHASE_DRAINING)
		log_info("told to end at once");
	supervisor->phase = PHASE_DRAINING;
	setup_close_sockets(supervisor->setup);
	tell_all(supervisor, MESSAGE_DRAIN, -1);
}

static void
tell_death(const struct supervisor *supervisor, const struct member *member,
    int status)
{
	unsigned number = index_of(supervisor, member) + 1;

	if (WIFSIGNALED(status))
		log_error("worker %u was ended by signal %d (%s)%s", number,
		    WTERMSIG(status), strsignal(WTERMSIG(status)),
		    WTERMSIG(status) == SIGSYS
			? ": it tried what no worker does, and may have been "
			  "broken into"
			: "");
	else if (!member->leaving && supervisor->phase == PHASE_SERVING)
		log_error("worker %u has ended", number);
}

static void
reap(struct supervisor *supervisor)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		struct member *member = crew_died(&supervisor->crew, pid);

		if (member == NULL)
			continue;
		if (supervisor->phase == PHASE_STARTING &&
		    (WIFEXITED(status) || member->deaths > STARTS))
			fail(supervisor, "a worker did not start");
		tell_death(supervisor, member, status);
		audit_look(supervisor->setup->audit);
	}
}

static void
on_signals(struct supervisor *supervisor)
{
	struct signalfd_siginfo info;

	while (read(supervisor->signals, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGCHLD)
			reap(supervisor);
		else if (info.ssi_signo == SIGHUP)
			reload(supervisor);
		else if (info.ssi_signo == SIGUSR1)
			reopen_audit(supervisor);
		else
			drain(supervisor);
	}
}

/* --- the loop ------------------------------------------------------------- */

static int
wait_ms(const struct supervisor *supervisor)
{
	long long left = supervisor->deadline - clock_ms();

	if (supervisor->phase == PHASE_DRAINING)
		return left < 0 ? 0 : (int)left;
	return crew_wait_ms(&supervisor->crew);
}

/* Not where they are reaped: a signal behind that of the last death, or before
 * the return of one that died, begins to drain when there is nobody left. */
static void
await_crew(struct supervisor *supervisor)
{
	if (crew_living(&supervisor->crew) == 0) {
		supervisor->phase = PHASE_ENDED;
	} else if (clock_ms() >= supervisor->deadline) {
		log_warn("workers did not end in time");
		supervisor->phase = PHASE_ENDED;
	}
}

static void
take_turn(struct supervisor *supervisor)
{
	struct pollfd fds[LIMIT_WORKERS + 1];
	struct member *members[LIMIT_WORKERS + 1];
	nfds_t n = 0;

	fds[n++] = (struct pollfd){.fd = supervisor->signals, .events = POLLIN};
	for (size_t i = 0; i < LIMIT_WORKERS; i++) {
		struct member *member = &supervisor->crew.members[i];

		if (member->channel < 0)
			continue;
		members[n] = member;
		fds[n++] = (struct pollfd){
		    .fd = member->channel, .events = POLLIN};
	}
	if (poll(fds, n, wait_ms(supervisor)) < 0)
		return;
	for (nfds_t i = 1; i < n; i++) {
		if (fds[i].revents != 0 && members[i]->channel == fds[i].fd)
			hear(supervisor, members[i]);
	}
	if (fds[0].revents != 0)
		on_signals(supervisor);
	if (supervisor->reload_due && supervisor->phase == PHASE_SERVING)
		reload(supervisor);
	if (supervisor->phase == PHASE_DRAINING)
		await_crew(supervisor);
}

/* --- beginning and ending ------------------------------------------------- */

static int
watch_signals(void)
{
	sigset_t ours;

	/* Writing to a peer that has left, or past a file size limit, is an
	 * error like any other. */
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGXFSZ, SIG_IGN);
	(void)sigemptyset(&ours);
	(void)sigaddset(&ours, SIGCHLD);
	(void)sigaddset(&ours, SIGHUP);
	(void)sigaddset(&ours, SIGUSR1);
	(void)sigaddset(&ours, SIGTERM);
	(void)sigaddset(&ours, SIGINT);
	if (sigprocmask(SIG_BLOCK, &ours, NULL) != 0)
		return -1;
	return signalfd(-1, &ours, SFD_NONBLOCK | SFD_CLOEXEC);
}

static bool
begin(struct supervisor *supervisor, struct config *config, struct errmsg *err)
{
	struct errmsg sieve;

	crew_init(&supervisor->crew);
	supervisor->crew.wanted = config_workers(config);
	supervisor->signals = watch_signals();
	supervisor->shared = shared_new();
	if (supervisor->signals < 0 || supervisor->shared == NULL) {
		config_unref(config);
		return errmsg_set(err, "%s", strerror(errno));
	}
	if (!spawn_open(&sieve))
		log_warn("%s; uploads that are to be judged are refused",
		    sieve.text);
	(void)privs_raise_files();
	/* A reload may bring the first listener with TLS. */
	if (supervisor->config_path != NULL)
		tls_prepare();
	supervisor->setup = setup_open(config, NULL, err);
	if (supervisor->setup == NULL)
		return false;
	audit_share_tears(
	    supervisor->setup->audit, shared_tears(supervisor->shared));
	return privs_drop(config_user(config), err) &&
	    confine_look((enum confine_mode)config_confine(config), err);
}

bool
supervisor_run(
    const char *config_path, struct config *config, struct errmsg *err)
{
	struct supervisor supervisor = {
	    .config_path = config_path, .signals = -1};
	bool begun;

	log_set_level((enum log_level)config_log_level(config));
	begun = begin(&supervisor, config, err);
	while (begun && supervisor.phase != PHASE_ENDED) {
		if (fill_crew(&supervisor))
			return true;
		take_turn(&supervisor);
	}
	if (supervisor.why.text[0] != '\0') {
		*err = supervisor.why;
		begun = false;
	}
	if (begun)
		log_info("ended");
	crew_done(&supervisor.crew, true);
	setup_free(supervisor.setup);
	shared_free(supervisor.shared);
	if (supervisor.signals >= 0)
		(void)close(supervisor.signals);
	return begun;
}
