/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tar_rules -- judges an archive while it streams, entry by entry, by rules
 * that a filter has made (struct report, stream_rules).
 *
 * It sees what a reader made of each header, never the header, and says what is
 * to be written in its place: so there is one opinion of the archive, and no
 * second parser to disagree with.  What it lets through, whatever the rules:
 * names are relative and clean, below directories and never below a link of the
 * archive's own; no name is two things; nothing but files, directories and
 * links; a hard link leads to a file that was seen.
 */
#ifndef TAR_RULES_H
#define TAR_RULES_H

#include <stdbool.h>
#include <stddef.h>

#include "errmsg.h"
#include "json.h"

#define TAR_NAME_LEN 4096 /* PATH_MAX, with the NUL */
#define TAR_PART_MAX 255 /* NAME_MAX */
#define TAR_DEPTH_MAX 128
#define TAR_HOLD_MAX (4 * 1024 * 1024) /* content that is judged whole */

/* Where links of an archive may lead. */
enum tar_links {
	TAR_LINKS_NONE = 0,
	TAR_LINKS_WITHIN, /* to where the archive itself goes */
	TAR_LINKS_ANY, /* symbolic ones anywhere */
};

extern const char *const tar_links_words[]; /* in that order */

enum tar_type {
	TAR_OTHER = 0,
	TAR_FILE,
	TAR_DIRECTORY,
	TAR_SYMLINK,
	TAR_HARDLINK,
	TAR_DEVICE, /* block or character */
	TAR_FIFO,
};

struct tar_entry {
	enum tar_type type;
	const char *name;
	const char *link; /* SYMLINK, HARDLINK: where it leads; else NULL */
	unsigned mode; /* 07777 */
	long long size, uid, gid, mtime;
	bool sparse; /* parts of it are not in the archive */
	bool extras; /* extended attributes, ACLs, flags: never passed on */
};

struct tar_counts {
	unsigned long long entries, bytes, changed;
};

struct tar_judge;

/*
 * Rules are an object:
 *   "kind"     "archive", "context", "image", "plugin" or "root"
 *   "strict"   refuse what could be made acceptable (mode bits, extras)
 *   "setid"    set-user-id and set-group-id bits may stay
 *   "links"    a word of tar_links_words
 *   "entries"  the most of them, directories that are not named included
 *   "size"     the most bytes of all files together
 * and what the kind needs besides (filters/core/tar_kind.h).  Borrowed until
 * tar_judge_free().  NULL with the reason if they are not that.
 */
MUST_CHECK struct tar_judge *tar_judge_new(
    const json_t *rules, struct errmsg *err);
void tar_judge_free(struct tar_judge *judge);

/*
 * Judge the next entry.  True: out is what may go on in its place, its texts
 * borrowed until the next call; *hold: but only after tar_judge_content() has
 * said so, too.  False: why says it.
 */
MUST_CHECK bool tar_judge_entry(struct tar_judge *judge,
    const struct tar_entry *in, struct tar_entry *out, bool *hold,
    struct errmsg *why);

/* Judge the whole content of the entry that was to be held. */
MUST_CHECK bool tar_judge_content(
    struct tar_judge *judge, const char *bytes, size_t len, struct errmsg *why);

/* The archive is over: was everything there that must be? */
MUST_CHECK bool tar_judge_end(struct tar_judge *judge, struct errmsg *why);

/* May the archive be compressed?  Then it is taken apart before it is read. */
bool tar_judge_compressed(const struct tar_judge *judge);

const struct tar_counts *tar_judge_counts(const struct tar_judge *judge);

#endif
