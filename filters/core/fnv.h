/* SPDX-License-Identifier: Apache-2.0 */
/* fnv -- FNV-1a in 64 bits, a byte at a time.  Whoever looks things up by it
 * compares what it finds: anybody can make texts with the same hash. */
#ifndef CORE_FNV_H
#define CORE_FNV_H

#include <stdint.h>

#define FNV_BASIS 14695981039346656037ULL

static inline uint64_t
fnv_more(uint64_t hash, unsigned char byte)
{
	return (hash ^ byte) * 1099511628211ULL;
}

#endif
