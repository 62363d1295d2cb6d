/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run -- serve, by a configuration file, or by flags for trying it: these make
 * the tree that a file would hold, which is then checked like one.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "commands/command.h"
#include "config/config.h"
#include "log.h"
#include "net/server.h"

struct flags {
	const char *config, *tier, *upstream, *audit;
	const char *tls_cert, *tls_key, *tls_ca;
	json_t *listen;
	bool wrong;
};

static const struct option options[] = {
    {"config", required_argument, NULL, 'c'},
    {"tier", required_argument, NULL, 't'},
    {"listen", required_argument, NULL, 'l'},
    {"upstream", required_argument, NULL, 'u'},
    {"audit", required_argument, NULL, 'a'},
    {"tls-cert", required_argument, NULL, 'C'},
    {"tls-key", required_argument, NULL, 'K'},
    {"tls-ca", required_argument, NULL, 'A'},
    {NULL, 0, NULL, 0},
};

static void
take(struct flags *flags, int option, const char *value)
{
	switch (option) {
	case 'c':
		flags->config = value;
		break;
	case 't':
		flags->tier = value;
		break;
	case 'l':
		if (json_array_append_new(flags->listen, json_string(value)) !=
		    0)
			flags->wrong = true;
		break;
	case 'u':
		flags->upstream = value;
		break;
	case 'a':
		flags->audit = value;
		break;
	case 'C':
		flags->tls_cert = value;
		break;
	case 'K':
		flags->tls_key = value;
		break;
	case 'A':
		flags->tls_ca = value;
		break;
	default:
		flags->wrong = true;
		break;
	}
}

static void
read_flags(struct flags *flags, int argc, char **argv)
{
	int option;

	memset(flags, 0, sizeof(*flags));
	flags->listen = json_array();
	do {
		option = getopt_long(argc, argv, "", options, NULL);
		if (option != -1)
			take(flags, option, optarg);
	} while (option != -1);
	if (optind < argc)
		flags->wrong = true;
	if (flags->config != NULL
		? flags->tier != NULL || flags->upstream != NULL ||
		    flags->audit != NULL || flags->tls_cert != NULL ||
		    flags->tls_key != NULL || flags->tls_ca != NULL ||
		    json_array_size(flags->listen) > 0
		: flags->tier == NULL || json_array_size(flags->listen) == 0)
		flags->wrong = true;
}

/* --- the tree of the one-line form ---------------------------------------- */

static json_t *
listener_tree(const struct flags *flags, const char *address, size_t i)
{
	json_t *tree = json_pack("{s:o, s:s}", "name",
	    json_sprintf("listen-%zu", i + 1), "address", address);

	if (strncmp(address, "tcp://", 6) == 0 && flags->tls_cert != NULL &&
	    json_object_set_new(tree, "tls",
		json_pack("{s:s, s:s*, s:s*}", "certificate", flags->tls_cert,
		    "key", flags->tls_key, "client_ca", flags->tls_ca)) != 0) {
		json_decref(tree);
		return NULL;
	}
	return tree;
}

static json_t *
make_tree(const struct flags *flags)
{
	json_auto_t *listeners = json_array();
	size_t i;
	json_t *address;

	json_array_foreach(flags->listen, i, address)
	{
		if (json_array_append_new(listeners,
			listener_tree(flags, json_string_value(address), i)) !=
		    0)
			return NULL;
	}
	return json_pack("{s:s*, s:O, s:[{s:{s:s}, s:s, s:s}], s:{s:s*}}",
	    "upstream", flags->upstream, "listeners", listeners, "identities",
	    "match", "listener", "*", "team", "anyone", "tier", flags->tier,
	    "audit", "path", flags->audit);
}

/* Whoever asks for certificates must not get a listener without. */
static bool
tls_flags_ok(const struct flags *flags)
{
	int given = (flags->tls_cert != NULL) + (flags->tls_key != NULL) +
	    (flags->tls_ca != NULL);
	size_t i;
	json_t *address;

	if (given == 0)
		return true;
	json_array_foreach(flags->listen, i, address)
	{
		if (given == 3 &&
		    strncmp(json_string_value(address), "tcp://", 6) == 0)
			return true;
	}
	(void)fputs("sockwarden: --tls-cert, --tls-key and --tls-ca belong "
		    "together, with --listen tcp://...\n",
	    stderr);
	return false;
}

/* --- running -------------------------------------------------------------- */

static struct config *
load(const struct flags *flags, int *status)
{
	const char *name = flags->config == NULL ? "flags" : flags->config;
	struct config *config = NULL;
	struct problems problems;
	bool unreadable = false;
	json_t *tree;

	problems_init(&problems, name);
	if (flags->config != NULL)
		config = config_load(flags->config, &problems, &unreadable);
	else if ((tree = make_tree(flags)) != NULL)
		config = config_from_tree(tree, &problems);
	problems_print(&problems, stderr);
	problems_done(&problems);
	*status = unreadable ? EXIT_USAGE : EXIT_NO;
	return config;
}

static int
run(int argc, char **argv)
{
	struct config *config;
	struct flags flags;
	struct errmsg err;
	int status;

	read_flags(&flags, argc, argv);
	if (flags.wrong || !tls_flags_ok(&flags)) {
		json_decref(flags.listen);
		return command_usage(&run_command);
	}
	config = load(&flags, &status);
	json_decref(flags.listen);
	if (config == NULL)
		return status;
	if (server_run(flags.config, config, &err))
		return EXIT_DONE;
	log_error("cannot start: %s", err.text);
	return EXIT_NO;
}

const struct command run_command = {
    .name = "run",
    .usage = "(--config FILE | --tier NAME --listen ADDRESS... "
	     "[--upstream ADDRESS] [--audit FILE] "
	     "[--tls-cert FILE --tls-key FILE --tls-ca FILE])",
    .summary = "Serve.  The second form gives everyone who can connect the "
	       "same tier.",
    .run = run,
};
