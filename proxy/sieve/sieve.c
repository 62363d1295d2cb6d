/* SPDX-License-Identifier: Apache-2.0 */
#include "sieve/sieve.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "json_read.h"
#include "tar_rules.h"
#include "limit.h"

#define BLOCK (64 * 1024)
#define TAR_BLOCK 512

/* What an archive may be followed by: the padding of old tapes. */
#define TAIL_MAX (16 * 1024 * 1024)

struct sieve {
	json_t *rules;
	struct tar_judge *judge;
	struct archive *in, *out;
	struct archive_entry *made;
	char *entry; /* the one at work, or NULL */
	char *held;
	bool begun; /* bytes went out */
	const char *verdict; /* unless all goes well: "deny", "fail" */
	struct errmsg why;
	char bytes[BLOCK], block[BLOCK];
};

static bool
say_no(struct sieve *sieve, const char *verdict)
{
	sieve->verdict = verdict;
	return false;
}

/* --- bytes ---------------------------------------------------------------- */

static ssize_t
read_some(int fd, void *bytes, size_t size)
{
	ssize_t n;

	do
		n = read(fd, bytes, size);
	while (n < 0 && errno == EINTR);
	return n;
}

static bool
write_all(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, bytes, len);

		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0) {
			bytes += n;
			len -= (size_t)n;
		}
	}
	return true;
}

static la_ssize_t
on_read(struct archive *archive, void *arg, const void **bytes)
{
	struct sieve *sieve = arg;

	(void)archive;
	*bytes = sieve->bytes;
	return read_some(SIEVE_DATA, sieve->bytes, sizeof(sieve->bytes));
}

/* Would the daemon take what begins like this for compressed, and read from it
 * another archive than the one that was judged (moby, archive/compression)?  A
 * tar begins with a name, which whoever made it has chosen. */
static bool
looks_compressed(const unsigned char *bytes, size_t len)
{
	static const struct {
		const char *bytes;
		size_t len;
	} magics[] = {
	    {"\x1f\x8b", 2}, /* gzip */
	    {"BZh", 3}, /* bzip2 */
	    {"\xfd"
	     "7zXZ",
		5}, /* xz */
	    {"\x28\xb5\x2f\xfd", 4}, /* zstd */
	    {"\x04\x22\x4d\x18", 4}, /* lz4 */
	};

	for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++) {
		if (len >= magics[i].len &&
		    memcmp(bytes, magics[i].bytes, magics[i].len) == 0)
			return true;
	}
	/* A frame that zstd skips. */
	return len >= 4 && (bytes[0] & 0xF0) == 0x50 &&
	    memcmp(bytes + 1, "\x2a\x4d\x18", 3) == 0;
}

static la_ssize_t
on_write(struct archive *archive, void *arg, const void *bytes, size_t len)
{
	struct sieve *sieve = arg;

	(void)archive;
	/* What goes out first is a whole header, or the end. */
	if (!sieve->begun &&
	    (len < TAR_BLOCK || looks_compressed(bytes, len))) {
		(void)errmsg_set(&sieve->why,
		    "the name at its beginning makes it look compressed");
		(void)say_no(sieve, "deny");
		return -1;
	}
	sieve->begun = true;
	return write_all(SIEVE_DATA, bytes, len) ? (la_ssize_t)len : -1;
}

/* --- entries -------------------------------------------------------------- */

static enum tar_type
type_of(struct archive_entry *entry)
{
	if (archive_entry_hardlink(entry) != NULL)
		return TAR_HARDLINK;
	switch (archive_entry_filetype(entry)) {
	case AE_IFREG:
		return TAR_FILE;
	case AE_IFDIR:
		return TAR_DIRECTORY;
	case AE_IFLNK:
		return TAR_SYMLINK;
	case AE_IFCHR:
	case AE_IFBLK:
		return TAR_DEVICE;
	case AE_IFIFO:
		return TAR_FIFO;
	default:
		return TAR_OTHER;
	}
}

