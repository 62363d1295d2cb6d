/* SPDX-License-Identifier: Apache-2.0 */
/* import -- make a configuration of what another proxy's allowed. */
#include "import/import.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "commands/command.h"

/* A policy that is larger was not written by hand. */
#define IMPORT_MAX (4 * 1024 * 1024)

static const struct importer *const importers[] = {&tecnativa_importer,
    &linuxserver_importer, &twistlock_importer, &cetusguard_importer, NULL};

static const struct importer *
find_importer(const char *name)
{
	for (size_t i = 0; importers[i] != NULL; i++) {
		if (strcmp(importers[i]->name, name) == 0)
			return importers[i];
	}
	return NULL;
}

/* NULL, having said why. */
static char *
read_file(const char *path, size_t *len)
{
	FILE *file = fopen(path, "re");
	char *text = calloc(1, IMPORT_MAX + 1);
	bool sound;

	if (file == NULL || text == NULL) {
		(void)fprintf(stderr, "%s: %s\n", path, strerror(errno));
		if (file != NULL)
			(void)fclose(file);
		free(text);
		return NULL;
	}
	*len = fread(text, 1, IMPORT_MAX, file);
	sound = ferror(file) == 0 && feof(file) != 0;
	(void)fclose(file);
	if (sound)
		return text;
	(void)fprintf(
	    stderr, "%s: cannot be read, or is larger than 4 MiB\n", path);
	free(text);
	return NULL;
}

/* Text of which every part can be said. */
static bool
is_text(const struct import_source *source, struct problems *problems)
{
	json_auto_t *string = NULL;

	if (source->text == NULL)
		return true;
	string = json_stringn(source->text, source->len);
	if (string == NULL || strlen(source->text) != source->len)
		problems_add(problems, "", "not a text in UTF-8");
	return problems->errors == 0;
}

/* What is allowed without a look at it. */
static bool
note_danger(struct import *import)
{
	size_t i, j, n = 0;
	json_t *tier, *item;

	json_array_foreach(import->tiers, i, tier)
	{
		json_array_foreach(json_object_get(tier, "allow"), j, item)
		{
			const char *name = json_string_value(
			    json_object_get(item, "call"));

			n += call_by_name(name)->danger == DANGER_HOST_ROOT;
		}
	}
	return n == 0 ||
	    import_note(import,
		"calls that are marked host-root make a caller root on the "
		"host, as before.  To let jobs run containers, but hardened "
		"ones, extend tier ci or developer in place of this");
}

static void
tell_notes(const struct import *import)
{
	size_t i;
	json_t *note;

	json_array_foreach(import->notes, i, note)(void)
	    fprintf(stderr, "note: %s\n", json_string_value(note));
}

static int
import_with(const struct importer *importer, const struct import_source *source)
{
	struct problems problems;
	struct import import;
	char said[256];
	bool done;

	(void)snprintf(said, sizeof(said), "sockwarden import %s%s%.200s",
	    importer->name, source->path == NULL ? "" : " ",
	    source->path == NULL ? "" : source->path);
	problems_init(
	    &problems, source->path == NULL ? "environment" : source->path);
	done = import_init(&import) && is_text(source, &problems) &&
	    importer->read(source, &import, &problems) && note_danger(&import);
	problems_print(&problems, stderr);
	if (done) {
		tell_notes(&import);
		import_write(&import, said, stdout);
		done = fflush(stdout) == 0 && ferror(stdout) == 0;
	}
	import_done(&import);
	problems_done(&problems);
	return done ? EXIT_DONE : EXIT_NO;
}

/* The flags; false, having said what is wrong. */
static bool
read_flags(int argc, char **argv, struct import_source *source)
{
	for (int i = 2; i < argc; i++) {
		if (strcmp(argv[i], "--no-builtin-rules") == 0)
			source->no_builtin_rules = true;
		else if (strcmp(argv[i], "--service") == 0 && i + 1 < argc)
			source->service = argv[++i];
		else if (*argv[i] == '-' || source->path != NULL) {
			(void)command_wrong(&import_command,
			    "\"%s\" is too much, or lacks a value", argv[i]);
			return false;
		} else
			source->path = argv[i];
	}
	return true;
}

static int
import(int argc, char **argv)
{
	struct import_source source = {NULL};
	const struct importer *importer;
	char *text = NULL;
	int status;

	importer = argc < 2 ? NULL : find_importer(argv[1]);
	if (importer == NULL)
		return command_wrong(&import_command,
		    argc < 2 ? "FORMAT is missing" : "unknown FORMAT \"%s\"",
		    argv[argc < 2 ? 0 : 1]);
	if (!read_flags(argc, argv, &source))
		return EXIT_USAGE;
	if (source.path == NULL && importer->needs_file)
		return command_wrong(&import_command, "FILE is missing");
	if (source.path != NULL) {
		text = read_file(source.path, &source.len);
		if (text == NULL)
			return EXIT_USAGE;
		source.text = text;
	}
	status = import_with(importer, &source);
	free(text);
	return status;
}

const struct command import_command = {
    .name = "import",
    .usage = "FORMAT [FILE] [--service NAME] [--no-builtin-rules]",
    .summary = "Make a configuration of what another proxy's allowed.",
    .details =
	"The configuration is printed, with what is not as it was as comments; "
	"that is\n"
	"said on standard error, too.  FORMAT is one of\n"
	"  tecnativa         variables of Tecnativa's docker-socket-proxy: "
	"KEY=VALUE lines,\n"
	"                    a Compose file (.yaml, .yml), or without FILE "
	"the environment\n"
	"  linuxserver       the same of LinuxServer's socket-proxy\n"
	"  twistlock-authz   policies of Twistlock's authorization plugin, one "
	"a line\n"
	"  cetusguard        rules of CetusGuard\n"
	"  --service NAME    the service of the Compose file that is the "
	"proxy\n"
	"  --no-builtin-rules\n"
	"                    CetusGuard ran with that option\n",
    .run = import,
};
