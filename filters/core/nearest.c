/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "setting.h"

#define NAME_MAX_LEN 63

static size_t
min3(size_t a, size_t b, size_t c)
{
	size_t least = a < b ? a : b;

	return least < c ? least : c;
}

static bool
same(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* Edits (insert, delete, replace, swap of neighbours) from a to b. */
static size_t
distance(const char *a, const char *b)
{
	size_t row[3][NAME_MAX_LEN + 1];
	size_t la = strlen(a), lb = strlen(b);
	size_t *before = row[0], *above = row[1], *now = row[2], *spare;

	if (la > NAME_MAX_LEN || lb > NAME_MAX_LEN)
		return NAME_MAX_LEN;
	for (size_t j = 0; j <= lb; j++)
		above[j] = before[j] = j;
	for (size_t i = 1; i <= la; i++) {
		now[0] = i;
		for (size_t j = 1; j <= lb; j++) {
			size_t other = same(a[i - 1], b[j - 1]) ? 0 : 1;

			now[j] = min3(
			    above[j] + 1, now[j - 1] + 1, above[j - 1] + other);
			if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) &&
			    same(a[i - 2], b[j - 1]) &&
			    before[j - 2] + 1 < now[j])
				now[j] = before[j - 2] + 1;
		}
		spare = before;
		before = above;
		above = now;
		now = spare;
	}
	return above[lb];
}

const char *
nearest_name(const char *wrong, const char *const *names)
{
	const char *nearest = NULL;
	/* A third of it may be wrong; of two letters, one. */
	size_t len = strlen(wrong), best = (len == 2 ? 1 : len / 3) + 1;

	for (; *names != NULL; names++) {
		size_t far = distance(wrong, *names);

		if (far < best) {
			best = far;
			nearest = *names;
		}
	}
	return nearest;
}

void
nearest_hint(
    const char *wrong, const char *const *names, char *text, size_t size)
{
	const char *near = nearest_name(wrong, names);

	text[0] = '\0';
	if (near != NULL)
		(void)snprintf(text, size, "; did you mean \"%s\"?", near);
}
