/* SPDX-License-Identifier: Apache-2.0 */
#include "refusal.h"

#include <stdio.h>

#include "docker_flag.h"

char *
refusal_text(const char *filter, const struct call *call, const char *field,
    const char *text, const char *id)
{
	char flag[96], *line = NULL;

	if (filter == NULL)
		filter = "";
	/* What stands in the path has a placeholder for a field ("{volume}"),
	 * which is for the record. */
	if (*field == '{')
		field = "";
	docker_flag_hint(call, field, flag, sizeof(flag));
	if (asprintf(&line, "sockwarden: %s%s%s%s%s%s%s%s%s", filter,
		*filter == '\0' ? "" : ": ", field, flag,
		*field == '\0' ? "" : ": ", text, id == NULL ? "" : " (record ",
		id == NULL ? "" : id, id == NULL ? "" : ")") < 0)
		return NULL;
	return line;
}
