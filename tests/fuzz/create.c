/* SPDX-License-Identifier: Apache-2.0 */
/* The body of a container.create, by the tiers that may create: the one call
 * that most filters are about, without the search for its name. */
#include <stdlib.h>

#include "fuzz/fuzz.h"
#include "fuzz/judge.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rehearsal_script script = {.method = "POST",
	    .target = "/v1.41/containers/create",
	    .len = size};
	char *text;

	if (size > 16384)
		return 0;
	text = fuzz_text(data, size);
	script.body = text;
	judge_holds(judge_preset("ci"), &script, true);
	judge_holds(judge_preset("developer"), &script, false);
	free(text);
	return 0;
}
