/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any call, with headers and body, by every tier that has filters: a tier of
 * ours that has CI jobs, one for people, and two that allow every call so that
 * each filter comes into play, one that rewrites and one that refuses.  A tier
 * of nothing at all lets nothing through.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz/fuzz.h"
#include "fuzz/judge.h"
#include "fuzz/request.h"

#define OPEN                                                                   \
	"\"calls\": {\"allow\": [\"*\"]}, \"as_is\": {\"action\": \"off\"},"   \
	"\"mounts\": {\"allow\": [{\"source\": \"/srv/data\"},"                \
	"{\"source\": \"/srv/rw\", \"read_only\": false, \"below\": true},"    \
	"{\"source\": \"/workspace\", \"to\": \"/srv/agents/7\"}],"            \
	"\"docker_socket\": \"replace\", \"tmpfs_size\": 1048576}"

static const char open_conf[] = "{\"filters\": {" OPEN "}}";
static const char empty_conf[] = "{\"unlisted\": \"off\", \"filters\": {}}";

static void
denied(const struct tier *tier, const struct rehearsal_script *script)
{
	struct rehearsal done;

	HOLDS(rehearse(tier, script, &done) <= VERDICT_DENY);
	rehearsal_done(&done);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct tier *open, *empty;
	struct rehearsal_script script;
	char *text;

	if (size > 16384)
		return 0;
	text = fuzz_text(data, size);
	if (request_script(text, size, &script)) {
		judge_holds(judge_preset("ci"), &script, true);
		judge_holds(judge_preset("developer"), &script, false);
		judge_holds(judge_tier(&open, open_conf), &script, false);
		denied(judge_tier(&empty, empty_conf), &script);
		request_script_done(&script);
	}
	free(text);
	return 0;
}
