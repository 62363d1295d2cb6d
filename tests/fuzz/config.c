/* SPDX-License-Identifier: Apache-2.0 */
/* A configuration: YAML, then its rows.  It is taken, or there is a problem
 * that says why; never neither and never both. */
#include "config/config.h"

#include <stdlib.h>

#include "fuzz/fuzz.h"

static void
load(struct yaml *yaml)
{
	struct problems problems;
	struct config *config;

	problems_init(&problems, "fuzz.yaml");
	problems.yaml = yaml;
	config = config_from_tree(json_deep_copy(yaml->tree), &problems);
	HOLDS((config != NULL) == (problems.errors == 0));
	if (config != NULL) {
		/* Whoever is nobody in particular is nobody. */
		json_auto_t *nobody = json_object();
		const char *team;

		HOLDS(config_identify(config, nobody, &team) == NULL);
	}
	config_unref(config);
	problems_done(&problems);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct yaml yaml;
	struct place place;
	struct errmsg err = {""};
	char *text;

	if (size > 8192)
		return 0;
	text = fuzz_text(data, size);
	if (yaml_read(text, size, &yaml, &place, &err)) {
		HOLDS(yaml.tree != NULL);
		load(&yaml);
		yaml_done(&yaml);
	} else {
		HOLDS(err.text[0] != '\0');
	}
	free(text);
	return 0;
}
