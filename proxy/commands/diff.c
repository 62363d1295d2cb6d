/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/diff.h"

#include <stdlib.h>
#include <string.h>

struct lines {
	char *text;
	char **line;
	size_t n;
};

static void
lines_done(struct lines *lines)
{
	free(lines->text);
	free(lines->line);
}

static bool
lines_init(struct lines *lines, const char *text)
{
	char *at, *rest;

	lines->n = 0;
	lines->text = strdup(text);
	lines->line = calloc(strlen(text) + 1, sizeof(*lines->line));
	if (lines->text == NULL || lines->line == NULL)
		return false;
	for (rest = lines->text; (at = strsep(&rest, "\n")) != NULL;)
		lines->line[lines->n++] = at;
	return true;
}

/* common[i * (b->n + 1) + j]: the longest common subsequence of a from line i
 * and b from line j. */
static unsigned *
measure(const struct lines *a, const struct lines *b)
{
	size_t width = b->n + 1;
	unsigned *common = calloc((a->n + 1) * width, sizeof(*common));

	for (size_t i = a->n; common != NULL && i-- > 0;) {
		for (size_t j = b->n; j-- > 0;) {
			unsigned down = common[(i + 1) * width + j];
			unsigned right = common[i * width + j + 1];

			common[i * width + j] = strcmp(
						    a->line[i], b->line[j]) == 0
			    ? common[(i + 1) * width + j + 1] + 1
			    : (down > right ? down : right);
		}
	}
	return common;
}

static void
print(const struct lines *a, const struct lines *b, const unsigned *common,
    FILE *out)
{
	size_t i = 0, j = 0, width = b->n + 1;

	while (i < a->n || j < b->n) {
		if (i < a->n && j < b->n &&
		    strcmp(a->line[i], b->line[j]) == 0) {
			(void)fprintf(out, "  %s\n", a->line[i++]);
			j++;
		} else if (j == b->n ||
		    (i < a->n &&
			common[(i + 1) * width + j] >=
			    common[i * width + j + 1])) {
			(void)fprintf(out, "- %s\n", a->line[i++]);
		} else {
			(void)fprintf(out, "+ %s\n", b->line[j++]);
		}
	}
}

bool
diff_print(const char *before, const char *after, FILE *out)
{
	struct lines a = {NULL, NULL, 0}, b = {NULL, NULL, 0};
	unsigned *common = NULL;
	bool measured;

	if (lines_init(&a, before) && lines_init(&b, after))
		common = measure(&a, &b);
	measured = common != NULL;
	if (measured)
		print(&a, &b, common, out);
	lines_done(&a);
	lines_done(&b);
	free(common);
	return measured;
}
