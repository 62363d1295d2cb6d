/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz -- what the targets share.  A target is one file with one function. */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A property that does not hold ends the program, as a crash would. */
#define HOLDS(property)                                                        \
	((property) ? (void)0 : fuzz_broken(#property, __FILE__, __LINE__))

_Noreturn void fuzz_broken(const char *property, const char *file, int line);

/* The input as a string: a copy that ends with a NUL, and a guard behind
 * nothing else, so that a sanitizer sees what reads on. */
char *fuzz_text(const uint8_t *data, size_t size);

#endif
