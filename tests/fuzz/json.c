/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON by no shape, and by that of each body, query and header that we know: what
 * is taken is JSON to another reader; what is made of it is written as that reader
 * reads it; and made again of what was made, it is the same.
 */
#include <stdlib.h>
#include <string.h>

#include "call.h"
#include "fuzz/fuzz.h"
#include "fuzz/strict_json.h"
#include "schema.h"

static void
canonical(const struct shape *shape, const char *text, size_t len,
    enum unknown_members unknown)
{
	struct errmsg err;
	bool bad_input = false;
	json_auto_t *dropped = json_array(), *none = json_array();
	json_auto_t *once = schema_read(shape, text, len, &json_limits_default,
	    unknown, dropped, &bad_input, &err);
	json_auto_t *twice = NULL;
	size_t made_len;
	char *made;

	HOLDS(once != NULL || (bad_input && err.text[0] != '\0'));
	if (once == NULL)
		return;
	HOLDS(strict_json_valid(text, len));
	HOLDS(unknown == UNKNOWN_DROP || json_array_size(dropped) == 0);
	made = schema_write(once, &made_len);
	HOLDS(made != NULL && strict_json_is(made, made_len, once));
	/* Nothing is left to drop the second time, nor to change. */
	twice = schema_read(shape, made, made_len, &json_limits_default,
	    unknown, none, &bad_input, &err);
	HOLDS(twice != NULL && json_equal(once, twice));
	HOLDS(json_array_size(none) == 0);
	free(made);
}

/* By no shape: what is read is what two other readers read, and what those read
 * is read, but for what is longer or deeper than anybody writes. */
static void
any_value(const char *text, size_t len)
{
	struct errmsg err;
	json_auto_t *ours = json_read(text, len, &json_limits_trusted, &err);
	json_auto_t *jansson = json_loadb(
	    text, len, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, NULL);

	if (ours != NULL) {
		HOLDS(strict_json_is(text, len, ours));
		HOLDS(jansson != NULL && json_equal(ours, jansson));
	} else if (jansson != NULL && strict_json_valid(text, len)) {
		HOLDS(strstr(err.text, "too many digits") != NULL ||
		    strstr(err.text, "nested deeper") != NULL);
	}
}

/* The shapes of queries and headers that no body has. */
static const struct shape *const others[] = {&shape_filters, &shape_string_map,
    &shape_build_args, &shape_strings, &shape_ulimits, &shape_platform,
    &shape_outputs, &shape_registry_auth, &shape_registry_config};

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text;

	if (size > 16384)
		return 0;
	text = fuzz_text(data, size);
	any_value(text, size);
	for (const struct call *call = call_table(); call->name != NULL;
	     call++) {
		if (call->schema == NULL)
			continue;
		canonical(call->schema, text, size, UNKNOWN_REJECT);
		if (call->schema == &shape_container_create)
			canonical(call->schema, text, size, UNKNOWN_DROP);
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		canonical(others[i], text, size, UNKNOWN_REJECT);
	free(text);
	return 0;
}
