/* SPDX-License-Identifier: Apache-2.0 */
/* pki -- a certificate authority for those who have none. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "commands/command.h"
#include "pki/store.h"

#define DIRECTORY "/etc/sockwarden/pki"
#define CA_DAYS 3650
#define SERVER_DAYS 397
#define CLIENT_DAYS 90
#define CRL_DAYS 365
#define DAYS_MAX 36500

struct flags {
	const char *dir, *name, *team, *unit, *operand;
	json_t *hosts;
	long long days, crl_days;
	bool renew, json;
};

enum option_id {
	OPTION_CRL_DAYS = 1,
	OPTION_DAYS,
	OPTION_DIR,
	OPTION_HOST,
	OPTION_JSON,
	OPTION_NAME,
	OPTION_RENEW,
	OPTION_TEAM,
	OPTION_UNIT,
};

static const struct option options[] = {
    {"crl-days", required_argument, NULL, OPTION_CRL_DAYS},
    {"days", required_argument, NULL, OPTION_DAYS},
    {"dir", required_argument, NULL, OPTION_DIR},
    {"host", required_argument, NULL, OPTION_HOST},
    {"json", no_argument, NULL, OPTION_JSON},
    {"name", required_argument, NULL, OPTION_NAME},
    {"renew", no_argument, NULL, OPTION_RENEW},
    {"team", required_argument, NULL, OPTION_TEAM},
    {"unit", required_argument, NULL, OPTION_UNIT},
    {NULL, 0, NULL, 0},
};

/* A thing that pki does. */
struct verb {
	const char *name;
	unsigned allowed; /* bits of enum option_id */
	const char *operand; /* what it wants besides, or NULL */
	int (*run)(struct flags *flags);
};

#define BIT(id) (1U << (id))

static int
fail(const struct errmsg *err)
{
	(void)fprintf(stderr, "sockwarden: pki: %s\n", err->text);
	return EXIT_NO;
}

/* --- what may be said ------------------------------------------------------- */

/* The name of a folder, and of a person or machine. */
static bool
is_name(const char *text)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789._@-";

	return *text != '\0' && strlen(text) <= 64 &&
	    strchr(".-", *text) == NULL && text[strspn(text, allowed)] == '\0';
}

/* An O or OU: what a pattern of an identity can name without surprises. */
static bool
is_words(const char *text)
{
	if (*text == '\0' || strlen(text) > 64)
		return false;
	for (; *text != '\0'; text++) {
		if ((unsigned char)*text < 0x20 || *text == 0x7f ||
		    strchr("*?[]\\", *text) != NULL)
			return false;
	}
	return true;
}

static bool
is_host(const char *text)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789.:*-";

	return *text != '\0' && strlen(text) <= 253 &&
	    text[strspn(text, allowed)] == '\0';
}

static bool
take_days(const char *text, long long *days)
{
	char *end;

	*days = strtoll(text, &end, 10);
	return *text >= '1' && *text <= '9' && *end == '\0' &&
	    *days <= DAYS_MAX;
}

/* NULL, or what is wrong with it. */
static const char *
take(struct flags *flags, enum option_id id, const char *text)
{
	switch (id) {
	case OPTION_CRL_DAYS:
		return take_days(text, &flags->crl_days)
		    ? NULL
		    : "want a number of days, 1 to 36500";
	case OPTION_DAYS:
		return take_days(text, &flags->days)
		    ? NULL
		    : "want a number of days, 1 to 36500";
	case OPTION_DIR:
		flags->dir = text;
		return *text != '\0' ? NULL : "want a directory";
	case OPTION_HOST:
		return is_host(text) &&
			json_array_append_new(
			    flags->hosts, json_string(text)) == 0
		    ? NULL
		    : "want a host's name or address, such as "
		      "guard.example.com "
		      "or 10.0.0.7";
	case OPTION_JSON:
		flags->json = true;
		return NULL;
	case OPTION_NAME:
		flags->name = text;
		return is_name(text)
		    ? NULL
		    : "want letters, digits and \"._@-\", 64 at "
		      "most";
	case OPTION_RENEW:
		flags->renew = true;
		return NULL;
	case OPTION_TEAM:
		flags->team = text;
		return is_words(text) ? NULL
				      : "want a team's name, 64 bytes at most, "
					"without *?[]\\";
	case OPTION_UNIT:
		flags->unit = text;
		return is_words(text) ? NULL
				      : "want a unit's name, 64 bytes at most, "
					"without *?[]\\";
	}
	return "unknown";
}

