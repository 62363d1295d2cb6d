/* SPDX-License-Identifier: Apache-2.0 */
#include "testing/result.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

size_t
result_failures(const struct result *results, size_t n)
{
	size_t failures = 0;

	for (size_t i = 0; i < n; i++)
		failures += !results[i].passed;
	return failures;
}

/* --- TAP -------------------------------------------------------------------- */

/* A description: "#" would begin a directive, a line ends it. */
static void
print_description(const char *text, FILE *out)
{
	for (; *text != '\0'; text++) {
		if (*text == '#' || *text == '\\')
			(void)fputc('\\', out);
		(void)fputc(*text == '\n' || *text == '\r' ? ' ' : *text, out);
	}
}

/* A YAML scalar: JSON is YAML. */
static void
print_quoted(const char *text, FILE *out)
{
	json_auto_t *string = json_string(text);
	char *quoted = json_dumps(string, JSON_ENCODE_ANY);

	(void)fputs(quoted == NULL ? "\"\"" : quoted, out);
	free(quoted);
}

static void
print_diagnostics(const struct result *result, FILE *out)
{
	(void)fputs("  ---\n  message: ", out);
	print_quoted(result->why.text, out);
	(void)fputs("\n  at:\n    file: ", out);
	print_quoted(result->file, out);
	(void)fprintf(out, "\n    line: %d\n    column: %d\n  ...\n",
	    result->place.line, result->place.column);
}

void
result_print_tap(const struct result *results, size_t n, FILE *out)
{
	size_t failures = result_failures(results, n);

	(void)fprintf(out, "TAP version 14\n1..%zu\n", n);
	for (size_t i = 0; i < n; i++) {
		(void)fprintf(
		    out, "%sok %zu - ", results[i].passed ? "" : "not ", i + 1);
		print_description(results[i].file, out);
		(void)fputs(": ", out);
		print_description(results[i].name, out);
		(void)fputc('\n', out);
		if (!results[i].passed)
			print_diagnostics(&results[i], out);
	}
	(void)fprintf(
	    out, "# %zu passed, %zu failed\n", n - failures, failures);
}

/* --- JUnit ------------------------------------------------------------------- */

/* XML 1.0 has no way to write most control characters. */
static void
print_xml(const char *text, FILE *out)
{
	for (; *text != '\0'; text++) {
		unsigned char byte = (unsigned char)*text;

		if (byte == '&')
			(void)fputs("&amp;", out);
		else if (byte == '<')
			(void)fputs("&lt;", out);
		else if (byte == '>')
			(void)fputs("&gt;", out);
		else if (byte == '"')
			(void)fputs("&quot;", out);
		else if (byte == '\n' || byte == '\t' || byte == '\r')
			(void)fprintf(out, "&#%d;", byte);
		else if (byte < ' ' || byte == 0x7f)
			(void)fputc('?', out);
		else
			(void)fputc(byte, out);
	}
}

static void
print_attribute(const char *name, const char *value, FILE *out)
{
	(void)fprintf(out, " %s=\"", name);
	print_xml(value, out);
	(void)fputc('"', out);
}

static void
print_case(const struct result *result, FILE *out)
{
	(void)fputs("    <testcase", out);
	print_attribute("classname", result->file, out);
	print_attribute("name", result->name, out);
	print_attribute("file", result->file, out);
	(void)fprintf(out, " line=\"%d\"", result->place.line);
	if (result->passed) {
		(void)fputs("/>\n", out);
		return;
	}
	(void)fputs(">\n      <failure", out);
	print_attribute("message", result->why.text, out);
	(void)fputs("/>\n    </testcase>\n", out);
}

/* How many of them are of the same file as the first? */
static size_t
same_file(const struct result *results, size_t n)
{
	size_t i = 0;

	while (i < n && results[i].file == results[0].file)
		i++;
	return i;
}

void
result_print_junit(const struct result *results, size_t n, FILE *out)
{
	(void)fprintf(out,
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<testsuites tests=\"%zu\" failures=\"%zu\" errors=\"0\">\n",
	    n, result_failures(results, n));
	while (n > 0) {
		size_t here = same_file(results, n);

		(void)fputs("  <testsuite", out);
		print_attribute("name", results[0].file, out);
		(void)fprintf(out,
		    " tests=\"%zu\" failures=\"%zu\" errors=\"0\">\n", here,
		    result_failures(results, here));
		for (size_t i = 0; i < here; i++)
			print_case(&results[i], out);
		(void)fputs("  </testsuite>\n", out);
		results += here;
		n -= here;
	}
	(void)fputs("</testsuites>\n", out);
}
