/* SPDX-License-Identifier: Apache-2.0 */
/* Dockerfiles: what is allowed reads the same to the builders of 20.10 and of 28,
 * imitated here as loosely as they read, and names no image but the one that may
 * be named. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/dockerfile.h"
#include "fuzz/fuzz.h"

#define INSTRUCTIONS 64

/* How a builder reads. */
struct builder {
	bool newer;
	char escape;
	bool directives; /* still at the top */
	const char *at, *end;
	char *line[INSTRUCTIONS];
	size_t n;
};

struct line {
	const char *at;
	size_t len;
};

static bool
next_line(struct builder *builder, struct line *line)
{
	const char *end;

	if (builder->at >= builder->end)
		return false;
	end = memchr(builder->at, '\n', (size_t)(builder->end - builder->at));
	line->at = builder->at;
	line->len = (size_t)((end == NULL ? builder->end : end) - line->at);
	builder->at = end == NULL ? builder->end : end + 1;
	while (line->len > 0 && line->at[line->len - 1] == '\r') {
		line->len--;
		if (!builder->newer)
			break;
	}
	return true;
}

/* unicode.IsSpace, at the beginning. */
static size_t
space_at(const char *at, size_t len)
{
	static const char *const wide[] = {"\xc2\x85", "\xc2\xa0",
	    "\xe1\x9a\x80", "\xe2\x80\x80", "\xe2\x80\x83", "\xe2\x80\xa8",
	    "\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80"};

	if (len > 0 && *at != '\0' && strchr(" \t\v\f\r", *at) != NULL)
		return 1;
	for (size_t i = 0; i < sizeof(wide) / sizeof(*wide); i++) {
		size_t n = strlen(wide[i]);

		if (len >= n && memcmp(at, wide[i], n) == 0)
			return n;
	}
	return 0;
}

static struct line
left_trimmed(struct line line)
{
	size_t n;

	while ((n = space_at(line.at, line.len)) > 0) {
		line.at += n;
		line.len -= n;
	}
	return line;
}

/* "# name = value", while there were no other lines. */
static void
read_directive(struct builder *builder, struct line line)
{
	char text[64] = "", name[16] = "", value[32] = "";

	if (!builder->directives)
		return;
	builder->directives = false;
	if (line.len == 0 || *line.at != '#' || line.len >= sizeof(text))
		return;
	memcpy(text, line.at + 1, line.len - 1);
	if (sscanf(text, " %15[a-zA-Z0-9] = %31[^\n]", name, value) != 2)
		return;
	if (strcasecmp(name, "escape") == 0)
		builder->escape = *value;
	else if (strcasecmp(name, "syntax") != 0 &&
	    (strcasecmp(name, "check") != 0 || !builder->newer))
		return;
	builder->directives = true;
}

/* Take the escape character off; does the line go on? */
static bool
goes_on(const struct builder *builder, struct line *line)
{
	size_t len = line->len;

	while (len > 0 && strchr(" \t", line->at[len - 1]) != NULL &&
	    line->at[len - 1] != '\0')
		len--;
	if (len == 0 || line->at[len - 1] != builder->escape)
		return false;
	if (builder->newer && len > 1 && line->at[len - 2] == builder->escape)
		return false;
	line->len = len - 1;
	return true;
}

static void
add(char **text, struct line line)
{
	size_t had = *text == NULL ? 0 : strlen(*text);

	*text = realloc(*text, had + line.len + 1);
	HOLDS(*text != NULL);
	memcpy(*text + had, line.at, line.len);
	(*text)[had + line.len] = '\0';
}

/* Newer builders take what follows "<<X" for its text. */
static void
skip_heredoc(struct builder *builder, const char *text)
{
	const char *mark = strstr(text, "<<");
	char name[64] = "";
	struct line line;

	if (!builder->newer || mark == NULL || mark[2] == '<' ||
	    (strncasecmp(text, "run", 3) != 0 &&
		strncasecmp(text, "copy", 4) != 0 &&
		strncasecmp(text, "add", 3) != 0) ||
	    sscanf(mark + 2, "%63[a-zA-Z0-9_]", name) != 1)
		return;
	while (next_line(builder, &line)) {
		if (line.len == strlen(name) &&
		    memcmp(line.at, name, line.len) == 0)
			return;
	}
}

static void
read_all(struct builder *builder)
{
	struct line line, bare;

	while (builder->n < INSTRUCTIONS && next_line(builder, &line)) {
		char *text = NULL;
		bool more;

		line = left_trimmed(line);
		read_directive(builder, line);
		if (line.len == 0 || *line.at == '#')
			continue;
		more = goes_on(builder, &line);
		add(&text, line);
		while (more && next_line(builder, &line)) {
			bare = left_trimmed(line);
			if (bare.len == 0 || *bare.at == '#')
				continue;
			more = goes_on(builder, &line);
			add(&text, line);
		}
		skip_heredoc(builder, text);
		builder->line[builder->n++] = text;
	}
}

static void
start(struct builder *builder, bool newer, const char *text, size_t len)
{
	memset(builder, 0, sizeof(*builder));
	builder->newer = newer;
	builder->escape = '\\';
	builder->directives = true;
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
		text += 3;
		len -= 3;
	}
	builder->at = text;
	builder->end = text + len;
	read_all(builder);
}

static void
finish(struct builder *builder)
{
	for (size_t i = 0; i < builder->n; i++)
		free(builder->line[i]);
}

/* --- what they would do --------------------------------------------------- */

static bool
is_stage(const struct builder *builder, size_t before, const char *name)
{
	char stage[128], as[8];

	for (size_t i = 0; i < before; i++) {
		if (sscanf(builder->line[i], " %*s %*s %7s %127s", as, stage) ==
			2 &&
		    strcasecmp(as, "as") == 0 && strcasecmp(stage, name) == 0)
			return true;
	}
	return false;
}

static void
check_images(const struct builder *builder)
{
	for (size_t i = 0; i < builder->n; i++) {
		char word[16] = "", image[128] = "";

		if (sscanf(builder->line[i], " %15s %127s", word, image) < 1 ||
		    strcasecmp(word, "from") != 0)
			continue;
		if (strncmp(image, "--", 2) == 0 || strchr(image, '$') != NULL)
			continue;
		HOLDS(strcmp(image, "scratch") == 0 ||
		    strncmp(image, "busybox", 7) == 0 ||
		    strncmp(image, "docker.io/", 10) == 0 ||
		    strncmp(image, "library/", 8) == 0 ||
		    strncmp(image, "index.docker.io/", 16) == 0 ||
		    is_stage(builder, i, image));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_t *allow = json_pack("[s]", "docker.io/library/busybox");
	struct pattern_set *patterns = pattern_set_new(allow);
	const struct image_rules images = {.allow = patterns};
	const struct dockerfile_rules rules = {.images = &images, .run = true};
	struct builder older, newer;
	struct errmsg why;

	if (size < 4096 &&
	    dockerfile_judge(&rules, (const char *)data, size, &why)) {
		start(&older, false, (const char *)data, size);
		start(&newer, true, (const char *)data, size);
		HOLDS(older.n == newer.n);
		for (size_t i = 0; i < older.n; i++)
			HOLDS(strcmp(older.line[i], newer.line[i]) == 0);
		check_images(&older);
		finish(&older);
		finish(&newer);
	}
	pattern_set_free(patterns);
	json_decref(allow);
	return 0;
}