/* False, having said what is wrong. */
static bool
read_flags(struct flags *flags, const struct verb *verb, int argc, char **argv)
{
	const char *wrong;
	int id, which = 0;

	while ((id = getopt_long(argc, argv, "", options, &which)) != -1) {
		if (id == '?') {
			(void)command_usage(&pki_command);
			return false;
		}
		wrong = (verb->allowed & BIT(id)) == 0
		    ? "does not go with this"
		    : take(flags, (enum option_id)id, optarg);
		if (wrong != NULL) {
			(void)command_wrong(&pki_command, "%s --%s: %s",
			    verb->name, options[which].name, wrong);
			return false;
		}
	}
	if (verb->operand != NULL && optind < argc)
		flags->operand = argv[optind++];
	if (optind < argc)
		(void)command_wrong(
		    &pki_command, "\"%s\" is too much", argv[optind]);
	else if (verb->operand != NULL && flags->operand == NULL)
		(void)command_wrong(&pki_command, "%s: %s is missing",
		    verb->name, verb->operand);
	else
		return true;
	return false;
}

/* --- what it does ------------------------------------------------------------ */

static int
init(struct flags *flags)
{
	struct errmsg err;

	if (!store_init(flags->dir,
		flags->name == NULL ? "sockwarden CA" : flags->name,
		flags->days == 0 ? CA_DAYS : flags->days, flags->crl_days,
		&err))
		return fail(&err);
	(void)printf("%s: a CA.  Its key, private/ca-key.pem, makes whoever "
		     "has it any caller;\nkeep it off machines that need not "
		     "sign.  Next: sockwarden pki server --host NAME\n",
	    flags->dir);
	return EXIT_DONE;
}

static int
issue(struct flags *flags, const char *name,
    const struct certificate_plan *plan, char *folder, size_t size)
{
	char not_after[DATE_SIZE];
	struct errmsg err;
	struct store *store = store_open(flags->dir, &err);
	bool done = store != NULL &&
	    store_issue(
		store, name, plan, flags->renew, folder, size, not_after, &err);

	store_close(store);
	if (!done)
		return fail(&err);
	(void)printf(
	    "%s: cert.pem, key.pem, ca.pem; until %.10s\n", folder, not_after);
	return EXIT_DONE;
}

static int
server(struct flags *flags)
{
	const char *host = json_string_value(json_array_get(flags->hosts, 0));
	const char *name = flags->name != NULL ? flags->name : host;
	struct certificate_plan plan = {CERTIFICATE_SERVER, name, NULL, NULL,
	    flags->hosts, flags->days == 0 ? SERVER_DAYS : flags->days};
	char folder[700];
	int status;

	if (host == NULL)
		return command_wrong(&pki_command,
		    "server: --host NAME is missing: the names and addresses "
		    "that clients connect to");
	if (!is_name(name))
		return command_wrong(&pki_command,
		    "server: \"%s\" is no name of a folder: say --name, too",
		    name);
	status = issue(flags, name, &plan, folder, sizeof(folder));
	if (status == EXIT_DONE)
		(void)printf("In sockwarden.yaml, and `chown` that folder to "
			     "the user that sockwarden runs as:\n"
			     "    tls:\n"
			     "      certificate: %s/cert.pem\n"
			     "      key: %s/key.pem\n"
			     "      client_ca: %s/ca.pem\n"
			     "      crl: [%s/crl.pem]\n",
		    folder, folder, flags->dir, flags->dir);
	return status;
}

