/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run -- judges every file of tests/cases/<filter>/<name>.json as the program
 * would, and compares verdict, reason and body.  Each file is a test of its
 * own; whoever finds a bypass adds a file, not C.  tests/cases/README.md says
 * what a file holds.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cases/case.h"

#define CASES_MAX 4096

static struct CMUnitTest tests[CASES_MAX];
static size_t ntests;

static void
test_case(void **state)
{
	const char *path = *state;
	struct errmsg err;

	if (!case_run(path, &err))
		fail_msg("%s: %s", path, err.text);
}

static void
add(const char *dir, const char *name)
{
	char *path;

	assert_true(ntests < CASES_MAX);
	if (asprintf(&path, "%s/%s", dir, name) < 0)
		abort();
	tests[ntests].name = path + strlen(SOURCE_DIR "/tests/cases/");
	tests[ntests].test_func = test_case;
	tests[ntests].initial_state = path;
	ntests++;
}

static int
is_case(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return len > 5 && strcmp(entry->d_name + len - 5, ".json") == 0;
}

static int
is_folder(const struct dirent *entry)
{
	return entry->d_type == DT_DIR && entry->d_name[0] != '.';
}

static void
add_folder(const char *folder)
{
	struct dirent **files;
	char dir[4096];
	int n;

	(void)snprintf(dir, sizeof(dir), SOURCE_DIR "/tests/cases/%s", folder);
	n = scandir(dir, &files, is_case, alphasort);
	for (int i = 0; i < n; i++) {
		add(dir, files[i]->d_name);
		free(files[i]);
	}
	if (n >= 0)
		free(files);
}

int
main(void)
{
	struct dirent **folders;
	int n = scandir(
	    SOURCE_DIR "/tests/cases", &folders, is_folder, alphasort);
	int failed;

	for (int i = 0; i < n; i++) {
		add_folder(folders[i]->d_name);
		free(folders[i]);
	}
	if (n >= 0)
		free(folders);
	failed = _cmocka_run_group_tests("cases", tests, ntests, NULL, NULL);
	for (size_t i = 0; i < ntests; i++)
		free(tests[i].initial_state);
	return failed != 0 || ntests == 0;
}
