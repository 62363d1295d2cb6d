/* SPDX-License-Identifier: Apache-2.0 */
#include "core/image_ref.h"

#include <stdio.h>
#include <string.h>

#define DIGITS "0123456789"
#define HEX DIGITS "abcdef"
#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* --- the grammar of distribution/reference ------------------------------ */

static bool
all_of(const char *text, size_t len, const char *set)
{
	return len > 0 && strspn(text, set) >= len;
}

/* One separator between words of a path: ".", "_", "__" or dashes. */
static size_t
separator(const char *text, size_t len)
{
	size_t n;

	if (text[0] == '.')
		return 1;
	if (text[0] == '_')
		return len > 1 && text[1] == '_' ? 2 : 1;
	n = strspn(text, "-");
	return n < len ? n : len;
}

/* [a-z0-9]+((?:[._]|__|-+)[a-z0-9]+)* */
static bool
path_component(const char *text, size_t len)
{
	size_t n;

	for (;;) {
		n = strspn(text, LOWER DIGITS);
		if (n == 0 || len == 0)
			return false;
		if (n >= len)
			return true;
		text += n;
		len -= n;
		n = separator(text, len);
		if (n == 0)
			return false;
		text += n;
		len -= n;
	}
}

static bool
path_valid(const char *path)
{
	size_t len;

	for (;;) {
		len = strcspn(path, "/");
		if (!path_component(path, len))
			return false;
		if (path[len] == '\0')
			return true;
		path += len + 1;
	}
}

/* Host names and addresses with an optional port.  Capitals are another
 * spelling of the same host, and older daemons take "ABC/x" for a path: both
 * are refused.  So is the IPv6 form that only newer ones know. */
static bool
domain_valid(const char *domain, size_t len)
{
	size_t host = strcspn(domain, ":/");
	const char *label = domain;
	size_t n;

	if (host < len && !all_of(domain + host + 1, len - host - 1, DIGITS))
		return false;
	while (label < domain + host) {
		n = strspn(label, LOWER DIGITS "-");
		if (n == 0 || label[0] == '-' || label[n - 1] == '-')
			return false;
		label += n;
		if (label == domain + host)
			return true;
		if (*label != '.')
			return false;
		label++;
	}
	return false;
}

static bool
tag_valid(const char *tag)
{
	size_t len = strlen(tag);

	return len <= 128 && tag[0] != '.' && tag[0] != '-' &&
	    all_of(tag, len, LOWER UPPER DIGITS "_.-");
}

static bool
digest_valid(const char *digest)
{
	size_t hex = strncmp(digest, "sha256:", 7) == 0 ? 64
	    : strncmp(digest, "sha512:", 7) == 0        ? 128
							: 0;

	return hex > 0 && strlen(digest) == 7 + hex &&
	    all_of(digest + 7, hex, HEX);
}

/* --- taking apart ------------------------------------------------------- */

/* Could the daemon look text up as the id of an image, whole or not?  A
 * repository that is called "sha256" is a way of writing one, too. */
static bool
is_id(const char *text, bool *whole)
{
	const char *hex = text;

	if (strncmp(text, "sha256", 6) == 0 && strchr(text, '/') == NULL &&
	    (text[6] == ':' || text[6] == '@' || text[6] == '\0'))
		hex += text[6] == ':' ? 7 : 6;
	else if (!all_of(text, strlen(text), HEX))
		return false;
	*whole = strlen(hex) == 64 && all_of(hex, 64, HEX);
	return true;
}

/* Is what stands before the first slash a registry?  "localhost" is, and
 * whatever has a dot or a port. */
static bool
has_domain(const char *text, size_t first)
{
	size_t mark = strcspn(text, ".:");

	if (text[first] != '/')
		return false;
	return mark < first ||
	    (first == strlen("localhost") &&
		strncmp(text, "localhost", first) == 0);
}

/* The full name of text, which has neither tag nor digest any more. */
static bool
normalise(const char *text, char *name, size_t size)
{
	size_t first = strcspn(text, "/");
	const char *path = text;
	const char *library = "";
	int n;

	if (!has_domain(text, first)) {
		first = 0;
	} else {
		path = text + first + 1;
		if (!domain_valid(text, first))
			return false;
	}
	if (first == strlen("index.docker.io") &&
	    strncmp(text, "index.docker.io", first) == 0)
		first = 0;
	if (first == strlen("docker.io") &&
	    strncmp(text, "docker.io", first) == 0)
		first = 0;
	if (first == 0 && strchr(path, '/') == NULL)
		library = "library/";
	if (!path_valid(path))
		return false;
	n = first == 0
	    ? snprintf(name, size, "docker.io/%s%s", library, path)
	    : snprintf(name, size, "%.*s/%s", (int)first, text, path);
	return n > 0 && (size_t)n < size;
}

bool
image_ref_parse(const char *text, struct image_ref *ref, struct errmsg *err)
{
	char rest[512];
	char *at, *colon;

	memset(ref, 0, sizeof(*ref));
	if (strlen(text) >= sizeof(rest))
		return errmsg_set(err, "the name of the image is too long");
	if (is_id(text, &ref->whole)) {
		ref->kind = IMAGE_ID;
		return true;
	}
	memcpy(rest, text, strlen(text) + 1);
	at = strchr(rest, '@');
	if (at != NULL) {
		*at = '\0';
		if (!digest_valid(at + 1))
			return errmsg_set(err,
			    "\"%s\" does not end in a sha256 digest", text);
		(void)snprintf(ref->digest, sizeof(ref->digest), "%s", at + 1);
	}
	colon = strrchr(rest, ':');
	if (colon != NULL && strchr(colon, '/') == NULL) {
		*colon = '\0';
		if (!tag_valid(colon + 1))
			return errmsg_set(
			    err, "\"%s\" does not end in a tag", text);
		(void)snprintf(ref->tag, sizeof(ref->tag), "%s", colon + 1);
	}
	if (!normalise(rest, ref->name, sizeof(ref->name)))
		return errmsg_set(err,
		    "\"%s\" is not the name of an image; write "
		    "\"registry/path:tag\" in lower case",
		    text);
	ref->kind = IMAGE_NAME;
	return true;
}

bool
image_ref_parse_pair(const char *image, const char *tag, struct image_ref *ref,
    struct errmsg *err)
{
	char text[512];
	int n;

	if (!image_ref_parse(image, ref, err))
		return false;
	if (tag == NULL || *tag == '\0')
		return true;
	if (ref->tag[0] != '\0' || ref->digest[0] != '\0')
		return errmsg_set(
		    err, "\"%s\" has a tag or digest already", image);
	n = snprintf(text, sizeof(text), "%s%s%s", image,
	    strchr(tag, ':') == NULL ? ":" : "@", tag);
	if (n < 0 || (size_t)n >= sizeof(text))
		return errmsg_set(err, "the name of the image is too long");
	return image_ref_parse(text, ref, err);
}
