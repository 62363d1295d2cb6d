/* SPDX-License-Identifier: Apache-2.0 */
/* Archives, entry by entry: what is let through stays where it goes, by a second
 * opinion that follows every link; and passes unchanged when it comes again. */
#include <stdlib.h>
#include <string.h>

#include "fuzz/fuzz.h"
#include "tar_rules.h"

#define MOST 64
#define HOPS 64

/* What an unpacked archive has of links. */
struct tree {
	struct {
		char name[256], target[256];
	} link[MOST];
	size_t n;
};

/* --- following links ------------------------------------------------------ */

static const char *
target_of(const struct tree *tree, const char *name)
{
	for (size_t i = 0; i < tree->n; i++) {
		if (strcmp(tree->link[i].name, name) == 0)
			return tree->link[i].target;
	}
	return NULL;
}

/* Walk path, from the directory in at, as a kernel does; false if it leaves the
 * root of the archive. */
static bool
walk(const struct tree *tree, char *at, const char *path, int *hops)
{
	if (*path == '/')
		return false;
	while (*path != '\0') {
		size_t len = strcspn(path, "/");
		char *slash = strrchr(at, '/');
		size_t had = strlen(at);
		const char *target;

		if (len == 2 && strncmp(path, "..", 2) == 0) {
			if (*at == '\0')
				return false;
			*(slash == NULL ? at : slash) = '\0';
		} else if (len > 0 && !(len == 1 && *path == '.')) {
			if (had + len + 2 > 4096)
				return true;
			if (had > 0)
				strncat(at, "/", 2);
			strncat(at, path, len);
			target = target_of(tree, at);
			if (target != NULL) {
				if (++*hops > HOPS)
					return true;
				at[had] = '\0';
				if (!walk(tree, at, target, hops))
					return false;
			}
		}
		path += len;
		path += *path == '/';
	}
	return true;
}

static void
check_links(const struct tree *tree)
{
	for (size_t i = 0; i < tree->n; i++) {
		char at[4200] = "";
		int hops = 0;

		HOLDS(walk(tree, at, tree->link[i].name, &hops));
	}
}

/* --- entries -------------------------------------------------------------- */

static void
note_link(struct tree *tree, const struct tar_entry *entry)
{
	if (tree->n == MOST || strlen(entry->name) > 255 ||
	    strlen(entry->link) > 255 || target_of(tree, entry->name) != NULL)
		return;
	strcpy(tree->link[tree->n].name, entry->name);
	strcpy(tree->link[tree->n].target, entry->link);
	tree->n++;
}

static void
check_entry(const struct tree *tree, const struct tar_entry *out)
{
	char name[TAR_NAME_LEN];

	HOLDS(*out->name != '/' && strlen(out->name) < TAR_NAME_LEN);
	HOLDS(out->type != TAR_DEVICE && out->type != TAR_FIFO &&
	    out->type != TAR_OTHER);
	HOLDS((out->mode & ~01777U) == 0 && !out->extras && !out->sparse);
	/* Not below a link of the archive's own. */
	memcpy(name, out->name, strlen(out->name) + 1);
	for (char *slash = strrchr(name, '/'); slash != NULL;
	     slash = strrchr(name, '/')) {
		*slash = '\0';
		HOLDS(target_of(tree, name) == NULL);
		HOLDS(strcmp(slash + 1, "..") != 0);
	}
	HOLDS(strcmp(name, "..") != 0);
}

/* The next string of the input; it ends with a NUL or with the input. */
static const char *
next_text(const char **at, const char *end)
{
	const char *text = *at;

	*at += strnlen(text, (size_t)(end - text));
	if (*at < end)
		(*at)++;
	return text;
}

static bool
next_entry(const char **at, const char *end, struct tar_entry *entry)
{
	if (end - *at < 4)
		return false;
	memset(entry, 0, sizeof(*entry));
	entry->type = (enum tar_type)((unsigned char)**at % (TAR_FIFO + 1));
	entry->mode = (unsigned)(unsigned char)(*at)[1] << 4;
	entry->size = (*at)[2] & 0x3f;
	entry->sparse = ((*at)[2] & 0x40) != 0;
	entry->extras = ((unsigned char)(*at)[2] & 0x80) != 0;
	*at += 3;
	entry->name = next_text(at, end);
	entry->link = next_text(at, end);
	return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_t *rules = json_pack("{s:s, s:b, s:s, s:i, s:i, s:s}", "kind",
	    "archive", "strict", 0, "links", "within", "entries", 200, "size",
	    4096, "base", "/srv");
	struct tar_entry in, out, again;
	struct tar_judge *first, *second;
	char *text = fuzz_text(data, size);
	const char *at = text, *end = text + size;
	static struct tree tree;
	struct errmsg why;
	bool hold;

	tree.n = 0;
	first = tar_judge_new(rules, &why);
	second = tar_judge_new(rules, &why);
	HOLDS(first != NULL && second != NULL);
	while (next_entry(&at, end, &in) &&
	    tar_judge_entry(first, &in, &out, &hold, &why)) {
		check_entry(&tree, &out);
		if (out.type == TAR_SYMLINK)
			note_link(&tree, &out);
		check_links(&tree);
		in = out;
		/* The root's name is written "./". */
		if (*in.name == '\0')
			in.name = "./";
		HOLDS(tar_judge_entry(second, &in, &again, &hold, &why));
		HOLDS(strcmp(out.name, again.name) == 0 &&
		    out.mode == again.mode && out.size == again.size);
	}
	tar_judge_free(first);
	tar_judge_free(second);
	json_decref(rules);
	free(text);
	return 0;
}