static int
client(struct flags *flags)
{
	const char *name = flags->name != NULL ? flags->name : flags->team;
	struct certificate_plan plan = {CERTIFICATE_CLIENT, name, flags->team,
	    flags->unit, NULL, flags->days == 0 ? CLIENT_DAYS : flags->days};
	char folder[700];
	int status;

	if (flags->team == NULL)
		return command_wrong(
		    &pki_command, "client: --team NAME is missing");
	if (!is_name(name))
		return command_wrong(&pki_command,
		    "client: \"%s\" is no name of a folder: say --name, too",
		    name);
	status = issue(flags, name, &plan, folder, sizeof(folder));
	if (status == EXIT_DONE)
		(void)printf("Give them that folder, and to type:\n"
			     "    export DOCKER_HOST=tcp://GUARD:2376 "
			     "DOCKER_TLS_VERIFY=1 DOCKER_CERT_PATH=FOLDER\n"
			     "An identity for it: match: {O: \"%s\"}\n",
		    flags->team);
	return status;
}

/* Open it, write a revocation list, close it; before that, revoke. */
static int
change_crl(struct flags *flags, const char *which, size_t *n)
{
	struct errmsg err;
	struct store *store = store_open(flags->dir, &err);
	bool done = store != NULL &&
	    (which == NULL || store_revoke(store, which, n, &err)) &&
	    store_write_crl(store, flags->crl_days, &err);

	store_close(store);
	return done ? EXIT_DONE : fail(&err);
}

static int
revoke(struct flags *flags)
{
	size_t n = 0;
	int status = change_crl(flags, flags->operand, &n);

	if (status == EXIT_DONE)
		(void)printf(
		    "%zu revoked in %s/crl.pem.  Where the guard reads "
		    "that, SIGHUP makes it hold\n(systemctl reload "
		    "sockwarden) and cuts off who is connected.\n",
		    n, flags->dir);
	return status;
}

static int
crl(struct flags *flags)
{
	int status = change_crl(flags, NULL, NULL);

	if (status == EXIT_DONE)
		(void)printf("%s/crl.pem: good for %lld days.  Reload the "
			     "guard.\n",
		    flags->dir, flags->crl_days);
	return status;
}

static const char *
string(const json_t *entry, const char *key)
{
	const char *text = json_string_value(json_object_get(entry, key));

	return text == NULL ? "" : text;
}

static void
print_list(const json_t *index)
{
	time_t now = time(NULL);
	char today[DATE_SIZE];
	struct tm tm;
	size_t i;
	json_t *entry;

	(void)strftime(
	    today, sizeof(today), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &tm));
	(void)printf("%-33s %-7s %-10s %-10s %s\n", "SERIAL", "KIND", "UNTIL",
	    "STATE", "SUBJECT");
	json_array_foreach(json_object_get(index, "issued"), i, entry)
	{
		const char *until = string(entry, "not_after");
		const char *state = *string(entry, "revoked") != '\0'
		    ? "revoked"
		    : strcmp(until, today) < 0 ? "expired"
					       : "valid";

		(void)printf("%-33s %-7s %-10.10s %-10s %s\n",
		    string(entry, "serial"), string(entry, "kind"), until,
		    state, string(entry, "subject"));
	}
	(void)printf("The revocation list is good until %.10s: then nobody is "
		     "let in.  `sockwarden pki crl`\nwrites a newer one.\n",
	    string(index, "crl_until"));
}

static int
list(struct flags *flags)
{
	struct errmsg err;
	struct store *store = store_open(flags->dir, &err);

	if (store == NULL)
		return fail(&err);
	if (flags->json) {
		(void)json_dumpf(store_index(store), stdout, JSON_INDENT(1));
		(void)puts("");
	} else {
		print_list(store_index(store));
	}
	store_close(store);
	return EXIT_DONE;
}

