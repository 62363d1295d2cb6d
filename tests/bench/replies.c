/* SPDX-License-Identifier: Apache-2.0 */
#include "replies.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire.h"

#define ID "e90e34656806e1c7f5a5b8c2d1e0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2"
#define CHUNK (32 * 1024) /* as dockerd's */
#define UNIT (256 * 1024) /* of bulk data */
#define ITEM 340 /* about, of a list */

#define COMMON                                                                 \
	"Api-Version: 1.41\r\nDocker-Experimental: false\r\nOstype: linux\r\n" \
	"Server: Docker/20.10.24 (linux)\r\n"                                  \
	"Date: Fri, 28 Nov 2025 16:56:00 GMT\r\n"

static struct reply replies[16];
static size_t count;
static struct reply not_found;

/* --- texts ------------------------------------------------------------------ */

__attribute__((format(printf, 1, 2))) static char *
text(const char *format, ...)
{
	va_list args;
	char *made;

	va_start(args, format);
	if (vasprintf(&made, format, args) < 0)
		die("out of memory");
	va_end(args);
	return made;
}

static struct part
part_of(char *data, unsigned long long times)
{
	return (struct part){.data = data, .len = strlen(data), .times = times};
}

/* A reply with a body of a length. */
static struct reply
plain(const char *method, const char *target, const char *status,
    const char *type, const char *body)
{
	return (struct reply){.method = method,
	    .target = target,
	    .parts = {
		part_of(text("HTTP/1.1 %s\r\n" COMMON "Content-Type: %s\r\n"
			     "Content-Length: %zu\r\n\r\n%s",
			    status, type, strlen(body), body),
		    1)}};
}

static struct reply
json(const char *method, const char *target, const char *status,
    const char *body)
{
	return plain(method, target, status, "application/json", body);
}

/* A JSON list of about so many bytes. */
static const char *
list(size_t bytes)
{
	char *body = malloc(bytes + 2 * ITEM);
	size_t len = 0;

	if (body == NULL)
		die("out of memory");
	for (int i = 0; len < bytes; i++) {
		len += (size_t)snprintf(body + len, 2 * ITEM,
		    "%s{\"Id\":\"%08x%.56s\",\"Names\":[\"/web%d\"],"
		    "\"Image\":\"busybox:latest\",\"ImageID\":\"sha256:" ID
		    "\",\"Command\":\"sh -c 'serve'\",\"Created\":1764348960,"
		    "\"Ports\":[],\"Labels\":{\"sockwarden.team\":\"bench\"},"
		    "\"State\":\"running\",\"Status\":\"Up 3 minutes\"}",
		    i == 0 ? "[" : ",", (unsigned)i, ID, i);
	}
	memcpy(body + len, "]\n", 3);
	return body;
}

/* --- bulk ------------------------------------------------------------------- */

/* A UNIT of zeros, in chunks or plain. */
static struct part
unit(bool chunked, unsigned long long times)
{
	struct part part = {.times = times};
	char *data = calloc(1, UNIT + UNIT / CHUNK * 16);
	size_t len = 0;

	if (data == NULL)
		die("out of memory");
	for (int i = 0; i < UNIT / CHUNK; i++) {
		if (chunked)
			len += (size_t)sprintf(data + len, "%x\r\n", CHUNK);
		memset(data + len, 0, CHUNK);
		len += CHUNK;
		if (chunked)
			memcpy(data + len, "\r\n", 2);
		len += chunked ? 2 : 0;
	}
	part.data = data;
	part.len = len;
	return part;
}

static struct reply
chunked_bulk(const char *target, unsigned long long bytes)
{
	return (struct reply){.method = "GET",
	    .target = target,
	    .parts = {part_of(text("HTTP/1.1 200 OK\r\n" COMMON
				   "Content-Type: application/x-tar\r\n"
				   "Transfer-Encoding: chunked\r\n\r\n"),
			  1),
		unit(true, bytes / UNIT), part_of(text("0\r\n\r\n"), 1)}};
}

