/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/lines.h"

#include <stdlib.h>

#include "commands/style.h"

const char *
lines_text(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

void
lines_put_json(const json_t *value, FILE *out)
{
	char *text = json_dumps(value, JSON_ENCODE_ANY);

	(void)fputs(text == NULL ? "?" : text, out);
	free(text);
}

void
lines_put_key(const char *key, FILE *out)
{
	(void)fprintf(
	    out, "%s%s:%s ", style_begin(STYLE_KEY, out), key, style_end(out));
}

void
lines_put(const char *key, const char *text, FILE *out)
{
	if (text == NULL)
		return;
	lines_put_key(key, out);
	(void)fprintf(out, "%s\n", text);
}

void
lines_put_verdict(const json_t *object, FILE *out)
{
	const char *word = lines_text(object, "verdict");
	json_int_t status = json_integer_value(
	    json_object_get(object, "status"));

	if (word == NULL)
		return;
	lines_put_key("verdict", out);
	(void)fprintf(out, "%s%s%s", style_begin(style_of_verdict(word), out),
	    word, style_end(out));
	if (status != 0)
		(void)fprintf(out, " (%" JSON_INTEGER_FORMAT ")", status);
	(void)fputc('\n', out);
}
