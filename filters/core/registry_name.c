/* SPDX-License-Identifier: Apache-2.0 */
#include "core/registry_name.h"

#include <stdio.h>
#include <string.h>

#define DIGITS "0123456789"
#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define HUB "docker.io"

/* Lower-case labels with dots between them, and a port.  Capitals, a dot at the
 * end and brackets are other spellings, of which none is needed. */
static bool
host_valid(const char *text, size_t len)
{
	size_t host = strcspn(text, ":"), n;
	const char *end, *port;

	if (host > len)
		host = len;
	port = text + host;
	end = port;
	if (host < len &&
	    (len - host < 2 || len - host > 6 ||
		strspn(port + 1, DIGITS) < len - host - 1))
		return false;
	while (text < end) {
		n = strspn(text, LOWER DIGITS "-");
		if (n == 0 || text[0] == '-' || text[n - 1] == '-')
			return false;
		text += n;
		if (text >= end)
			return true;
		if (*text != '.')
			return false;
		text++;
	}
	return false;
}

/* What the daemon itself takes for Docker Hub. */
static bool
is_hub(const char *host, size_t len)
{
	static const char *const names[] = {
	    "", HUB, "index.docker.io", "registry-1.docker.io", NULL};

	for (size_t i = 0; names[i] != NULL; i++) {
		if (strlen(names[i]) == len &&
		    strncmp(names[i], host, len) == 0)
			return true;
	}
	return false;
}

static bool
take_host(const char *host, size_t len, struct registry_name *registry)
{
	if (is_hub(host, len)) {
		(void)snprintf(
		    registry->text, sizeof(registry->text), "%s", HUB);
		return true;
	}
	if (len >= sizeof(registry->text) || !host_valid(host, len))
		return false;
	(void)snprintf(
	    registry->text, sizeof(registry->text), "%.*s", (int)len, host);
	return true;
}

/* --- lists ---------------------------------------------------------------- */

bool
registry_pattern_valid(const char *pattern, struct errmsg *err)
{
	const char *host = strncmp(pattern, "*.", 2) == 0 ? pattern + 2
							  : pattern;

	if (strcmp(pattern, "*") == 0)
		return true;
	if (host_valid(host, strlen(host)) &&
	    (strcmp(pattern, HUB) == 0 || !is_hub(host, strlen(host))))
		return true;
	return errmsg_set(err,
	    "want a registry in lower case, as \"docker.io\", "
	    "\"registry.example.com:5000\", \"*.example.com\" or \"*\"");
}

static bool
matches(const char *pattern, const void *text)
{
	const char *registry = text;
	size_t tail = strlen(pattern + 1), len = strlen(registry);

	if (strcmp(pattern, "*") == 0)
		return true;
	if (*pattern != '*')
		return strcmp(pattern, registry) == 0;
	return len > tail && strcmp(registry + len - tail, pattern + 1) == 0;
}

bool
registry_allowed(const struct pattern_set *patterns,
    const struct registry_name *registry, struct errmsg *err)
{
	return pattern_set_any(
		   patterns, registry->text, matches, registry->text) ||
	    errmsg_set(err,
		"the registry \"%.100s\" is not on the list of this tier",
		registry->text);
}

/* --- whom it means -------------------------------------------------------- */

static bool
malformed(struct errmsg *err)
{
	/* Not repeated: it may hold a password. */
	return errmsg_set(err,
	    "want the address of a registry in lower case, such as "
	    "\"https://registry.example.com:5000\", without user, query or "
	    "escapes");
}

bool
registry_of_address(
    const char *address, struct registry_name *registry, struct errmsg *err)
{
	const char *host = address, *path;
	size_t len;

	if (strncmp(host, "https://", 8) == 0)
		host += 8;
	else if (strncmp(host, "http://", 7) == 0)
		host += 7;
	len = strcspn(host, "/");
	path = host + len;
	/* Only no address at all is Docker Hub; "//evil" is read in two ways. */
	if (len == 0 && *address != '\0')
		return malformed(err);
	if (path[strspn(path, LOWER UPPER DIGITS "._~/-")] != '\0' ||
	    strstr(path, "..") != NULL || !take_host(host, len, registry))
		return malformed(err);
	return true;
}

bool
registry_of_image(
    const char *image, struct registry_name *registry, struct errmsg *err)
{
	struct image_ref ref;
	const char *name;

	if (*image == '\0')
		return errmsg_set(err, "no image is named");
	if (!image_ref_parse(image, &ref, err))
		return false;
	name = ref.kind == IMAGE_NAME ? ref.name : HUB;
	return take_host(name, strcspn(name, "/"), registry) || malformed(err);
}

bool
registry_of_term(
    const char *term, struct registry_name *registry, struct errmsg *err)
{
	size_t len = strcspn(term, "/");
	bool named = term[len] == '/' &&
	    (strcspn(term, ".:") < len ||
		(len == 9 && strncmp(term, "localhost", 9) == 0));

	if (*term == '\0')
		return errmsg_set(err, "nothing is searched for");
	if (!named)
		return take_host("", 0, registry);
	return (len > 0 && take_host(term, len, registry)) || malformed(err);
}
