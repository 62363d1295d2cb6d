/* SPDX-License-Identifier: Apache-2.0 */
#include "net/pages.h"

#include <link.h>
#include <malloc.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

/* Parts of a file that nobody may have written to; relocated ones are not. */
static int
give_back(struct dl_phdr_info *object, size_t size, void *arg)
{
	uintptr_t mask = (uintptr_t)sysconf(_SC_PAGESIZE) - 1;

	(void)size;
	(void)arg;
	for (size_t i = 0; i < object->dlpi_phnum; i++) {
		const ElfW(Phdr) *part = &object->dlpi_phdr[i];
		uintptr_t begin = (object->dlpi_addr + part->p_vaddr) & ~mask;
		uintptr_t end = object->dlpi_addr + part->p_vaddr +
		    part->p_memsz;

		if (part->p_type == PT_LOAD && (part->p_flags & PF_W) == 0)
			/* What is not a file's (the vDSO) stays. */
			(void)madvise((void *)begin,
			    (end - begin + mask) & ~mask, MADV_DONTNEED);
	}
	return 0;
}

void
pages_give_back(void)
{
	(void)malloc_trim(0);
	(void)dl_iterate_phdr(give_back, NULL);
}