static struct reply
plain_bulk(const char *target, unsigned long long bytes)
{
	return (struct reply){.method = "GET",
	    .target = target,
	    .parts = {part_of(text("HTTP/1.1 200 OK\r\n" COMMON
				   "Content-Type: application/x-tar\r\n"
				   "Content-Length: %llu\r\n\r\n",
				  bytes / UNIT * UNIT),
			  1),
		unit(false, bytes / UNIT)}};
}

/* --- streams ---------------------------------------------------------------- */

static struct reply
events(void)
{
	const char *event = "{\"Type\":\"container\",\"Action\":\"start\"}\n";

	return (struct reply){.method = "GET",
	    .target = "/events",
	    .parts = {part_of(text("HTTP/1.1 200 OK\r\n" COMMON
				   "Content-Type: application/json\r\n"
				   "Transfer-Encoding: chunked\r\n\r\n"
				   "%zx\r\n%s\r\n",
				  strlen(event), event),
		1)},
	    .endless = true};
}

static struct reply
attach(void)
{
	return (struct reply){.method = "POST",
	    .target = "/attach",
	    .parts = {part_of(
		text("HTTP/1.1 101 UPGRADED\r\n" COMMON "Content-Type: "
		     "application/vnd.docker.raw-stream\r\n"
		     "Connection: Upgrade\r\nUpgrade: tcp\r\n\r\n"),
		1)},
	    .echo = true};
}

/* --- all of them ------------------------------------------------------------ */

static void
add(struct reply reply)
{
	if (count == sizeof(replies) / sizeof(*replies))
		die("too many replies");
	replies[count++] = reply;
}

static const char container[] =
    "{\"Id\":\"" ID "\",\"Name\":\"/web\",\"Image\":\"sha256:" ID "\","
    "\"Config\":{\"User\":\"65534:65534\",\"Tty\":true,\"Labels\":"
    "{\"sockwarden.team\":\"bench\"}},\"State\":{\"Running\":true},"
    "\"HostConfig\":{\"Privileged\":false,\"CapAdd\":null,"
    "\"ReadonlyRootfs\":true,\"NetworkMode\":\"default\"}}\n";

void
replies_make(unsigned long long bytes)
{
	add(plain(
	    "GET", "/_ping", "200 OK", "text/plain; charset=utf-8", "OK"));
	add(json("GET", "/version", "200 OK",
	    "{\"Version\":\"20.10.24\",\"ApiVersion\":\"1.41\","
	    "\"MinAPIVersion\":\"1.12\",\"Os\":\"linux\",\"Arch\":\"amd64\"}"
	    "\n"));
	add(json("GET", "/info", "200 OK",
	    "{\"ID\":\"bench\",\"ServerVersion\":\"20.10.24\","
	    "\"SecurityOptions\":[\"name=seccomp,profile=default\"]}\n"));
	add(json("GET", "/containers/json", "200 OK", list(2 * 1024 - ITEM)));
	add(json("GET", "/images/json", "200 OK", list(200 * 1024)));
	add(json("POST", "/containers/create", "201 Created",
	    "{\"Id\":\"" ID "\",\"Warnings\":[]}\n"));
	add(json("POST", "/images/load", "200 OK",
	    "{\"stream\":\"Loaded image: busybox:latest\\n\"}\n"));
	add(chunked_bulk("/export", bytes));
	add(plain_bulk("/images/get", bytes));
	add(events());
	add(attach());
	/* Last, because it is the end of others too. */
	add(json("GET", "/json", "200 OK", container));
	not_found = json("GET", "", "404 Not Found",
	    "{\"message\":\"the bench has no such thing\"}\n");
}

const struct reply *
reply_to(const char *head)
{
	const char *target = strchr(head, ' ');
	size_t len = target == NULL ? 0 : strcspn(++target, " ?\r\n");

	for (const struct reply *r = replies; r < replies + count; r++) {
		size_t end = strlen(r->target), method = strlen(r->method);

		if (len >= end && strncmp(head, r->method, method) == 0 &&
		    memcmp(target + len - end, r->target, end) == 0)
			return r;
	}
	return &not_found;
}
