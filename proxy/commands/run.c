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
#include "net/supervisor.h"

struct flags {
	const char *config, *tier, *upstream, *audit, *mode, *group;
	const char *tls_cert, *tls_key, *tls_ca;
	json_t *listen;
};

static const struct option options[] = {
    {"config", required_argument, NULL, 'c'},
    {"tier", required_argument, NULL, 't'},
    {"listen", required_argument, NULL, 'l'},
    {"upstream", required_argument, NULL, 'u'},
    {"audit", required_argument, NULL, 'a'},
    {"mode", required_argument, NULL, 'm'},
    {"group", required_argument, NULL, 'g'},
    {"tls-cert", required_argument, NULL, 'C'},
    {"tls-key", required_argument, NULL, 'K'},
    {"tls-ca", required_argument, NULL, 'A'},
    {NULL, 0, NULL, 0},
};

/* False if there is no such option, or no memory. */
static bool
take(struct flags *flags, int option, const char *value)
{
	const struct {
		int option;
		const char **to;
	} texts[] = {
	    {'c', &flags->config},
	    {'t', &flags->tier},
	    {'u', &flags->upstream},
	    {'a', &flags->audit},
	    {'m', &flags->mode},
	    {'g', &flags->group},
	    {'C', &flags->tls_cert},
	    {'K', &flags->tls_key},
	    {'A', &flags->tls_ca},
	};

	if (option == 'l')
		return json_array_append_new(
			   flags->listen, json_string(value)) == 0;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (texts[i].option == option) {
			*texts[i].to = value;
			return true;
		}
	}
	return false;
}

/* Is there a --listen that begins so? */
static bool
listens_on(const struct flags *flags, const char *scheme)
{
	size_t i;
	json_t *address;

	json_array_foreach(flags->listen, i, address)
	{
		if (strncmp(json_string_value(address), scheme,
			strlen(scheme)) == 0)
			return true;
	}
	return false;
}

/* What is wrong with the flags beside --config, together; or NULL. */
static const char *
complaint_of_tier(const struct flags *flags)
{
	int tls = (flags->tls_cert != NULL) + (flags->tls_key != NULL) +
	    (flags->tls_ca != NULL);

	if (flags->tier == NULL && json_array_size(flags->listen) == 0)
		return "--config FILE is missing, or --tier NAME with --listen "
		       "ADDRESS";
	if (flags->tier == NULL)
		return "--tier NAME is missing";
	if (json_array_size(flags->listen) == 0)
		return "--listen ADDRESS is missing";
	/* Whoever asks for certificates must not get a listener without. */
	if (tls > 0 && (tls < 3 || !listens_on(flags, "tcp://")))
		return "--tls-cert, --tls-key and --tls-ca belong together, "
		       "with --listen tcp://...";
	if ((flags->mode != NULL || flags->group != NULL) &&
	    !listens_on(flags, "unix://"))
		return "--mode and --group are for --listen unix://...";
	return NULL;
}

static const char *
complaint(const struct flags *flags)
{
	if (flags->config == NULL)
		return complaint_of_tier(flags);
	if (flags->tier != NULL || flags->upstream != NULL ||
	    flags->audit != NULL || flags->mode != NULL ||
	    flags->group != NULL || flags->tls_cert != NULL ||
	    flags->tls_key != NULL || flags->tls_ca != NULL ||
	    json_array_size(flags->listen) > 0)
		return "--config says it all: no other option goes with it";
	return NULL;
}

/* False, having said what is wrong. */
static bool
read_flags(struct flags *flags, int argc, char **argv)
{
	struct tier *tier;
	const char *text;
	int option;

	memset(flags, 0, sizeof(*flags));
	flags->listen = json_array();
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (!take(flags, option, optarg)) {
			(void)command_usage(&run_command);
			return false;
		}
	}
	text = complaint(flags);
	if (optind < argc) {
		(void)command_wrong(
		    &run_command, "\"%s\" is too much", argv[optind]);
		return false;
	}
	if (text != NULL) {
		(void)command_wrong(&run_command, "%s", text);
		return false;
	}
	if (flags->tier == NULL)
		return true;
	tier = command_tier(flags->tier);
	tier_free(tier);
	return tier != NULL;
}

