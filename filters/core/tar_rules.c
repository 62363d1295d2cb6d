/* SPDX-License-Identifier: Apache-2.0 */
#include "tar_rules.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/tar_kind.h"

#define SETID_BITS 06000U
#define ID_MAX 0x7fffffffLL /* kernels have 32 bits; -1 is "leave it" */
#define MTIME_MAX 0x1ffffffffLL /* eleven octal digits: the year 2242 */

const char *const tar_links_words[] = {"none", "within", "any", NULL};

/* A root file system (image.import) is judged by what holds for all. */
const struct tar_kind tar_kind_root = {.name = "root", .compressed = true};

static const struct tar_kind *const kinds[] = {&tar_kind_archive,
    &tar_kind_context, &tar_kind_image, &tar_kind_plugin, &tar_kind_root, NULL};

struct tar_judge {
	const json_t *rules;
	const struct tar_kind *kind;
	bool strict, setid;
	enum tar_links links;
	unsigned long long entries_max, bytes_max;
	json_t *seen; /* clean name -> what it is */
	json_t *words[TAR_FIFO + 1]; /* its values, each made once */
	json_t *state; /* of the kind */
	struct tar_counts counts;
	char name[TAR_NAME_LEN], link[TAR_NAME_LEN];
};

/* --- rules ---------------------------------------------------------------- */

static const struct tar_kind *
kind_by_name(const char *name)
{
	for (size_t i = 0; name != NULL && kinds[i] != NULL; i++) {
		if (strcmp(kinds[i]->name, name) == 0)
			return kinds[i];
	}
	return NULL;
}

static bool
read_links(const json_t *rules, enum tar_links *links)
{
	const char *word = json_string_value(json_object_get(rules, "links"));

	for (int i = 0; word != NULL && tar_links_words[i] != NULL; i++) {
		if (strcmp(tar_links_words[i], word) == 0) {
			*links = (enum tar_links)i;
			return true;
		}
	}
	return false;
}

static bool
read_count(const json_t *rules, const char *name, unsigned long long *count)
{
	json_int_t value = json_integer_value(json_object_get(rules, name));

	*count = value > 0 ? (unsigned long long)value : 0;
	return value > 0;
}

static bool
read_rules(struct tar_judge *judge, struct errmsg *err)
{
	const json_t *rules = judge->rules;

	judge->kind = kind_by_name(
	    json_string_value(json_object_get(rules, "kind")));
	judge->strict = !json_is_false(json_object_get(rules, "strict"));
	judge->setid = json_is_true(json_object_get(rules, "setid"));
	if (judge->kind == NULL || !read_links(rules, &judge->links) ||
	    !read_count(rules, "entries", &judge->entries_max) ||
	    !read_count(rules, "size", &judge->bytes_max))
		return errmsg_set(err, "the rules cannot be read");
	return judge->kind->begin == NULL ||
	    judge->kind->begin(rules, judge->state, err);
}

struct tar_judge *
tar_judge_new(const json_t *rules, struct errmsg *err)
{
	struct tar_judge *judge = calloc(1, sizeof(*judge));
	bool made = judge != NULL;

	(void)errmsg_nomem(err);
	if (!made)
		return NULL;
	judge->rules = rules;
	judge->seen = json_object();
	judge->state = json_object();
	for (size_t i = 0; i <= TAR_FIFO; i++) {
		judge->words[i] = json_integer((json_int_t)i);
		made = made && judge->words[i] != NULL;
	}
	if (made && judge->seen != NULL && judge->state != NULL &&
	    read_rules(judge, err))
		return judge;
	tar_judge_free(judge);
	return NULL;
}

void
tar_judge_free(struct tar_judge *judge)
{
	if (judge == NULL)
		return;
	json_decref(judge->seen);
	json_decref(judge->state);
	for (size_t i = 0; i <= TAR_FIFO; i++)
		json_decref(judge->words[i]);
	free(judge);
}

const struct tar_counts *
tar_judge_counts(const struct tar_judge *judge)
{
	return &judge->counts;
}

/* --- names ---------------------------------------------------------------- */

/*
 * Text only.  The first name is what the archive begins with, where engines look
 * for marks of compression, most of which are no text; and nobody needs the
 * rest.
 */
static bool
is_text(const char *name, struct errmsg *why)
{
	json_auto_t *text = json_string(name);

	if (text == NULL)
		return errmsg_set(why, "its name is not UTF-8");
	for (const char *c = name; *c != '\0'; c++) {
		if (iscntrl((unsigned char)*c))
			return errmsg_set(
			    why, "its name has control characters");
	}
	return true;
}

/* Append one part of a path to out, which has room for TAR_NAME_LEN. */
static bool
add_part(char *out, const char *part, size_t len, struct errmsg *why)
{
	size_t at = strlen(out);

	if (len > TAR_PART_MAX || at + len + 2 > TAR_NAME_LEN)
		return errmsg_set(why, "its name is too long");
	if (at > 0)
		out[at++] = '/';
	memcpy(out + at, part, len);
	out[at + len] = '\0';
	return true;
}

