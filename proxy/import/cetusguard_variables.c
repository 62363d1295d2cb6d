/* SPDX-License-Identifier: Apache-2.0 */
#include "import/cetusguard_variables.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A rule that grows beyond this is no rule that anybody wrote. */
#define EXPANDED_MAX 65536

#define ID "(?:[a-fA-F0-9]+)"
#define NAME "(?:[a-zA-Z0-9][a-zA-Z0-9_.-]+)"
#define ID_OR_NAME "(?:" ID "|" NAME ")"
#define LABEL "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
#define DOMAIN "(?:" LABEL "(?:\\." LABEL ")*)"
#define IPV4 "(?:[0-9]{1,3}(?:\\.[0-9]{1,3}){3})"
#define IPV6                                                                   \
	"(?:\\[[a-fA-F0-9]{0,4}(?::[a-fA-F0-9]{0,4}){2,7}"                     \
	"(?:%[a-zA-Z0-9_]+)?\\])"
#define IP "(?:" IPV4 "|" IPV6 ")"
#define DOMAIN_OR_IP "(?:" DOMAIN "|" IP ")"
#define HOST "(?:" DOMAIN_OR_IP "(?::[0-9]+)?)"
#define COMPONENT "(?:[a-zA-Z0-9]+(?:(?:\\.|_{1,2}|-+)[a-zA-Z0-9]+)*)"
#define TAG "(?:[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127})"
#define DIGEST                                                                 \
	"(?:[a-zA-Z][a-zA-Z0-9]*(?:[_.+-][a-zA-Z][a-zA-Z0-9]*)*:"              \
	"[a-fA-F0-9]{32,})"
#define IMAGE "(?:(?:" HOST "/)?" COMPONENT "(?:/" COMPONENT ")*)"
#define REFERENCE "(?:" IMAGE "(?::" TAG ")?(?:@" DIGEST ")?)"
#define VERSION "(?:/v[0-9]+(?:\\.[0-9]+)*)"

static const struct variable {
	const char *name, *value;
} variables[] = {
    {"API_PREFIX", VERSION},
    {"API_PREFIX_AUTH", VERSION "?/auth"},
    {"API_PREFIX_BUILD", VERSION "?/build"},
    {"API_PREFIX_COMMIT", VERSION "?/commit"},
    {"API_PREFIX_CONFIGS", VERSION "?/configs"},
    {"API_PREFIX_CONTAINERS", VERSION "?/containers"},
    {"API_PREFIX_DISTRIBUTION", VERSION "?/distribution"},
    {"API_PREFIX_EVENTS", VERSION "?/events"},
    {"API_PREFIX_EXEC", VERSION "?/exec"},
    {"API_PREFIX_GRPC", VERSION "?/grpc"},
    {"API_PREFIX_IMAGES", VERSION "?/images"},
    {"API_PREFIX_INFO", VERSION "?/info"},
    {"API_PREFIX_NETWORKS", VERSION "?/networks"},
    {"API_PREFIX_NODES", VERSION "?/nodes"},
    {"API_PREFIX_PING", VERSION "?/_ping"},
    {"API_PREFIX_PLUGINS", VERSION "?/plugins"},
    {"API_PREFIX_SECRETS", VERSION "?/secrets"},
    {"API_PREFIX_SERVICES", VERSION "?/services"},
    {"API_PREFIX_SESSION", VERSION "?/session"},
    {"API_PREFIX_SWARM", VERSION "?/swarm"},
    {"API_PREFIX_SYSTEM", VERSION "?/system"},
    {"API_PREFIX_TASKS", VERSION "?/tasks"},
    {"API_PREFIX_VERSION", VERSION "?/version"},
    {"API_PREFIX_VOLUMES", VERSION "?/volumes"},
    {"CONTAINER_ID", ID},
    {"CONTAINER_ID_OR_NAME", ID_OR_NAME},
    {"CONTAINER_NAME", NAME},
    {"DOMAIN", DOMAIN},
    {"DOMAIN_OR_IP", DOMAIN_OR_IP},
    {"HOST", HOST},
    {"IMAGE_COMPONENT", COMPONENT},
    {"IMAGE_DIGEST", DIGEST},
    {"IMAGE_ID", ID},
    {"IMAGE_ID_OR_REFERENCE", "(?:" ID "|" REFERENCE ")"},
    {"IMAGE_NAME", IMAGE},
    {"IMAGE_REFERENCE", REFERENCE},
    {"IMAGE_TAG", TAG},
    {"IP", IP},
    {"IPV4", IPV4},
    {"IPV6", IPV6},
    {"NETWORK_ID", ID},
    {"NETWORK_ID_OR_NAME", "(?:" ID "|(?:[^/]+))"},
    {"NETWORK_NAME", "(?:[^/]+)"},
    {"PLUGIN_ID", ID},
    {"PLUGIN_ID_OR_NAME", "(?:" ID "|" IMAGE ")"},
    {"PLUGIN_NAME", IMAGE},
    {"VOLUME_ID", ID},
    {"VOLUME_ID_OR_NAME", ID_OR_NAME},
    {"VOLUME_NAME", NAME},
};

/* The length of "%NAME%" at the text, or 0. */
static size_t
variable_len(const char *text)
{
	size_t len = strspn(text + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

	return *text == '%' && len > 0 && text[len + 1] == '%' ? len + 2 : 0;
}

static const char *
value_of(const char *text, size_t len)
{
	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++) {
		if (strlen(variables[i].name) == len - 2 &&
		    strncmp(variables[i].name, text + 1, len - 2) == 0)
			return variables[i].value;
	}
	return NULL;
}

char *
cetusguard_expand(const char *text, struct errmsg *err)
{
	char *expanded = NULL;
	const char *value;
	size_t size, len;
	FILE *out = open_memstream(&expanded, &size);
	bool sound;

	if (out == NULL) {
		(void)errmsg_nomem(err);
		return NULL;
	}
	while (*text != '\0') {
		len = variable_len(text);
		value = len == 0 ? NULL : value_of(text, len);
		(void)(value == NULL ? fputc(*text, out) : fputs(value, out));
		text += value == NULL ? 1 : len;
	}
	sound = ferror(out) == 0;
	if (fclose(out) == 0 && sound && size <= EXPANDED_MAX)
		return expanded;
	free(expanded);
	(void)errmsg_set(err, "too long");
	return NULL;
}

bool
cetusguard_unknown(const char *text, char name[64])
{
	size_t len;

	for (; *text != '\0'; text++) {
		len = variable_len(text);
		if (len == 0)
			continue;
		if (value_of(text, len) == NULL) {
			(void)snprintf(name, 64, "%.*s", (int)len, text);
			return true;
		}
		text += len - 1;
	}
	return false;
}
