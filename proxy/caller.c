/* SPDX-License-Identifier: Apache-2.0 */
#include "caller.h"

#include <stdio.h>
#include <string.h>

#include "identity.h"
#include "net/certificate.h"

static bool
set_certificate(
    json_t *identity, const char *file, const char *folder, struct errmsg *err)
{
	bool below = folder != NULL && *folder != '\0' && *file != '/';
	char path[4096];
	json_t *certificate;

	if (snprintf(path, sizeof(path), "%s%s%s", below ? folder : "",
		below ? "/" : "", file) >= (int)sizeof(path))
		return errmsg_set(err, "the path is too long");
	certificate = certificate_read(path, err);
	if (certificate == NULL)
		return errmsg_prefix(err, "%s", file);
	return json_object_set_new(identity, "certificate", certificate) == 0 ||
	    errmsg_nomem(err);
}

bool
caller_set(json_t *identity, const char *key, const char *text,
    const char *folder, struct errmsg *err)
{
	if (strcmp(key, "certificate") == 0)
		return set_certificate(identity, text, folder, err);
	return identity_set(identity, key, text, err);
}

bool
caller_complete(json_t *identity)
{
	const char *transport = NULL;

	if (json_object_get(identity, "transport") != NULL)
		return true;
	if (json_object_get(identity, "certificate") != NULL)
		transport = "tls";
	else if (json_object_get(identity, "uid") != NULL ||
	    json_object_get(identity, "gid") != NULL)
		transport = "unix";
	return transport == NULL ||
	    json_object_set_new(
		identity, "transport", json_string(transport)) == 0;
}