/*
 * The name as it is compared and written: without "." and empty parts, which
 * mean nothing; "" is the directory that the archive goes to.  ".." and a slash
 * at the beginning lead out of it in some readers and not in others, and what
 * begins with ".wh." is not a file but the removal of one to those that read
 * layers.
 */
static bool
clean_name(const char *text, char *out, struct errmsg *why)
{
	size_t depth = 0, len;

	*out = '\0';
	if (*text == '\0')
		return errmsg_set(why, "it has no name");
	if (*text == '/')
		return errmsg_set(why, "its name begins with a slash");
	if (!is_text(text, why))
		return false;
	for (const char *part = text; *part != '\0'; part += len) {
		part += strspn(part, "/");
		len = strcspn(part, "/");
		if (len == 0 || (len == 1 && *part == '.'))
			continue;
		if (len == 2 && strncmp(part, "..", 2) == 0)
			return errmsg_set(why, "its name has \"..\" in it");
		if (strncmp(part, ".wh.", 4) == 0)
			return errmsg_set(why,
			    "names that begin with \".wh.\" are removals in "
			    "layers");
		if (++depth > TAR_DEPTH_MAX)
			return errmsg_set(why, "it is too deep down");
		if (!add_part(out, part, len, why))
			return false;
	}
	return true;
}

static enum tar_type
seen_as(const struct tar_judge *judge, const char *name)
{
	return (enum tar_type)json_integer_value(
	    json_object_get(judge->seen, name));
}

/* Remember what name is; it may be named again, but only as the same. */
static bool
remember(struct tar_judge *judge, const char *name, enum tar_type type,
    struct errmsg *why)
{
	enum tar_type before = seen_as(judge, name);

	if (before == type)
		return true;
	if (before != TAR_OTHER)
		return errmsg_set(
		    why, "\"%.200s\" is two different things", name);
	if (++judge->counts.entries > judge->entries_max)
		return errmsg_set(
		    why, "more than %llu entries", judge->entries_max);
	return json_object_set_nocheck(judge->seen, name, judge->words[type]) ==
	    0 ||
	    errmsg_nomem(why);
}

/* All above name are directories, now and from now on: what is written below a
 * link goes where the link leads. */
static bool
remember_parents(struct tar_judge *judge, char *name, struct errmsg *why)
{
	for (char *slash = strchr(name, '/'); slash != NULL;
	     slash = strchr(slash + 1, '/')) {
		bool kept;

		*slash = '\0';
		kept = remember(judge, name, TAR_DIRECTORY, why);
		*slash = '/';
		if (!kept)
			return false;
	}
	return true;
}

/* --- links ---------------------------------------------------------------- */

static size_t
depth_of(const char *name)
{
	size_t depth = 0;

	for (; *name != '\0'; name++)
		depth += *name == '/';
	return depth;
}

/*
 * Does the target, from a link at name, stay where the archive goes?  It may go
 * up first, no further than the archive's root, and then down; ".." after a
 * name would be where that name leads, which may be a link, too.
 */
static bool
stays_within(const char *name, const char *target, struct errmsg *why)
{
	size_t room = depth_of(name), len;
	bool down = false;

	if (*target == '/')
		return errmsg_set(
		    why, "it is a link to \"%.200s\", outside", target);
	for (const char *part = target; *part != '\0'; part += len) {
		part += strspn(part, "/");
		len = strcspn(part, "/");
		if (len == 0 || (len == 1 && *part == '.'))
			continue;
		if (len != 2 || strncmp(part, "..", 2) != 0) {
			down = true;
			continue;
		}
		if (down || room == 0)
			return errmsg_set(why,
			    "it is a link to \"%.200s\", which may lead "
			    "outside",
			    target);
		room--;
	}
	return true;
}

static bool
judge_symlink(struct tar_judge *judge, const struct tar_entry *in,
    struct tar_entry *out, struct errmsg *why)
{
	const char *target = in->link;

	if (judge->links == TAR_LINKS_NONE)
		return errmsg_set(why, "links are not allowed");
	if (target == NULL || *target == '\0' ||
	    strlen(target) >= sizeof(judge->link))
		return errmsg_set(why, "it is a link to nowhere");
	if (!is_text(target, why))
		return errmsg_prefix(why, "where it leads");
	if (judge->links != TAR_LINKS_ANY &&
	    !stays_within(judge->name, target, why))
		return false;
	memcpy(judge->link, target, strlen(target) + 1);
	out->link = judge->link;
	out->mode = 0777;
	return true;
}

/* Readers differ about hard links with content of their own. */
static bool
judge_hardlink(struct tar_judge *judge, const struct tar_entry *in,
    struct tar_entry *out, struct errmsg *why)
{
	enum tar_type type;

