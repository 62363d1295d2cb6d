/* SPDX-License-Identifier: Apache-2.0 */
/* result -- what is told of a trial, as TAP 14 or as JUnit XML. */
#ifndef TESTING_RESULT_H
#define TESTING_RESULT_H

#include <stdio.h>

#include "config/yaml.h"
#include "errmsg.h"

struct result {
	const char *file, *name; /* borrowed */
	struct place place;
	bool passed;
	struct errmsg why; /* it did not */
};

/* https://testanything.org/tap-version-14-specification.html */
void result_print_tap(const struct result *results, size_t n, FILE *out);

/* The testsuites, testsuite, testcase and failure that CI systems read. */
void result_print_junit(const struct result *results, size_t n, FILE *out);

/* How many did not pass. */
size_t result_failures(const struct result *results, size_t n);

#endif
