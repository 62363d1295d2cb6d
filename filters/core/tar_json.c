/* SPDX-License-Identifier: Apache-2.0 */
#include "core/tar_json.h"

#include "core/json_scan.h"
#include "tar_rules.h"

#define VALUES 200000 /* an image of 50 layers has about 60 */

json_t *
tar_json_read(const char *bytes, size_t len, struct errmsg *why)
{
	struct json_limits limits = json_limits_default;
	json_t *json;

	limits.bytes = TAR_HOLD_MAX;
	limits.values = VALUES;
	if (!json_scan(bytes, len, &limits, why))
		return NULL;
	json = json_loadb(bytes, len, JSON_REJECT_DUPLICATES, NULL);
	if (json == NULL)
		(void)errmsg_set(why, "it is not JSON that can be read");
	return json;
}
