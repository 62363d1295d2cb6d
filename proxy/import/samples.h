/* SPDX-License-Identifier: Apache-2.0 */
/*
 * samples -- what a call looks like on the wire, for rules about paths.
 *
 * A rule is for all names of a kind if it matches every sample: an id, short
 * and odd names, images with registry, port, tag and digest.
 */
#ifndef IMPORT_SAMPLES_H
#define IMPORT_SAMPLES_H

#include <stddef.h>

#include "call.h"

#define SAMPLE_LEN 512

/* How many samples the call has; at least one. */
size_t samples_count(const struct call *call);

/* The path of sample i, without a version. */
void samples_path(const struct call *call, size_t i, char path[SAMPLE_LEN]);

#endif
