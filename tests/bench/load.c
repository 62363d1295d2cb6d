/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load -- a load generator that believes nothing: every reply must have the
 * status that is expected, and be whole.
 *
 *   load MODE --to ADDRESS [--tls CERTIFICATE,KEY,CA] [--request FILE]
 *       [--expect STATUS] [--connections N] [--seconds S | --requests N]
 *       [--close] [--pace MICROSECONDS] [--bytes N]
 *
 *   requests    each connection sends the request again and again; with --close
 *               on a new connection each time; with --pace it rests between
 *   hold        opens connections, sends the request (which may be a part of
 *               one), awaits the head of its reply, and keeps them open; each
 *               line of input has the number that is open printed
 *   get         one request, with a long reply
 *   put         one request, with a body of --bytes: in chunks, unless its head
 *               has a Content-Length
 *   echo        after a 101: one byte there and back at a time
 *   echo-bytes  after a 101: --bytes there, and all of them back
 *
 * It prints "ready" when it has its connections and has warmed them up, begins
 * at a line of input, prints what it measured as a line of JSON, and ends with
 * its input, so that whoever measures can look before and after.
 */
#include "load.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const struct mode {
	const char *name;
	void (*run)(const struct plan *plan);
} modes[] = {
    {"echo", load_echo},
    {"echo-bytes", load_echo_bytes},
    {"get", load_get},
    {"hold", load_hold},
    {"put", load_put},
    {"requests", load_requests},
};

uint64_t
now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static void
wait_for_line(void)
{
	char line[16];

	if (fgets(line, sizeof(line), stdin) == NULL)
		exit(1);
}

void
load_wait(void)
{
	puts("ready");
	fflush(stdout);
	wait_for_line();
}

struct wire
load_connect(const struct plan *plan)
{
	const struct timespec moment = {.tv_nsec = 1000000};
	struct wire wire;
	int fd;

	while ((fd = wire_dial(&plan->to)) < 0)
		nanosleep(&moment, NULL);
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
	wire_open(&wire, fd, plan->tls, false);
	return wire;
}

static void
read_request(struct plan *plan, const char *name)
{
	static char request[256 * 1024];
	FILE *file = fopen(name, "re");

	if (file == NULL)
		die("%s: %s", name, strerror(errno));
	plan->request_len = fread(request, 1, sizeof(request), file);
	plan->request = request;
	fclose(file);
}

static void
read_option(struct plan *plan, int option, const char *value)
{
	switch (option) {
	case 'o':
		plan->to = address_of(value);
		break;
	case 't':
		plan->tls = wire_tls(value, false);
		break;
	case 'r':
		read_request(plan, value);
		break;
	case 'e':
		plan->expect = (int)strtol(value, NULL, 10);
		break;
	case 'c':
		plan->connections = strtoul(value, NULL, 10);
		break;
	case 's':
		plan->seconds = strtod(value, NULL);
		break;
	case 'n':
		plan->requests = strtoull(value, NULL, 10);
		break;
	case 'C':
		plan->close = true;
		break;
	case 'p':
		plan->pace_us = strtoull(value, NULL, 10);
		break;
	case 'b':
		plan->bytes = strtoull(value, NULL, 10);
		break;
	default:
		die("load: see the top of load.c");
	}
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
	    {"to", required_argument, NULL, 'o'},
	    {"tls", required_argument, NULL, 't'},
	    {"request", required_argument, NULL, 'r'},
	    {"expect", required_argument, NULL, 'e'},
	    {"connections", required_argument, NULL, 'c'},
	    {"seconds", required_argument, NULL, 's'},
	    {"requests", required_argument, NULL, 'n'},
	    {"close", no_argument, NULL, 'C'},
	    {"pace", required_argument, NULL, 'p'},
	    {"bytes", required_argument, NULL, 'b'},
	    {NULL, 0, NULL, 0},
	};
	struct plan plan = {.connections = 1, .requests = 1, .request = ""};
	int c;

	raise_descriptors();
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1)
		read_option(&plan, c, optarg);
	if (optind + 1 != argc || plan.to.len == 0)
		die("load: see the top of load.c");
	for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++) {
		if (strcmp(argv[optind], modes[i].name) != 0)
			continue;
		modes[i].run(&plan);
		fflush(stdout);
		while (getchar() != EOF)
			;
		return 0;
	}
	die("load: no mode \"%s\"", argv[optind]);
}
