/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "load.h"

#define FINE_BITS 5
#define FINE (1U << FINE_BITS)

/* Rows of a power of two each, in FINE equal columns. */
static size_t
bucket_of(uint64_t ns)
{
	int power;

	if (ns < FINE)
		return (size_t)ns;
	power = 63 - __builtin_clzll(ns);
	return ((size_t)(power - FINE_BITS + 1) << FINE_BITS) +
	    (size_t)((ns >> (power - FINE_BITS)) - FINE);
}

static double
middle_of(size_t bucket)
{
	size_t row = bucket >> FINE_BITS;
	uint64_t column = bucket & (FINE - 1);

	if (row == 0)
		return (double)column;
	return ((double)(FINE + column) + 0.5) * (double)(1ULL << (row - 1));
}

void
histogram_add(struct histogram *histogram, uint64_t ns)
{
	histogram->counts[bucket_of(ns)]++;
	histogram->total++;
}

double
histogram_at(const struct histogram *histogram, double part)
{
	uint64_t wanted = (uint64_t)(part * (double)histogram->total);
	uint64_t seen = 0;

	for (size_t i = 0; i < 64 * 32; i++) {
		seen += histogram->counts[i];
		if (seen > wanted)
			return middle_of(i) / 1e3;
	}
	return 0;
}

void
histogram_print(const struct histogram *histogram)
{
	printf("\"p50_us\":%.2f,\"p99_us\":%.2f,\"p999_us\":%.2f",
	    histogram_at(histogram, 0.5), histogram_at(histogram, 0.99),
	    histogram_at(histogram, 0.999));
}