static bool
has_extras(struct archive_entry *entry)
{
	unsigned long set = 0, clear = 0;

	archive_entry_fflags(entry, &set, &clear);
	return archive_entry_xattr_count(entry) > 0 ||
	    archive_entry_acl_types(entry) != 0 || set != 0 || clear != 0;
}

/* As libarchive has read it. */
static struct tar_entry
entry_read(struct archive_entry *entry)
{
	struct tar_entry read = {
	    .type = type_of(entry),
	    .name = archive_entry_pathname(entry),
	    .mode = (unsigned)archive_entry_perm(entry),
	    .size = archive_entry_size_is_set(entry) ? archive_entry_size(entry)
						     : -1,
	    .uid = archive_entry_uid(entry),
	    .gid = archive_entry_gid(entry),
	    .mtime = archive_entry_mtime(entry),
	    .sparse = archive_entry_sparse_count(entry) > 0,
	    .extras = has_extras(entry),
	};

	if (read.type == TAR_HARDLINK)
		read.link = archive_entry_hardlink(entry);
	else if (read.type == TAR_SYMLINK)
		read.link = archive_entry_symlink(entry);
	return read;
}

/* libarchive's entry for what may go on; it has no other members. */
static void
entry_make(struct archive_entry *made, const struct tar_entry *entry)
{
	(void)archive_entry_clear(made);
	archive_entry_copy_pathname(
	    made, *entry->name == '\0' ? "./" : entry->name);
	archive_entry_set_perm(made, entry->mode);
	archive_entry_set_uid(made, entry->uid);
	archive_entry_set_gid(made, entry->gid);
	archive_entry_set_mtime(made, entry->mtime, 0);
	archive_entry_set_size(made, entry->size);
	if (entry->type == TAR_DIRECTORY) {
		archive_entry_set_filetype(made, AE_IFDIR);
	} else if (entry->type == TAR_SYMLINK) {
		archive_entry_set_filetype(made, AE_IFLNK);
		archive_entry_copy_symlink(made, entry->link);
	} else {
		archive_entry_set_filetype(made, AE_IFREG);
		if (entry->type == TAR_HARDLINK)
			archive_entry_copy_hardlink(made, entry->link);
	}
}

/* Names are bytes to us, and to the daemon.  In the "C" locale libarchive leaves
 * them as they are, and warns of it. */
static bool
only_characters(struct archive *archive, int result)
{
	const char *said = archive_error_string(archive);

	return result == ARCHIVE_OK ||
	    (result == ARCHIVE_WARN && said != NULL &&
		(strstr(said, "can't be converted") != NULL ||
		    strstr(said, "Can't translate") != NULL));
}

static bool
bad_archive(struct sieve *sieve)
{
	const char *said = archive_error_string(sieve->in);

	(void)errmsg_set(&sieve->why, "not an archive that can be read: %s",
	    said == NULL ? "it is broken" : said);
	return say_no(sieve, "deny");
}

static bool
cannot_write(struct sieve *sieve)
{
	const char *said = archive_error_string(sieve->out);

	if (sieve->verdict != NULL) /* on_write() would not */
		return false;
	(void)errmsg_set(&sieve->why, "could not be written: %s",
	    said == NULL ? "no reason given" : said);
	return say_no(sieve, "fail");
}

static bool
put(struct sieve *sieve, const char *bytes, size_t len)
{
	while (len > 0) {
		la_ssize_t n = archive_write_data(sieve->out, bytes, len);

		if (n <= 0)
			return cannot_write(sieve);
		bytes += n;
		len -= (size_t)n;
	}
	return true;
}

/* --- content -------------------------------------------------------------- */

/* Read size bytes, all of the entry's content, into held. */
static bool
hold(struct sieve *sieve, size_t size)
{
	size_t len = 0;

	free(sieve->held);
	sieve->held = malloc(size + 1);
	if (sieve->held == NULL) {
		(void)errmsg_nomem(&sieve->why);
		return say_no(sieve, "fail");
	}
	while (len < size) {
		la_ssize_t n = archive_read_data(
		    sieve->in, sieve->held + len, size - len);

		if (n <= 0)
			return bad_archive(sieve);
		len += (size_t)n;
	}
	sieve->held[size] = '\0';
	return tar_judge_content(
		   sieve->judge, sieve->held, size, &sieve->why) ||
	    say_no(sieve, "deny");
}

