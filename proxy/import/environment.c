/* SPDX-License-Identifier: Apache-2.0 */
#include "import/environment.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* line 0: it has no place. */
static void
complain(struct problems *problems, int line, const char *text, size_t len)
{
	struct errmsg err;

	(void)errmsg_set(&err, "want KEY=VALUE, not \"%.*s\"",
	    (int)(len < 80 ? len : 80), text);
	problems_add_at(
	    problems, (struct place){NULL, line, line > 0}, "", err.text);
}

/* "KEY=VALUE", or "KEY" for one without a value. */
static bool
put_variable(json_t *variables, const char *text, size_t len)
{
	const char *equals = memchr(text, '=', len);
	size_t name = equals == NULL ? len : (size_t)(equals - text);
	const char *value = equals == NULL ? "" : equals + 1;

	return json_object_setn_new(variables, text, name,
		   json_stringn(value, equals == NULL ? 0 : len - name - 1)) ==
	    0;
}

/* --- KEY=VALUE lines ------------------------------------------------------- */

/* Without blanks around it. */
static void
trim(const char **text, size_t *len)
{
	while (*len > 0 && strchr(" \t\r", (*text)[*len - 1]) != NULL)
		(*len)--;
	while (*len > 0 && (**text == ' ' || **text == '\t')) {
		(*text)++;
		(*len)--;
	}
}

/* The value of KEY="VALUE" is what is in the quotes; of KEY=VALUE # REMARK,
 * what is before the remark. */
static bool
put_line(json_t *variables, const char *text, size_t len)
{
	const char *equals = memchr(text, '=', len), *value;
	json_t *string;
	size_t left, i;

	if (equals == NULL)
		return put_variable(variables, text, len);
	value = equals + 1;
	left = len - (size_t)(value - text);
	for (i = 1; i < left; i++) {
		if (value[i] == '#' && value[i - 1] == ' ') {
			left = i;
			break;
		}
	}
	trim(&value, &left);
	if (left > 1 && strchr("\"'", *value) != NULL &&
	    value[left - 1] == *value) {
		value++;
		left -= 2;
	}
	string = json_stringn(value, left);
	return json_object_setn_new(
		   variables, text, (size_t)(equals - text), string) == 0;
}

static bool
is_assignment(const char *text, size_t len)
{
	static const char letters[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";
	size_t name = strspn(text, letters);

	return len > 0 && name > 0 && (name >= len || text[name] == '=');
}

static json_t *
read_lines(const struct import_source *source, struct problems *problems)
{
	json_t *variables = json_object();
	const char *text = source->text, *line;
	size_t len;

	for (int number = 1; *text != '\0'; number++) {
		line = text;
		len = strcspn(text, "\n");
		text += len + (text[len] == '\n');
		trim(&line, &len);
		if (len > 7 && strncmp(line, "export ", 7) == 0) {
			line += 7;
			len -= 7;
		}
		if (len == 0 || *line == '#')
			continue;
		if (!is_assignment(line, len) ||
		    !put_line(variables, line, len))
			complain(problems, number, line, len);
	}
	return variables;
}

/* --- Compose --------------------------------------------------------------- */

/* A list of "KEY=VALUE", or a map; scalars mean what they look like. */
static json_t *
read_environment(json_t *environment, struct problems *problems)
{
	json_t *variables = json_object(), *value;
	const char *key;
	size_t i;

	json_array_foreach(environment, i, value)
	{
		const char *text = json_string_value(value);

		if (text == NULL ||
		    !put_variable(variables, text, strlen(text)))
			problems_add(problems, "environment",
			    "want a list of KEY=VALUE, or a map");
	}
	json_object_foreach(environment, key, value)
	{
		json_t *text = json_is_integer(value)
		    ? json_sprintf(
			  "%" JSON_INTEGER_FORMAT, json_integer_value(value))
		    : json_is_string(value) ? json_incref(value)
					    : json_string("");

		if (json_is_boolean(value) || json_is_object(value) ||
		    json_is_array(value) || json_is_real(value))
			problems_add(problems, key, "want a string or number");
		(void)json_object_set_new(variables, key, text);
	}
	return variables;
}

/* Does the service look like the proxy? */
static bool
is_meant(const char *name, const json_t *service, const char *wanted)
{
	const char *image = json_string_value(
	    json_object_get(service, "image"));

	if (wanted != NULL)
		return strcmp(name, wanted) == 0;
	return image != NULL && fnmatch("*socket-proxy*", image, 0) == 0;
}

static json_t *
find_environment(const json_t *tree, const char *wanted, struct errmsg *err)
{
	json_t *services = json_object_get(tree, "services"), *service;
	json_t *found = NULL;
	const char *name;
	size_t n = 0;

	if (json_object_get(tree, "environment") != NULL)
		return json_object_get(tree, "environment");
	json_object_foreach(services, name, service)
	{
		if (!is_meant(name, service, wanted))
			continue;
		found = json_object_get(service, "environment");
		n++;
	}
	if (n != 1)
		(void)errmsg_set(err,
		    n == 0 ? "no service has an image \"...socket-proxy...\"; "
			     "say --service NAME"
			   : "more than one service has an image "
			     "\"...socket-proxy...\"; say --service NAME");
	return n == 1 ? found : NULL;
}

static json_t *
read_compose(const struct import_source *source, struct problems *problems)
{
	struct errmsg err = {""};
	struct place place;
	struct yaml yaml;
	json_t *environment, *variables = NULL;

	if (!yaml_read(source->text, source->len, &yaml, &place, &err)) {
		problems_add_at(problems, place, "", err.text);
		return NULL;
	}
	environment = find_environment(yaml.tree, source->service, &err);
	if (*err.text != '\0')
		problems_add(problems, "services", err.text);
	else /* A service without one has the defaults. */
		variables = read_environment(environment, problems);
	yaml_done(&yaml);
	return variables;
}

/* --- this process ---------------------------------------------------------- */

static json_t *
read_own(struct problems *problems)
{
	json_t *variables = json_object();

	for (char **text = environ; *text != NULL; text++) {
		/* What is not UTF-8 is not one of the proxy's. */
		(void)put_variable(variables, *text, strlen(*text));
	}
	if (variables == NULL)
		problems_add(problems, "", "out of memory");
	return variables;
}

json_t *
environment_read(const struct import_source *source, struct problems *problems)
{
	json_t *variables;

	if (source->text == NULL)
		variables = read_own(problems);
	else if (fnmatch("*.y*ml", source->path, 0) == 0)
		variables = read_compose(source, problems);
	else
		variables = read_lines(source, problems);
	if (problems->errors == 0)
		return variables;
	json_decref(variables);
	return NULL;
}
