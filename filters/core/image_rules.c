/* SPDX-License-Identifier: Apache-2.0 */
#include "core/image_rules.h"

#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

/* A pattern, taken apart: name, and what follows it ("" for any). */
struct pattern {
	char name[512];
	const char *tag, *digest;
};

static bool
pattern_read(const char *text, struct pattern *pattern)
{
	char *slash, *mark;

	if (strlen(text) >= sizeof(pattern->name))
		return false;
	memcpy(pattern->name, text, strlen(text) + 1);
	pattern->tag = pattern->digest = "";
	mark = strchr(pattern->name, '@');
	if (mark != NULL) {
		*mark = '\0';
		pattern->digest = mark + 1;
		if (*pattern->digest == '\0')
			return false;
	}
	slash = strrchr(pattern->name, '/');
	mark = slash == NULL ? NULL : strchr(slash, ':');
	if (mark != NULL) {
		*mark = '\0';
		pattern->tag = mark + 1;
		if (*pattern->tag == '\0')
			return false;
	}
	return true;
}

bool
image_pattern_valid(const char *text, struct errmsg *err)
{
	struct pattern pattern;
	size_t first = strcspn(text, "/");

	if (strcmp(text, "**") == 0)
		return true;
	if (!pattern_read(text, &pattern) || text[first] == '\0' ||
	    strstr(pattern.name, "//") != NULL ||
	    (strpbrk(pattern.name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != NULL))
		return errmsg_set(err,
		    "want a pattern that starts at the registry, such as "
		    "\"docker.io/library/busybox\" or "
		    "\"registry.example.com/team/**\"");
	if (strcspn(text, ".:*?[") >= first &&
	    strncmp(text, "localhost/", 10) != 0)
		return errmsg_set(err,
		    "\"%.*s\" is no registry; a short name is compared as "
		    "\"docker.io/...\"",
		    (int)first, text);
	return true;
}

/* Do the components of name match those of pattern?  Short by necessity: the
 * recursion is as deep as the pattern has "**". */
static bool
path_matches(const char *pattern, const char *name)
{
	char one[512], other[256];
	size_t n, m;

	for (;;) {
		n = strcspn(pattern, "/");
		m = strcspn(name, "/");
		if (n == 2 && strncmp(pattern, "**", 2) == 0) {
			if (pattern[n] == '\0')
				return true;
			if (path_matches(pattern + n + 1, name))
				return true;
			if (name[m] == '\0')
				return false;
			name += m + 1;
			continue;
		}
		(void)snprintf(one, sizeof(one), "%.*s", (int)n, pattern);
		(void)snprintf(other, sizeof(other), "%.*s", (int)m, name);
		if (fnmatch(one, other, FNM_NOESCAPE) != 0)
			return false;
		if (pattern[n] == '\0' || name[m] == '\0')
			return pattern[n] == name[m];
		pattern += n + 1;
		name += m + 1;
	}
}

bool
image_ref_matches(const struct image_ref *ref, const char *text)
{
	struct pattern pattern;

	if (strcmp(text, "**") == 0)
		return true;
	if (ref->kind != IMAGE_NAME || !pattern_read(text, &pattern) ||
	    !path_matches(pattern.name, ref->name))
		return false;
	if (*pattern.digest != '\0' && strcmp(pattern.digest, ref->digest) != 0)
		return false;
	/* Beside a digest the daemon ignores the tag: it proves nothing. */
	return *pattern.tag == '\0' || *pattern.digest != '\0' ||
	    (ref->digest[0] == '\0' && ref->tag[0] != '\0' &&
		fnmatch(pattern.tag, ref->tag, FNM_NOESCAPE) == 0);
}

static bool
matches(const char *pattern, const void *ref)
{
	return image_ref_matches(ref, pattern);
}

bool
image_ref_listed(
    const struct pattern_set *patterns, const struct image_ref *ref)
{
	return pattern_set_any(patterns, ref->name, matches, ref);
}

bool
image_patterns_any(const struct pattern_set *patterns)
{
	return pattern_set_has(patterns, "**");
}

/* The first few patterns, for a reason. */
static void
list(const json_t *patterns, char *text, size_t size)
{
	size_t used = 0, i;
	json_t *pattern;

	(void)snprintf(text, size, "none");
	json_array_foreach(patterns, i, pattern)
	{
		int n = snprintf(text + used, size - used, "%s\"%s\"",
		    i == 0 ? "" : ", ", json_string_value(pattern));

		if (n < 0 || (size_t)n >= size - used)
			return;
		used += (size_t)n;
	}
}

bool
image_ref_allowed(const struct image_rules *rules, const struct image_ref *ref,
    struct errmsg *err)
{
	char allowed[200];
	bool known = image_ref_listed(rules->allow, ref);

	if (ref->kind == IMAGE_ID && !known && !rules->ids)
		return errmsg_set(err,
		    "an image that is named by its id cannot be judged; use "
		    "its full name (hex digits alone may be an id)");
	if (ref->kind == IMAGE_NAME && !known) {
		list(pattern_set_list(rules->allow), allowed, sizeof(allowed));
		return errmsg_set(err,
		    "the image \"%s\" is not allowed; allowed are %s",
		    ref->name, allowed);
	}
	if (rules->digest_required && ref->digest[0] == '\0' && !ref->whole)
		return errmsg_set(err,
		    "the image must be named with its digest "
		    "(\"name@sha256:...\")");
	return ref->kind != IMAGE_NONE || errmsg_set(err, "no image is named");
}

bool
image_allowed(
    const struct image_rules *rules, const char *text, struct errmsg *err)
{
	struct image_ref ref;

	if (!image_ref_parse(text, &ref, err))
		return false;
	if (ref.kind == IMAGE_NAME && ref.tag[0] == '\0' &&
	    ref.digest[0] == '\0')
		(void)snprintf(ref.tag, sizeof(ref.tag), "latest");
	return image_ref_allowed(rules, &ref, err);
}
