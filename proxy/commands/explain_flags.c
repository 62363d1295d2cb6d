/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/explain_flags.h"

#include <getopt.h>
#include <string.h>

#include "caller.h"
#include "commands/command.h"
#include "rehearse.h"

static const struct option options[] = {
    {"as", required_argument, NULL, 'a'},
    {"body", required_argument, NULL, 'b'},
    {"certificate", required_argument, NULL, 'e'},
    {"config", required_argument, NULL, 'c'},
    {"fact", required_argument, NULL, 'f'},
    {"header", required_argument, NULL, 'h'},
    {"json", no_argument, NULL, 'j'},
    {"team", required_argument, NULL, 'm'},
    {"tier", required_argument, NULL, 't'},
    {NULL, 0, NULL, 0},
};

/* --- pairs ------------------------------------------------------------------ */

/* KEY=VALUE, or another mark between them. */
static bool
split(const char *text, char mark, char *key, size_t size, const char **value)
{
	const char *at = strchr(text, mark);

	if (at == NULL || at == text || (size_t)(at - text) >= size)
		return false;
	memcpy(key, text, (size_t)(at - text));
	key[at - text] = '\0';
	*value = at + 1;
	return true;
}

/* Puts the one into the identity, the other to the facts ... */
typedef bool put_fn(
    json_t *into, const char *key, const char *value, struct errmsg *err);

static bool
put_identity(
    json_t *into, const char *key, const char *value, struct errmsg *err)
{
	return caller_set(into, key, value, NULL, err);
}

static bool
put_header(json_t *into, const char *key, const char *value, struct errmsg *err)
{
	value += strspn(value, " ");
	return json_object_set_new(into, key, json_string(value)) == 0 ||
	    errmsg_set(err, "want UTF-8");
}

/* False, having said what is wrong. */
static bool
take_pair(const char *flag, const char *form, json_t *into, const char *text,
    put_fn *put)
{
	char mark = form[strcspn(form, "=:")], key[512];
	const char *value;
	struct errmsg err;

	if (!split(text, mark, key, sizeof(key), &value)) {
		(void)command_wrong(&explain_command, "%s: want %s, not \"%s\"",
		    flag, form, text);
		return false;
	}
	if (put(into, key, value, &err))
		return true;
	(void)command_wrong(&explain_command, "%s: %s", flag, err.text);
	return false;
}

static bool
take_certificate(struct explain_flags *flags, const char *file)
{
	struct errmsg err;

	if (caller_set(flags->identity, "certificate", file, NULL, &err))
		return true;
	(void)command_wrong(&explain_command, "--certificate: %s", err.text);
	return false;
}

/* --- flags ------------------------------------------------------------------ */

static bool
take(struct explain_flags *flags, int option, const char *value)
{
	switch (option) {
	case 'a':
		return take_pair(
		    "--as", "KEY=VALUE", flags->identity, value, put_identity);
	case 'b':
		flags->body = value;
		return true;
	case 'c':
		flags->config = value;
		return true;
	case 'e':
		return take_certificate(flags, value);
	case 'f':
		return take_pair(
		    "--fact", "KEY=VALUE", flags->facts, value, rehearsal_fact);
	case 'h':
		return take_pair("--header", "NAME: VALUE", flags->headers,
		    value, put_header);
	case 'j':
		flags->json = true;
		return true;
	case 'm':
		flags->team = value;
		return true;
	case 't':
		flags->tier = value;
		return true;
	default:
		(void)command_usage(&explain_command);
		return false;
	}
}

/* What is wrong with who is to call, or NULL. */
static const char *
wrong_caller(const struct explain_flags *flags)
{
	bool described = json_object_size(flags->identity) > 0;

	if (flags->config == NULL && flags->tier == NULL)
		return "--config FILE or --tier NAME is missing";
	if (flags->config == NULL && described)
		return "--as goes with --config: a --tier judges whoever "
		       "calls";
	if (flags->tier == NULL && flags->team != NULL)
		return "--team goes with --tier: a --config says which team "
		       "a caller has";
	if (flags->tier == NULL && !described)
		return "--as KEY=VALUE is missing, or --certificate FILE: who "
		       "calls?";
	return NULL;
}

/* What is wrong with the call, or NULL. */
static const char *
wrong_call(const struct explain_flags *flags)
{
	if (flags->docker != NULL) {
		if (flags->body != NULL || json_object_size(flags->headers) > 0)
			return "--body and --header go with a call, not with "
			       "docker";
		return *flags->docker == NULL ? "docker what?" : NULL;
	}
	if (flags->line == NULL || strchr(flags->line, ' ') == NULL)
		return "want one argument 'METHOD /TARGET', or -- docker "
		       "WORD...";
	return NULL;
}

bool
explain_flags_read(struct explain_flags *flags, int argc, char **argv)
{
	const char *text;
	int option;

	memset(flags, 0, sizeof(*flags));
	flags->identity = json_object();
	flags->facts = json_object();
	flags->headers = json_object();
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (!take(flags, option, optarg))
			return false;
	}
	if (optind < argc && strcmp(argv[optind], "docker") == 0)
		flags->docker = argv + optind + 1;
	else if (optind + 1 == argc)
		flags->line = argv[optind];
	text = wrong_caller(flags);
	if (text == NULL)
		text = wrong_call(flags);
	if (text == NULL)
		return true;
	(void)command_wrong(&explain_command, "%s", text);
	return false;
}

void
explain_flags_done(struct explain_flags *flags)
{
	json_decref(flags->identity);
	json_decref(flags->facts);
	json_decref(flags->headers);
}
