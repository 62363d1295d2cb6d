/* SPDX-License-Identifier: Apache-2.0 */
#include "core/network_ref.h"

#include <string.h>

#include "core/owner.h"
#include "core/reference.h"
#include "core/text.h"

#define FIELD "{network}"
#define FACT "network:"

static bool
speaks_for_itself(const struct pattern_set *listed, const char *ref)
{
	return !reference_may_be_id(ref) || pattern_set_has(listed, ref);
}

bool
network_ref_wants(
    const struct request *req, const struct pattern_set *listed, json_t *wanted)
{
	const char *ref = text_at(req->vars, "network");

	if (*ref == '\0' || speaks_for_itself(listed, ref))
		return true;
	return json_array_append_new(wanted, json_sprintf(FACT "%s", ref)) == 0;
}

static enum verdict
hold_to_id(
    struct request *req, struct report *report, const char *ref, const char *id)
{
	json_t *full;

	if (strcmp(ref, id) == 0)
		return VERDICT_PASS;
	full = json_string(id);
	if (full == NULL)
		return report_fail(report, FIELD, "out of memory");
	return rewrite_var(req, report, "network", full,
	    "the network that this is the beginning of the id of");
}

enum verdict
network_ref_name(struct request *req, struct report *report,
    const struct pattern_set *listed, const char **name)
{
	const char *ref = text_at(req->vars, "network");
	const json_t *fact;

	*name = ref;
	if (speaks_for_itself(listed, ref))
		return VERDICT_PASS;
	fact = owner_fact(req, "network", ref);
	if (json_is_string(fact))
		return report_hide(
		    report, FIELD, "network %.200s not found", ref);
	*name = text_at(fact, "Name");
	/* Not the daemon's answer to this reference, or a name that would have
	 * to be listed. */
	if (**name == '\0' || !speaks_for_itself(listed, *name) ||
	    strncmp(text_at(fact, "Id"), ref, strlen(ref)) != 0)
		return report_deny(report, FIELD,
		    "\"%.200s\" may be the id of any network; use a name", ref);
	return hold_to_id(req, report, ref, text_at(fact, "Id"));
}
