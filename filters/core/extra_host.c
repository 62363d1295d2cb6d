/* SPDX-License-Identifier: Apache-2.0 */
#include "core/extra_host.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "core/patterns.h"
#include "core/reference.h"

static bool
is_address(const char *text)
{
	unsigned char bytes[16];

	return inet_pton(AF_INET, text, bytes) == 1 ||
	    inet_pton(AF_INET6, text, bytes) == 1;
}

bool
extra_host_parse(const char *line, struct extra_host *host)
{
	size_t len = strcspn(line, ":=");
	const char *address = line + len + 1;
	size_t address_len;
	char name[256], bare[64];

	if (line[len] == '\0' || len >= sizeof(name))
		return false;
	(void)snprintf(name, sizeof(name), "%.*s", (int)len, line);
	address_len = strlen(address);
	/* The CLI lets IPv6 stand in brackets. */
	if (*address == '[' && address[address_len - 1] == ']') {
		address++;
		address_len -= 2;
	}
	if (!reference_valid(name) || address_len >= sizeof(bare))
		return false;
	(void)snprintf(bare, sizeof(bare), "%.*s", (int)address_len, address);
	host->is_gateway = strcmp(bare, "host-gateway") == 0;
	(void)snprintf(host->text, sizeof(host->text), "%s:%s", name, bare);
	return host->is_gateway || is_address(bare);
}

bool
extra_host_allowed(
    const struct extra_host *host, const json_t *patterns, bool gateway)
{
	return host->is_gateway ? gateway
				: patterns_match(patterns, host->text);
}
