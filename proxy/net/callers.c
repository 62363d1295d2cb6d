/* SPDX-License-Identifier: Apache-2.0 */
#include "net/callers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/shared.h"

#define NAME_SIZE 80 /* an IPv6 address with its zone has 62 */

struct caller {
	TAILQ_ENTRY(caller) entry;
	size_t n; /* of his connections */
	char name[];
};

void
callers_init(struct callers *callers, struct shared *shared, unsigned index)
{
	TAILQ_INIT(&callers->list);
	callers->shared = shared;
	callers->index = index;
}

static void
write_name(char name[NAME_SIZE], const json_t *id)
{
	const json_t *certificate = json_object_get(id, "certificate");

	if (certificate != NULL)
		(void)snprintf(name, NAME_SIZE, "certificate %.32s",
		    json_string_value(json_object_get(certificate, "sha256")));
	else if (json_object_get(id, "uid") != NULL)
		(void)snprintf(name, NAME_SIZE, "uid %lld",
		    json_integer_value(json_object_get(id, "uid")));
	else
		(void)snprintf(name, NAME_SIZE, "address %s",
		    json_string_value(json_object_get(id, "address")));
}

static struct caller *
find(struct callers *callers, const char *name)
{
	struct caller *caller;

	TAILQ_FOREACH(caller, &callers->list, entry)
	{
		if (strcmp(caller->name, name) == 0)
			break;
	}
	return caller;
}

static struct caller *
add(struct callers *callers, const char *name)
{
	size_t size = strlen(name) + 1;
	struct caller *caller = malloc(sizeof(*caller) + size);

	if (caller == NULL)
		return NULL;
	caller->n = 0;
	memcpy(caller->name, name, size);
	TAILQ_INSERT_TAIL(&callers->list, caller, entry);
	return caller;
}

struct caller *
callers_join(struct callers *callers, const json_t *identity)
{
	char name[NAME_SIZE];
	struct caller *caller;

	write_name(name, identity);
	caller = find(callers, name);
	if (caller == NULL)
		caller = add(callers, name);
	if (caller == NULL)
		return NULL;
	caller->n++;
	shared_count_caller(callers->shared, callers->index, name, 1);
	return caller;
}

void
callers_leave(struct callers *callers, struct caller *caller)
{
	if (caller == NULL)
		return;
	shared_count_caller(callers->shared, callers->index, caller->name, -1);
	if (--caller->n > 0)
		return;
	TAILQ_REMOVE(&callers->list, caller, entry);
	free(caller);
}

size_t
callers_count(const struct callers *callers, const struct caller *caller)
{
	return caller->n +
	    shared_callers_elsewhere(
		callers->shared, callers->index, caller->name);
}

const char *
caller_name(const struct caller *caller)
{
	return caller == NULL ? "newcomer" : caller->name;
}
