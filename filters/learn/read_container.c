/* SPDX-License-Identifier: Apache-2.0 */
/* What a container is allowed besides. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/owner.h"
#include "core/text.h"
#include "learn/read.h"

void
read_call(struct learning *learning, const struct lesson *lesson,
    const struct request *req)
{
	learning_add(learning, lesson, json_string(req->call->name), NULL);
}

/* A namespace that is neither its own nor none. */
void
read_mode(struct learning *learning, const struct lesson *lesson,
    const struct request *req)
{
	const char *mode = text_of(lesson_value(lesson, req));
	char text[OWNER_MODE_LEN];

	if (*mode != '\0' && strcmp(mode, "private") != 0 &&
	    strcmp(mode, "none") != 0)
		learning_add_text(
		    learning, lesson, owner_mode(req, NULL, mode, text));
}

void
read_capabilities(struct learning *learning, const struct lesson *lesson,
    const struct request *req)
{
	size_t i;
	json_t *item;

	json_array_foreach(lesson_value(lesson, req), i, item)
	{
		const char *text = text_of(item);
		char name[64];
		size_t len = 0;

		if (strncasecmp(text, "CAP_", 4) == 0)
			text += 4;
		for (; text[len] != '\0' && len < sizeof(name) - 1; len++)
			name[len] = (char)toupper((unsigned char)text[len]);
		name[len] = '\0';
		learning_add_text(learning, lesson, name);
	}
}

/* --- security options ----------------------------------------------------- */

/* The value of a security option, or NULL if it is of another key. */
static const char *
option_value(const json_t *item, const char *key)
{
	const char *text = text_of(item);
	size_t len = strlen(key);

	return strncmp(text, key, len) == 0 &&
		(text[len] == '=' || text[len] == ':')
	    ? text + len + 1
	    : NULL;
}

void
read_security_option(struct learning *learning, const struct lesson *lesson,
    const struct request *req)
{
	size_t i;
	json_t *item;

	json_array_foreach(
	    request_body_get(req, "HostConfig.SecurityOpt"), i, item)
	{
		const char *value = option_value(item, lesson->from);

		if (value != NULL && *value != '{')
			learning_add_text(learning, lesson, value);
	}
}

void
read_seccomp_inline(struct learning *learning, const struct lesson *lesson,
    const struct request *req)
{
	size_t i;
	json_t *item;

	json_array_foreach(
	    request_body_get(req, "HostConfig.SecurityOpt"), i, item)
	{
		const char *value = option_value(item, "seccomp");

		if (value != NULL && *value == '{')
			learning_add(learning, lesson, json_true(), NULL);
	}
}

void
read_unmasked(struct learning *learning, const struct lesson *lesson,
    const struct request *req)
{
	if (request_body_get(req, "HostConfig.MaskedPaths") != NULL ||
	    request_body_get(req, "HostConfig.ReadonlyPaths") != NULL)
		learning_add(learning, lesson, json_true(), NULL);
}

/* --- limits --------------------------------------------------------------- */

static void
add_cpus(struct learning *learning, const struct lesson *lesson, long long nano,
    long long quota, long long period)
{
	long long cpus = nano > 0 ? nano / 1000000 : 0;

	if (period <= 0)
		period = 100000;
	if (quota > 0)
		cpus = (quota * 1000 + period - 1) / period;
	if (cpus > 0)
		learning_add(learning, lesson, json_integer(cpus), NULL);
}

/* In thousandths of a CPU, whichever of the two ways says so. */
void
read_cpus(struct learning *learning, const struct lesson *lesson,
    const struct request *req)
{
	const json_t *host = *lesson->from == '\0' ? req->body
						   : lesson_value(lesson, req);

	add_cpus(learning, lesson,
	    read_integer(json_object_get(host, "NanoCpus")),
	    read_integer(json_object_get(host, "CpuQuota")),
	    read_integer(json_object_get(host, "CpuPeriod")));
}

void
read_build_cpus(struct learning *learning, const struct lesson *lesson,
    const struct request *req)
{
	add_cpus(learning, lesson, 0,
	    read_integer(json_object_get(req->query, "cpuquota")),
	    read_integer(json_object_get(req->query, "cpuperiod")));
}

void
read_buildkit(struct learning *learning, const struct lesson *lesson,
    const struct request *req)
{
	if (strcmp(text_of(lesson_value(lesson, req)), "2") == 0)
		learning_add(learning, lesson, json_true(), NULL);
}

/* --- users ---------------------------------------------------------------- */

static bool
is_root(const char *user)
{
	return strcmp(user, "root") == 0 || strncmp(user, "root:", 5) == 0 ||
	    strcmp(user, "0") == 0 || strncmp(user, "0:", 2) == 0;
}

void
read_root(struct learning *learning, const struct lesson *lesson,
    const struct request *req)
{
	if (is_root(text_of(lesson_value(lesson, req))))
		learning_add(learning, lesson, json_true(), NULL);
}

void
read_user_name(struct learning *learning, const struct lesson *lesson,
    const struct request *req)
{
	const char *user = text_of(lesson_value(lesson, req));

	if (*user != '\0' && !isdigit((unsigned char)*user) && !is_root(user))
		learning_add(learning, lesson, json_true(), NULL);
}

void
read_no_healthcheck(struct learning *learning, const struct lesson *lesson,
    const struct request *req)
{
	const json_t *test = lesson_value(lesson, req);

	if (strcmp(text_of(json_array_get(test, 0)), "NONE") == 0)
		learning_add(learning, lesson, json_true(), NULL);
}