	if (judge->links == TAR_LINKS_NONE)
		return errmsg_set(why, "links are not allowed");
	if (in->size != 0)
		return errmsg_set(why, "it is a hard link with content");
	if (in->link == NULL || !clean_name(in->link, judge->link, why))
		return errmsg_prefix(why, "it is a hard link, but");
	type = seen_as(judge, judge->link);
	if (type != TAR_FILE && type != TAR_HARDLINK)
		return errmsg_set(why,
		    "it is a hard link to \"%.200s\", which is no file of this "
		    "archive before it",
		    judge->link);
	if (strcmp(judge->link, judge->name) == 0)
		return errmsg_set(why, "it is a hard link to itself");
	out->link = judge->link;
	return true;
}

/* --- entries -------------------------------------------------------------- */

static bool
judge_type(struct tar_judge *judge, const struct tar_entry *in,
    struct tar_entry *out, struct errmsg *why)
{
	if (judge->name[0] == '\0' && in->type != TAR_DIRECTORY)
		return errmsg_set(why, "it has no name");
	switch (in->type) {
	case TAR_FILE:
		out->size = in->size;
		return in->size >= 0 || errmsg_set(why, "its size is unknown");
	case TAR_DIRECTORY:
		return true;
	case TAR_SYMLINK:
		return judge_symlink(judge, in, out, why);
	case TAR_HARDLINK:
		return judge_hardlink(judge, in, out, why);
	case TAR_DEVICE:
		return errmsg_set(why, "device nodes are not allowed");
	case TAR_FIFO:
		return errmsg_set(why, "named pipes are not allowed");
	case TAR_OTHER:
		break;
	}
	return errmsg_set(why, "it is neither file, directory nor link");
}

/* What may be taken away from an entry, unless the rules are strict. */
static bool
judge_rights(struct tar_judge *judge, const struct tar_entry *in,
    struct tar_entry *out, struct errmsg *why)
{
	bool setid = !judge->setid && (out->mode & SETID_BITS) != 0;

	if (!setid && !in->extras)
		return true;
	if (judge->strict && setid)
		return errmsg_set(
		    why, "set-user-id and set-group-id bits are not allowed");
	if (judge->strict)
		return errmsg_set(
		    why, "extended attributes and ACLs are not allowed");
	if (setid)
		out->mode &= ~SETID_BITS;
	judge->counts.changed++;
	return true;
}

/* Count the bytes of a file. */
static bool
judge_size(struct tar_judge *judge, const struct tar_entry *in,
    const struct tar_entry *out, struct errmsg *why)
{
	if (in->sparse)
		return errmsg_set(why, "sparse files are not allowed");
	if ((unsigned long long)out->size >
	    judge->bytes_max - judge->counts.bytes)
		return errmsg_set(
		    why, "more than %llu bytes in all", judge->bytes_max);
	judge->counts.bytes += (unsigned long long)out->size;
	return true;
}

static bool
judge_owner(const struct tar_entry *in, struct errmsg *why)
{
	return (in->uid >= 0 && in->uid < ID_MAX && in->gid >= 0 &&
		   in->gid < ID_MAX) ||
	    errmsg_set(why, "its owner is no user");
}

static long long
clamp_mtime(long long mtime)
{
	if (mtime < 0)
		return 0;
	return mtime > MTIME_MAX ? MTIME_MAX : mtime;
}

static bool
judge_kind(struct tar_judge *judge, const struct tar_entry *out, bool *hold,
    struct errmsg *why)
{
	if (judge->kind->entry != NULL &&
	    !judge->kind->entry(judge->rules, judge->state, out, hold, why))
		return false;
	return !*hold || out->size <= TAR_HOLD_MAX ||
	    errmsg_set(why, "it is too large to be judged");
}

bool
tar_judge_entry(struct tar_judge *judge, const struct tar_entry *in,
    struct tar_entry *out, bool *hold, struct errmsg *why)
{
	*hold = false;
	*out = (struct tar_entry){
	    .type = in->type,
	    .mode = in->mode & 07777U,
	    .uid = in->uid,
	    .gid = in->gid,
	    .mtime = clamp_mtime(in->mtime),
	};
	if (in->name == NULL || !clean_name(in->name, judge->name, why))
		return false;
	out->name = judge->name;
	return judge_type(judge, in, out, why) && judge_owner(in, why) &&
	    judge_rights(judge, in, out, why) &&
	    judge_size(judge, in, out, why) &&
	    remember_parents(judge, judge->name, why) &&
	    remember(judge, judge->name, in->type, why) &&
	    judge_kind(judge, out, hold, why);
}

bool
tar_judge_content(
    struct tar_judge *judge, const char *bytes, size_t len, struct errmsg *why)
{
	return judge->kind->content != NULL
	    ? judge->kind->content(
		  judge->rules, judge->state, judge->name, bytes, len, why)
	    : errmsg_set(why, "nobody judges its content");
}

bool
tar_judge_end(struct tar_judge *judge, struct errmsg *why)
{
	return judge->kind->end == NULL ||
	    judge->kind->end(judge->rules, judge->state, why);
}

bool
tar_judge_compressed(const struct tar_judge *judge)
{
	return judge->kind->compressed;
}
