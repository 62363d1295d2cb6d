/* SPDX-License-Identifier: Apache-2.0 */
#include "config/list_file.h"

#include <stdlib.h>
#include <string.h>

#include "config/text_file.h"

struct reading {
	struct list_file *list;
	struct place place; /* of the line */
	const char *key;
	struct problems *problems;
	json_t *known; /* entry: the line where it stood first */
	bool told; /* what is wrong */
};

/* Cut off a comment and the blanks around what is left. */
static char *
trim(char *line)
{
	size_t len;

	line += strspn(line, " \t");
	for (char *at = strchr(line, '#'); at != NULL;
	     at = strchr(at + 1, '#')) {
		if (at == line || at[-1] == ' ' || at[-1] == '\t') {
			*at = '\0';
			break;
		}
	}
	for (len = strlen(line); len > 0 && strchr(" \t", line[len - 1]);)
		line[--len] = '\0';
	return line;
}

/* What somebody who thinks of another kind of file would write; NULL if it is
 * an entry. */
static const char *
complaint(const char *entry)
{
	if (entry[strcspn(entry, "\r")] != '\0')
		return "this line ends like those of Windows; want plain "
		       "line ends";
	for (const char *at = entry; *at != '\0'; at++) {
		if ((unsigned char)*at < 0x20 || *at == 0x7f)
			return "there is a control character in this line";
	}
	if (strncmp(entry, "- ", 2) == 0)
		return "want the entry alone, without \"- \": this file is not "
		       "YAML";
	if (*entry == '"' || *entry == '\'')
		return "want the entry alone, without quotes";
	if (entry[strlen(entry) - 1] == ',')
		return "want one entry a line, without commas";
	return NULL;
}

static void
note_twice(struct reading *reading, const char *entry)
{
	json_int_t first = json_integer_value(
	    json_object_get(reading->known, entry));
	struct errmsg err;

	if (first == 0) {
		(void)json_object_set_new(
		    reading->known, entry, json_integer(reading->place.line));
		return;
	}
	(void)errmsg_set(
	    &err, "\"%.60s\" stands in line %d already", entry, (int)first);
	problems_warn_at(
	    reading->problems, reading->place, reading->key, err.text);
}

static void
read_line(struct reading *reading, char *line)
{
	char *entry = trim(line);
	const char *wrong = *entry == '\0' ? NULL : complaint(entry);
	json_t *item = *entry == '\0' ? NULL : json_string(entry);

	if (*entry == '\0')
		return;
	if (wrong == NULL && item == NULL)
		wrong = "want UTF-8";
	if (wrong != NULL) {
		json_decref(item);
		problems_add_at(
		    reading->problems, reading->place, reading->key, wrong);
		reading->told = true;
		return;
	}
	note_twice(reading, entry);
	reading->list->line[json_array_size(reading->list->entries)] =
	    reading->place.line;
	if (json_array_append_new(reading->list->entries, item) != 0)
		problems_add(reading->problems, reading->key, "out of memory");
}

static size_t
count_lines(const char *text)
{
	size_t n = 1;

	for (; *text != '\0'; text++)
		n += *text == '\n';
	return n;
}

static void
read_lines(struct reading *reading, char *text)
{
	char *line;

	reading->list->line = calloc(
	    count_lines(text), sizeof(*reading->list->line));
	reading->known = json_object();
	if (reading->list->line == NULL || reading->known == NULL) {
		problems_add(reading->problems, reading->key, "out of memory");
		return;
	}
	while ((line = strsep(&text, "\n")) != NULL) {
		reading->place.line++;
		read_line(reading, line);
	}
}

void
list_file_read(struct list_file *list, const char *name, const char *key,
    struct problems *problems)
{
	struct reading reading = {
	    list, {name, 0, 1}, key, problems, NULL, false};
	struct errmsg err;
	size_t len;
	char *text = text_file_read(name, true, &len, &err);

	list->entries = json_array();
	list->line = NULL;
	if (text == NULL) {
		(void)errmsg_prefix(&err, "%.300s", name);
		problems_add(problems, key, err.text);
		return;
	}
	reading.told = strlen(text) != len;
	if (reading.told)
		problems_add(
		    problems, key, "want a file of text, without NULs");
	else
		read_lines(&reading, text);
	if (json_array_size(list->entries) == 0 && !reading.told) {
		(void)errmsg_set(&err, "%.300s: there is nothing in it", name);
		problems_warn(problems, key, err.text);
	}
	json_decref(reading.known);
	free(text);
}

void
list_file_done(struct list_file *list)
{
	json_decref(list->entries);
	free(list->line);
}