/* --- the tree of the one-line form ---------------------------------------- */

static json_t *
listener_tree(const struct flags *flags, const char *address, size_t i)
{
	bool is_unix = strncmp(address, "unix://", 7) == 0;
	json_t *tree = json_pack("{s:o, s:s, s:s*, s:s*}", "name",
	    json_sprintf("listen-%zu", i + 1), "address", address, "mode",
	    is_unix ? flags->mode : NULL, "group",
	    is_unix ? flags->group : NULL);

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

/* The tree's keys are nothing that the user wrote: say the flags. */
static void
name_flags(struct problems *problems)
{
	static const struct {
		const char *key, *flag;
	} names[] = {
	    {".address", "--listen"},
	    {".mode", "--mode"},
	    {".group", "--group"},
	    {".tls.certificate", "--tls-cert"},
	    {".tls.key", "--tls-key"},
	    {".tls.client_ca", "--tls-ca"},
	    {".tls", "--listen"},
	    {"audit.path", "--audit"},
	    {"upstream", "--upstream"},
	};
	size_t i;
	json_t *problem;

	json_array_foreach(problems->list, i, problem)
	{
		const char *path = json_string_value(
		    json_object_get(problem, "path"));
		size_t len = strlen(path), n = 0;

		for (; n < sizeof(names) / sizeof(names[0]); n++) {
			size_t key = strlen(names[n].key);

			if (len >= key &&
			    strcmp(path + len - key, names[n].key) == 0)
				break;
		}
		/* If there is no memory, the key will have to do. */
		if (n < sizeof(names) / sizeof(names[0]))
			(void)json_object_set_new(
			    problem, "path", json_string(names[n].flag));
	}
}

/* --- running -------------------------------------------------------------- */

static struct config *
load(const struct flags *flags, int *status)
{
	const char *name = flags->config == NULL ? "sockwarden" : flags->config;
	struct config *config = NULL;
	struct problems problems;
	bool unreadable = false;
	json_t *tree;

	problems_init(&problems, name);
	if (flags->config != NULL) {
		config = config_load(flags->config, &problems, &unreadable);
	} else if ((tree = make_tree(flags)) != NULL) {
		config = config_from_tree(tree, &problems);
		name_flags(&problems);
	} else {
		problems_add(&problems, "", "an option is not UTF-8");
	}
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

	if (!read_flags(&flags, argc, argv)) {
		json_decref(flags.listen);
		return EXIT_USAGE;
	}
	config = load(&flags, &status);
	json_decref(flags.listen);
	if (config == NULL)
		return status;
	if (supervisor_run(flags.config, config, &err))
		return EXIT_DONE;
	log_error("cannot start: %s", err.text);
	return EXIT_NO;
}

const struct command run_command = {
    .name = "run",
    .usage = "(--config FILE | --tier NAME --listen ADDRESS... "
	     "[--mode MODE] [--group NAME] [--upstream ADDRESS] "
	     "[--audit FILE] [--tls-cert FILE --tls-key FILE --tls-ca FILE])",
    .summary = "Serve.  The second form gives everyone who can connect the "
	       "same tier.",
    .details =
	"  --config FILE     do what the file says; see sockwarden.yaml(5)\n"
	"or, to guard one engine for callers of one kind:\n"
	"  --tier NAME       what they may do: one of `sockwarden tiers`\n"
	"  --listen ADDRESS  where they connect: unix:///path, "
	"tcp://address:port, or\n"
	"                    systemd:NAME, a socket that the service manager "
	"opened;\n"
	"                    may be given more than once\n"
	"  --mode MODE       of unix sockets, in octal; else 0660\n"
	"  --group NAME      of unix sockets; else the group of whoever starts "
	"it\n"
	"  --upstream ADDRESS  the engine; else "
	"unix:///var/run/docker.sock\n"
	"  --audit FILE      for the records; else, or if it is \"-\", "
	"standard output\n"
	"  --tls-cert FILE, --tls-key FILE, --tls-ca FILE\n"
	"                    the server's certificate and key, and the CAs of "
	"its clients;\n"
	"                    TCP beyond loopback needs them\n"
	"As in\n"
	"  sockwarden run --tier ci --listen unix:///run/guard.sock "
	"--group docker-ci\n",
    .run = run,
};
