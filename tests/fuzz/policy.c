/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any policy over any call: a line of JSON, the filters with their settings as
 * in tests/cases, then a request.  Whatever the settings, filters agree with
 * each other and with themselves.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz/fuzz.h"
#include "fuzz/judge.h"
#include "fuzz/request.h"

static void
count(void *arg, const char *path, const char *text)
{
	HOLDS(path != NULL && *text != '\0');
	++*(size_t *)arg;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size), *request = strchr(text, '\n');
	json_t *filters = NULL;
	struct rehearsal_script script;
	struct tier *tier;
	size_t problems = 0;

	/* An operator's own words go into requests, control characters and
	 * all, which we would not take from a client. */
	if (request != NULL && size < 16384 &&
	    strcspn(text, "\\\177\n") == (size_t)(request - text))
		filters = json_loadb(text, (size_t)(request - text),
		    JSON_REJECT_DUPLICATES, NULL);
	if (filters != NULL &&
	    request_script(
		request + 1, (size_t)(text + size - request - 1), &script)) {
		tier = tier_new("fuzz",
		    json_pack(
			"{s:s, s:O}", "unlisted", "off", "filters", filters),
		    "fuzz", count, &problems);
		HOLDS((tier == NULL) == (problems > 0));
		if (tier != NULL)
			judge_holds(tier, &script, false);
		tier_free(tier);
		request_script_done(&script);
	}
	json_decref(filters);
	free(text);
	return 0;
}
