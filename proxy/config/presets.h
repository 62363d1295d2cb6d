/* SPDX-License-Identifier: Apache-2.0 */
/* presets -- the tiers of conf/presets, compiled in by cmake/EmbedPresets. */
#ifndef CONFIG_PRESETS_H
#define CONFIG_PRESETS_H

struct preset {
	const char *name;
	const char *yaml;
};

extern const struct preset presets[]; /* by name; ends with a NULL name */

#endif
