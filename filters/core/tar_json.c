/* SPDX-License-Identifier: Apache-2.0 */
#include "core/tar_json.h"

#include "json_read.h"
#include "tar_rules.h"

#define VALUES 200000 /* an image of 50 layers has about 60 */

json_t *
tar_json_read(const char *bytes, size_t len, struct errmsg *why)
{
	struct json_limits limits = json_limits_default;

	limits.bytes = TAR_HOLD_MAX;
	limits.values = VALUES;
	return json_read(bytes, len, &limits, why);
}
