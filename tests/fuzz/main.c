/* SPDX-License-Identifier: Apache-2.0 */
/*
 * main -- runs a target over files, where there is no libFuzzer: every file
 * below the folders that are named.  What a fuzzer has found once, every build
 * looks at again.
 */
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "fuzz/fuzz.h"

static size_t files;

static int
run_file(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	FILE *file;
	uint8_t *data;
	size_t size;

	(void)ftw;
	if (type != FTW_F)
		return 0;
	file = fopen(path, "re");
	data = malloc((size_t)st->st_size + 1);
	HOLDS(file != NULL && data != NULL);
	size = fread(data, 1, (size_t)st->st_size, file);
	HOLDS(size == (size_t)st->st_size);
	(void)fclose(file);
	/* Said before, so that a crash can be told whose it is. */
	if (getenv("VERBOSE") != NULL)
		(void)fprintf(stderr, "%s\n", path);
	(void)LLVMFuzzerTestOneInput(data, size);
	free(data);
	files++;
	return 0;
}

int
main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (nftw(argv[i], run_file, 16, FTW_PHYS) != 0) {
			perror(argv[i]);
			return 2;
		}
	}
	(void)printf("%zu inputs\n", files);
	return files == 0;
}
