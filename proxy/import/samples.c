/* SPDX-License-Identifier: Apache-2.0 */
#include "import/samples.h"

#include <stdio.h>
#include <string.h>

#define ID "4b3f0d6a1c2e5f78990a1b2c3d4e5f60718293a4b5c6d7e8f9010203040506aa"

/* What may stand in a place of a template.  Any of each kind is as many. */
#define SAMPLES 5

static const char *const names[SAMPLES] = {
    "web", ID, "4b3f0d6a1c2e", "My-web_1.a", "db2"};
static const char *const ids[SAMPLES] = {ID, ID, ID, ID, ID};
static const char *const images[SAMPLES] = {"busybox", ID, "team/app:1.36",
    "registry.example.com:5000/team/app:1.0", "busybox@sha256:" ID};
static const char *const plugins[SAMPLES] = {"sshfs", ID, "vieux/sshfs",
    "registry.example.com:5000/team/sshfs", "vieux/sshfs"};

static const char *const *
samples_of(const char *template)
{
	if (strncmp(template, "{image}", 7) == 0 ||
	    strncmp(template, "{reference}", 11) == 0)
		return images;
	if (strncmp(template, "{plugin}", 8) == 0)
		return plugins;
	return strncmp(template, "{exec}", 6) == 0 ? ids : names;
}

size_t
samples_count(const struct call *call)
{
	return strchr(call->path, '{') == NULL ? 1 : SAMPLES;
}

void
samples_path(const struct call *call, size_t i, char path[SAMPLE_LEN])
{
	const char *template = call->path;
	size_t len = 0, part;

	path[0] = '\0';
	while (*template != '\0' && len < SAMPLE_LEN - 1) {
		part = strcspn(template, "{");
		(void)snprintf(path + len, SAMPLE_LEN - len, "%.*s%s",
		    (int)part, template,
		    template[part] == '\0' ? ""
					   : samples_of(template + part)[i]);
		len = strlen(path);
		template += part;
		template += strcspn(template, "}");
		template += *template == '}';
	}
}