/* As many bytes as the header says, or it is no archive. */
static bool
copy(struct sieve *sieve, long long left)
{
	while (left > 0) {
		size_t want = left < BLOCK ? (size_t)left : BLOCK;
		la_ssize_t n = archive_read_data(sieve->in, sieve->block, want);

		if (n <= 0)
			return bad_archive(sieve);
		if (!put(sieve, sieve->block, (size_t)n))
			return false;
		left -= n;
	}
	return true;
}

static bool
sift_entry(struct sieve *sieve, struct archive_entry *entry)
{
	struct tar_entry read = entry_read(entry), made;
	bool held;

	free(sieve->entry);
	sieve->entry = read.name == NULL ? NULL : strdup(read.name);
	if (!tar_judge_entry(sieve->judge, &read, &made, &held, &sieve->why))
		return say_no(sieve, "deny");
	if (held && !hold(sieve, (size_t)made.size))
		return false;
	entry_make(sieve->made, &made);
	if (!only_characters(
		sieve->out, archive_write_header(sieve->out, sieve->made)))
		return cannot_write(sieve);
	return held ? put(sieve, sieve->held, (size_t)made.size)
		    : copy(sieve, made.size);
}

/* --- the archive ---------------------------------------------------------- */

/* Compressed once is what people send; twice only looks for a bug. */
static bool
filters_are_few(struct sieve *sieve)
{
	if (archive_filter_count(sieve->in) <= 2)
		return true;
	(void)errmsg_set(&sieve->why, "it is compressed more than once");
	return say_no(sieve, "deny");
}

/* The docker CLI ends what it has put a Dockerfile into with the last byte of the
 * last file: neither what fills its block, nor the archive's end. */
static bool
ends_early(struct sieve *sieve, int result)
{
	const char *said = archive_error_string(sieve->in);

	return result == ARCHIVE_FATAL && sieve->entry != NULL &&
	    said != NULL &&
	    strncmp(said, "Truncated input file (needed", 28) == 0;
}

static bool
sift_entries(struct sieve *sieve)
{
	struct archive_entry *entry;
	int result;

	for (;;) {
		result = archive_read_next_header(sieve->in, &entry);
		if (!filters_are_few(sieve))
			return false;
		if (result == ARCHIVE_EOF || ends_early(sieve, result))
			return true;
		if (!only_characters(sieve->in, result))
			return bad_archive(sieve);
		if (!sift_entry(sieve, entry))
			return false;
	}
}

/* Read what stands behind the end; nobody gets to see it. */
static bool
skip_tail(struct sieve *sieve)
{
	size_t total = 0;

	while (total <= TAIL_MAX) {
		ssize_t n = read_some(
		    SIEVE_DATA, sieve->block, sizeof(sieve->block));

		if (n == 0)
			return true;
		if (n < 0)
			return bad_archive(sieve);
		total += (size_t)n;
	}
	(void)errmsg_set(&sieve->why, "there is more behind its end");
	return say_no(sieve, "deny");
}

