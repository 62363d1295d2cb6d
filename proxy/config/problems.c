/* SPDX-License-Identifier: Apache-2.0 */
#include "config/problems.h"

#include <stdlib.h>
#include <string.h>

void
problems_init(struct problems *problems, const char *file)
{
	memset(problems, 0, sizeof(*problems));
	problems->file = file;
	problems->list = json_array();
}

void
problems_done(struct problems *problems)
{
	json_decref(problems->list);
	problems->list = NULL;
}

static long long
number(const json_t *problem, const char *key)
{
	return json_integer_value(json_object_get(problem, key));
}

static const char *
string(const json_t *problem, const char *key)
{
	return json_string_value(json_object_get(problem, key));
}

static bool
is_known(const struct problems *problems, struct place place, const char *path,
    const char *text)
{
	size_t i;
	json_t *problem;

	json_array_foreach(problems->list, i, problem)
	{
		if (strcmp(string(problem, "path"), path) == 0 &&
		    strcmp(string(problem, "text"), text) == 0 &&
		    number(problem, "line") == place.line)
			return true;
	}
	return false;
}

static void
add(struct problems *problems, struct place place, const char *path,
    const char *text, bool warning)
{
	/* What a tier has wrong, each that extends it has. */
	if (is_known(problems, place, path, text))
		return;
	/* Counted even if there is no memory to say what it is. */
	if (!warning)
		problems->errors++;
	(void)json_array_append_new(problems->list,
	    json_pack("{s:i, s:i, s:s, s:s, s:b, s:s*}", "line", place.line,
		"column", place.column, "path", path, "text", text, "warning",
		(int)warning, "file", place.file));
}

static struct place
place_of(const struct problems *problems, const char *path)
{
	struct place nowhere = {NULL, 0, 0};

	return problems->yaml == NULL ? nowhere
				      : yaml_place(problems->yaml, path);
}

void
problems_add(void *arg, const char *path, const char *text)
{
	add(arg, place_of(arg, path), path, text, false);
}

void
problems_warn(struct problems *problems, const char *path, const char *text)
{
	add(problems, place_of(problems, path), path, text, true);
}

void
problems_add_at(struct problems *problems, struct place place, const char *path,
    const char *text)
{
	add(problems, place, path, text, false);
}

void
problems_warn_at(struct problems *problems, struct place place,
    const char *path, const char *text)
{
	add(problems, place, path, text, true);
}

/* The file's own first, then those that it includes. */
static int
compare_files(const json_t *x, const json_t *y)
{
	const char *a = string(x, "file"), *b = string(y, "file");

	return strcmp(a == NULL ? "" : a, b == NULL ? "" : b);
}

static int
compare(const void *a, const void *b)
{
	const json_t *x = *(json_t *const *)a, *y = *(json_t *const *)b;

	int files = compare_files(x, y);

	if (files != 0)
		return files;
	if (number(x, "line") != number(y, "line"))
		return number(x, "line") < number(y, "line") ? -1 : 1;
	return number(x, "column") < number(y, "column") ? -1
	    : number(x, "column") > number(y, "column")  ? 1
							 : 0;
}

static void
tell(const struct problems *problems, const json_t *problem,
    problems_line_fn *say, void *arg)
{
	const char *path = string(problem, "path");
	const char *file = string(problem, "file");
	bool warning = json_is_true(json_object_get(problem, "warning"));
	char place[64] = "", line[1024];

	if (number(problem, "line") > 0)
		(void)snprintf(place, sizeof(place),
		    "%lld:%lld:", number(problem, "line"),
		    number(problem, "column"));
	(void)snprintf(line, sizeof(line), "%s:%s %s%s%s%s",
	    file == NULL ? problems->file : file, place,
	    warning ? "warning: " : "", path, *path == '\0' ? "" : ": ",
	    string(problem, "text"));
	say(arg, warning, line);
}

void
problems_tell(const struct problems *problems, problems_line_fn *say, void *arg)
{
	size_t n = json_array_size(problems->list);
	json_t **sorted = calloc(n + 1, sizeof(*sorted));

	if (sorted == NULL)
		return;
	for (size_t i = 0; i < n; i++)
		sorted[i] = json_array_get(problems->list, i);
	qsort(sorted, n, sizeof(*sorted), compare);
	for (size_t i = 0; i < n; i++)
		tell(problems, sorted[i], say, arg);
	free(sorted);
}

static void
print_line(void *arg, bool warning, const char *line)
{
	(void)warning;
	(void)fprintf(arg, "%s\n", line);
}

void
problems_print(const struct problems *problems, FILE *out)
{
	problems_tell(problems, print_line, out);
}