static const struct verb verbs[] = {
    {"init",
	BIT(OPTION_DIR) | BIT(OPTION_NAME) | BIT(OPTION_DAYS) |
	    BIT(OPTION_CRL_DAYS),
	NULL, init},
    {"server",
	BIT(OPTION_DIR) | BIT(OPTION_NAME) | BIT(OPTION_DAYS) |
	    BIT(OPTION_HOST) | BIT(OPTION_RENEW),
	NULL, server},
    {"client",
	BIT(OPTION_DIR) | BIT(OPTION_NAME) | BIT(OPTION_DAYS) |
	    BIT(OPTION_TEAM) | BIT(OPTION_UNIT) | BIT(OPTION_RENEW),
	NULL, client},
    {"revoke", BIT(OPTION_DIR) | BIT(OPTION_CRL_DAYS), "NAME or SERIAL",
	revoke},
    {"crl", BIT(OPTION_DIR) | BIT(OPTION_CRL_DAYS), NULL, crl},
    {"list", BIT(OPTION_DIR) | BIT(OPTION_JSON), NULL, list},
    {NULL, 0, NULL, NULL},
};

static int
unknown_verb(const char *name)
{
	const char *names[sizeof(verbs) / sizeof(verbs[0])] = {NULL};
	char hint[160];

	for (size_t i = 0; verbs[i].name != NULL; i++)
		names[i] = verbs[i].name;
	nearest_hint(name, names, hint, sizeof(hint));
	return command_wrong(&pki_command,
	    "want init, server, client, revoke, crl or list, not \"%s\"%s",
	    name, hint);
}

static int
pki(int argc, char **argv)
{
	struct flags flags = {.dir = DIRECTORY, .crl_days = CRL_DAYS};
	const struct verb *verb = verbs;
	int status = EXIT_USAGE;

	if (argc < 2)
		return command_wrong(&pki_command,
		    "want init, server, client, revoke, crl or list");
	while (verb->name != NULL && strcmp(verb->name, argv[1]) != 0)
		verb++;
	if (verb->name == NULL)
		return unknown_verb(argv[1]);
	flags.hosts = json_array();
	if (read_flags(&flags, verb, argc - 1, argv + 1))
		status = verb->run(&flags);
	json_decref(flags.hosts);
	return status;
}

const struct command pki_command = {
    .name = "pki",
    .usage = "(init | server --host NAME... | client --team NAME "
	     "[--unit NAME] | revoke (NAME | SERIAL) | crl | list [--json]) "
	     "[--dir DIR] [--name NAME] [--days N] [--crl-days N] [--renew]",
    .summary = "Make certificates for mutual TLS, for those who have no CA.",
    .details =
	"  init      a CA: for 3650 days\n"
	"  server    a certificate for the guard: for 397 days\n"
	"  client    a certificate for a team: for 90 days\n"
	"  revoke    take one back, by its name or serial number\n"
	"  crl       write the list of what was revoked anew, before it "
	"expires\n"
	"  list      what was issued, until when, and whether it still holds\n"
	"  --dir DIR       where all of it is; else /etc/sockwarden/pki\n"
	"  --host NAME     a name or address that clients connect to; may be "
	"given\n"
	"                  more than once\n"
	"  --team NAME     the organization (O) in the certificate, by which "
	"an\n"
	"                  identity knows the team\n"
	"  --unit NAME     the unit (OU), to tell apart several kinds of "
	"callers of it\n"
	"  --name NAME     the common name (CN) and the folder; else the team "
	"or first host\n"
	"  --days N        how long it is good, in place of the above\n"
	"  --crl-days N    how long the revocation list is good; else 365\n"
	"  --renew         a new key and certificate in place of those there\n"
	"  --json          the list as it is kept\n"
	"A folder has ca.pem, cert.pem and key.pem, as DOCKER_CERT_PATH wants "
	"them.\n"
	"If you have a CA, such as step-ca or Vault, use that instead: "
	"certificates of\n"
	"clients need the extendedKeyUsage clientAuth and a subject that an "
	"identity can\n"
	"match, the CA the keyUsage keyCertSign; sockwarden(8) shows how.\n",
    .run = pki,
};