static bool
open_both(struct sieve *sieve)
{
	bool compressed = tar_judge_compressed(sieve->judge);

	sieve->in = archive_read_new();
	sieve->out = archive_write_new();
	sieve->made = archive_entry_new();
	/* A filter that is no library of libarchive's would run a program. */
	return sieve->in != NULL && sieve->out != NULL && sieve->made != NULL &&
	    archive_read_support_format_tar(sieve->in) == ARCHIVE_OK &&
	    (!compressed ||
		(archive_read_support_filter_gzip(sieve->in) == ARCHIVE_OK &&
		    archive_read_support_filter_bzip2(sieve->in) ==
			ARCHIVE_OK &&
		    archive_read_support_filter_xz(sieve->in) == ARCHIVE_OK &&
		    archive_read_support_filter_zstd(sieve->in) ==
			ARCHIVE_OK)) &&
	    archive_write_set_format_pax_restricted(sieve->out) == ARCHIVE_OK &&
	    archive_write_add_filter_none(sieve->out) == ARCHIVE_OK &&
	    archive_write_set_bytes_per_block(sieve->out, BLOCK) ==
	    ARCHIVE_OK &&
	    archive_write_set_bytes_in_last_block(sieve->out, 1) ==
	    ARCHIVE_OK &&
	    archive_write_open(sieve->out, sieve, NULL, on_write, NULL) ==
	    ARCHIVE_OK;
}

static bool
sift(struct sieve *sieve)
{
	sieve->judge = tar_judge_new(sieve->rules, &sieve->why);
	if (sieve->judge == NULL)
		return say_no(sieve, "fail");
	if (!open_both(sieve)) {
		(void)errmsg_set(&sieve->why, "libarchive cannot be used");
		return say_no(sieve, "fail");
	}
	if (archive_read_open(sieve->in, sieve, NULL, on_read, NULL) !=
	    ARCHIVE_OK)
		return bad_archive(sieve);
	if (!sift_entries(sieve))
		return false;
	free(sieve->entry);
	sieve->entry = NULL;
	if (!tar_judge_end(sieve->judge, &sieve->why))
		return say_no(sieve, "deny");
	if (!skip_tail(sieve))
		return false;
	return archive_write_close(sieve->out) == ARCHIVE_OK ||
	    cannot_write(sieve);
}

/* --- control -------------------------------------------------------------- */

/* The line with the rules; NULL if it is none. */
static json_t *
read_rules(void)
{
	char *line = malloc(LIMIT_SIEVE_RULES);
	size_t len = 0;
	json_t *rules = NULL;
	struct errmsg ignored;

	while (line != NULL && len < LIMIT_SIEVE_RULES) {
		ssize_t n = read_some(
		    SIEVE_CONTROL, line + len, LIMIT_SIEVE_RULES - len);

		if (n <= 0)
			break;
		len += (size_t)n;
		if (line[len - 1] == '\n') {
			rules = json_read(
			    line, len, &json_limits_trusted, &ignored);
			break;
		}
	}
	free(line);
	return rules;
}

static bool
tell(const struct sieve *sieve, const char *verdict)
{
	static const struct tar_counts none;
	const struct tar_counts *counts = sieve->judge == NULL
	    ? &none
	    : tar_judge_counts(sieve->judge);
	struct errmsg entry = {""};
	json_auto_t *said = NULL;
	char *line;
	bool told;

	/* Texts of messages are always characters in one line. */
	if (sieve->entry != NULL)
		(void)errmsg_set(&entry, "%.300s", sieve->entry);
	said = json_pack("{s:s, s:s, s:s, s:I, s:I, s:I}", "verdict", verdict,
	    "entry", entry.text, "reason", sieve->why.text, "entries",
	    (json_int_t)counts->entries, "bytes", (json_int_t)counts->bytes,
	    "changed", (json_int_t)counts->changed);
	line = said == NULL ? NULL : json_dumps(said, JSON_COMPACT);
	told = line != NULL && write_all(SIEVE_CONTROL, line, strlen(line)) &&
	    write_all(SIEVE_CONTROL, "\n", 1);
	free(line);
	return told;
}

int
sieve_main(void)
{
	static struct sieve sieve;
	bool passed = sandbox_limit(&sieve.why);

	if (passed) {
		sieve.rules = read_rules();
		passed = sieve.rules != NULL && sandbox_seal(&sieve.why);
	}
	if (!passed)
		(void)say_no(&sieve, "fail");
	else
		passed = sift(&sieve);
	if (passed)
		sieve.why.text[0] = '\0';
	/* Nothing is closed: that would write the archive's end. */
	_exit(tell(&sieve, passed ? "pass" : sieve.verdict) ? 0 : 1);
}
