/* SPDX-License-Identifier: Apache-2.0 */
/* sockwarden-sieve -- a program of its own, so that the one that holds
 * connections has neither libarchive nor what that brings along. */
#include "memory.h"
#include "sieve/sieve.h"

int
main(void)
{
	memory_init();
	return sieve_main();
}
