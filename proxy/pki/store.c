/* SPDX-License-Identifier: Apache-2.0 */
#include "pki/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "config/text_file.h"

#define PATH_LEN 600

struct store {
	char *path;
	int fd; /* of the directory, locked */
	json_t *index;
	struct authority authority;
};

/* --- files ---------------------------------------------------------------- */

static bool
make_folder(const char *path, mode_t mode, struct errmsg *err)
{
	return mkdir(path, mode) == 0 || errno == EEXIST ||
	    errmsg_set(err, "%.400s: %s", path, strerror(errno));
}

static bool
write_all(int fd, const char *text)
{
	size_t len = strlen(text);

	while (len > 0) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		text += n;
		len -= (size_t)n;
	}
	return fsync(fd) == 0;
}

/* Beside its place, then into it. */
static bool
write_file(const char *folder, const char *name, const char *text, mode_t mode,
    struct errmsg *err)
{
	char path[PATH_LEN], temporary[PATH_LEN + 16];
	int fd;
	bool done;

	(void)snprintf(path, sizeof(path), "%.500s/%.90s", folder, name);
	(void)snprintf(
	    temporary, sizeof(temporary), "%s.%d", path, (int)getpid());
	(void)unlink(temporary);
	fd = open(temporary,
	    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
	/* Whatever the umask takes away, these are for whom they are for. */
	done = fd >= 0 && fchmod(fd, mode) == 0 && write_all(fd, text) &&
	    rename(temporary, path) == 0;
	if (!done)
		(void)errmsg_set(err, "%.400s: %s", path, strerror(errno));
	if (fd >= 0)
		(void)close(fd);
	if (!done)
		(void)unlink(temporary);
	return done;
}

static char *
read_file(const struct store *store, const char *name, struct errmsg *err)
{
	char path[PATH_LEN];
	size_t len;
	char *text;

	(void)snprintf(path, sizeof(path), "%.500s/%s", store->path, name);
	text = text_file_read(path, true, &len, err);
	if (text == NULL)
		(void)errmsg_prefix(err, "%.400s", path);
	return text;
}

static bool
write_index(struct store *store, struct errmsg *err)
{
	char *text = json_dumps(store->index, JSON_INDENT(1));
	bool done;

	if (text == NULL)
		return errmsg_nomem(err);
	done = write_file(store->path, "index.json", text, 0600, err);
	free(text);
	return done;
}

/* --- opening ----------------------------------------------------------------- */

/* The directory, locked: who comes second waits. */
static struct store *
lock_store(const char *path, struct errmsg *err)
{
	struct store *store = calloc(1, sizeof(*store));

	(void)errmsg_nomem(err);
	if (store == NULL)
		return NULL;
	store->path = strdup(path);
	store->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (store->path != NULL && store->fd >= 0 &&
	    flock(store->fd, LOCK_EX) == 0)
		return store;
	(void)errmsg_set(err, "%.400s: %s", path, strerror(errno));
	store_close(store);
	return NULL;
}

static bool
read_index(struct store *store, struct errmsg *err)
{
	char *text = read_file(store, "index.json", err);
	json_error_t error;

	if (text == NULL)
		return false;
	store->index = json_loads(text, JSON_REJECT_DUPLICATES, &error);
	free(text);
	return json_is_array(json_object_get(store->index, "issued")) ||
	    errmsg_set(err, "%.400s/index.json: not the index of a CA: %s",
		store->path, store->index == NULL ? error.text : "no list");
}

struct store *
store_open(const char *path, struct errmsg *err)
{
	struct store *store = lock_store(path, err);

	if (store == NULL) {
		(void)errmsg_prefix(
		    err, "there is no CA (`sockwarden pki init` makes one)");
		return NULL;
	}
	store->authority.certificate = read_file(store, "ca.pem", err);
	if (store->authority.certificate != NULL)
		store->authority.key = read_file(
		    store, "private/ca-key.pem", err);
	if (store->authority.key != NULL && read_index(store, err))
		return store;
	(void)errmsg_prefix(
	    err, "there is no CA (`sockwarden pki init` makes one)");
	store_close(store);
	return NULL;
}

void
store_close(struct store *store)
{
	if (store == NULL)
		return;
	if (store->authority.key != NULL)
		explicit_bzero(
		    store->authority.key, strlen(store->authority.key));
	free(store->authority.key);
	free(store->authority.certificate);
	json_decref(store->index);
	if (store->fd >= 0)
		(void)close(store->fd);
	free(store->path);
	free(store);
}

const json_t *
store_index(const struct store *store)
{
	return store->index;
}

/* --- making ------------------------------------------------------------------- */

/* Folders, and what the CA itself is; the index last, which makes it one. */
static bool
fill_store(struct store *store, struct certificate_made *made,
    long long crl_days, struct errmsg *err)
{
	char folder[PATH_LEN];

	(void)snprintf(folder, sizeof(folder), "%.500s/private", store->path);
	if (!make_folder(folder, 0700, err) ||
	    !write_file(folder, "ca-key.pem", made->key, 0600, err) ||
	    !write_file(store->path, "ca.pem", made->certificate, 0644, err))
		return false;
	store->authority.certificate = strdup(made->certificate);
	store->authority.key = strdup(made->key);
	store->index = json_pack("{s:i, s:[]}", "crl_number", 0, "issued");
	if (store->authority.certificate == NULL ||
	    store->authority.key == NULL || store->index == NULL)
		return errmsg_nomem(err);
	return store_write_crl(store, crl_days, err);
}

bool
store_init(const char *path, const char *name, long long days,
    long long crl_days, struct errmsg *err)
{
	struct certificate_plan plan = {
	    CERTIFICATE_CA, name, NULL, NULL, NULL, days};
	struct certificate_made made;
	struct store *store;
	bool done = false;

	if (!make_folder(path, 0755, err))
		return false;
	store = lock_store(path, err);
	if (store == NULL)
		return false;
	if (faccessat(store->fd, "private/ca-key.pem", F_OK, 0) == 0)
		(void)errmsg_set(err,
		    "%.400s has a CA already; another one would make all its "
		    "certificates worthless",
		    path);
	else if (certificate_make(NULL, &plan, &made, err)) {
		done = fill_store(store, &made, crl_days, err);
		certificate_made_done(&made);
	}
	store_close(store);
	return done;
}

/* --- issuing ------------------------------------------------------------------- */

static const char *const kinds[] = {"ca", "server", "client"};

/* "O=web, OU=ci, CN=ada", for people. */
static json_t *
subject(const struct certificate_plan *plan)
{
	return json_sprintf("%s%s%s%s%s%sCN=%s", plan->team == NULL ? "" : "O=",
	    plan->team == NULL ? "" : plan->team,
	    plan->team == NULL ? "" : ", ", plan->unit == NULL ? "" : "OU=",
	    plan->unit == NULL ? "" : plan->unit,
	    plan->unit == NULL ? "" : ", ", plan->name);
}

static bool
enter(struct store *store, const char *name,
    const struct certificate_plan *plan, const struct certificate_made *made,
    struct errmsg *err)
{
	json_t *entry = json_pack("{s:s, s:s, s:s, s:o, s:s, s:n}", "serial",
	    made->serial, "kind", kinds[plan->kind], "name", name, "subject",
	    subject(plan), "not_after", made->not_after, "revoked");

	if (json_array_append_new(
		json_object_get(store->index, "issued"), entry) != 0)
		return errmsg_set(err, "the names are not UTF-8");
	return write_index(store, err);
}

static bool
write_folder(const struct store *store, const char *folder,
    const struct certificate_made *made, struct errmsg *err)
{
	return write_file(folder, "key.pem", made->key, 0600, err) &&
	    write_file(
		folder, "ca.pem", store->authority.certificate, 0644, err) &&
	    write_file(folder, "cert.pem", made->certificate, 0644, err);
}

/* servers/NAME or clients/NAME, empty unless it may be written again. */
static bool
prepare_folder(const struct store *store, const char *name,
    enum certificate_kind kind, bool again, char *folder, size_t size,
    struct errmsg *err)
{
	char parent[PATH_LEN], path[PATH_LEN + 100];

	(void)snprintf(
	    parent, sizeof(parent), "%.500s/%ss", store->path, kinds[kind]);
	(void)snprintf(folder, size, "%s/%.90s", parent, name);
	(void)snprintf(path, sizeof(path), "%.600s/cert.pem", folder);
	if (!again && access(path, F_OK) == 0)
		return errmsg_set(err,
		    "%.400s is there already; say --renew for a new key and "
		    "certificate in its place, or another --name",
		    folder);
	return make_folder(parent, 0755, err) && make_folder(folder, 0700, err);
}

bool
store_issue(struct store *store, const char *name,
    const struct certificate_plan *plan, bool again, char *folder, size_t size,
    char not_after[DATE_SIZE], struct errmsg *err)
{
	struct certificate_made made;
	bool done;

	if (!prepare_folder(
		store, name, plan->kind, again, folder, size, err) ||
	    !certificate_make(&store->authority, plan, &made, err))
		return false;
	(void)snprintf(not_after, DATE_SIZE, "%s", made.not_after);
	done = enter(store, name, plan, &made, err) &&
	    write_folder(store, folder, &made, err);
	certificate_made_done(&made);
	return done;
}

/* --- revoking ------------------------------------------------------------------ */

bool
store_write_crl(struct store *store, long long days, struct errmsg *err)
{
	json_int_t number = json_integer_value(
	    json_object_get(store->index, "crl_number"));
	char until[DATE_SIZE];
	char *text = revocations_make(&store->authority,
	    json_object_get(store->index, "issued"), number + 1, days, until,
	    err);
	bool done;

	if (text == NULL)
		return false;
	if (json_object_set_new(
		store->index, "crl_number", json_integer(number + 1)) != 0 ||
	    json_object_set_new(
		store->index, "crl_until", json_string(until)) != 0) {
		free(text);
		return errmsg_nomem(err);
	}
	done = write_index(store, err) &&
	    write_file(store->path, "crl.pem", text, 0644, err);
	free(text);
	return done;
}

static bool
is_meant(const json_t *entry, const char *which)
{
	const char *serial = json_string_value(
	    json_object_get(entry, "serial"));
	const char *name = json_string_value(json_object_get(entry, "name"));

	return (serial != NULL && strcasecmp(serial, which) == 0) ||
	    (name != NULL && strcmp(name, which) == 0);
}

bool
store_revoke(
    struct store *store, const char *which, size_t *n, struct errmsg *err)
{
	time_t now = time(NULL);
	char when[DATE_SIZE];
	size_t i, found = 0;
	struct tm tm;
	json_t *entry;

	*n = 0;
	(void)strftime(
	    when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &tm));
	json_array_foreach(json_object_get(store->index, "issued"), i, entry)
	{
		if (!is_meant(entry, which))
			continue;
		found++;
		if (json_is_string(json_object_get(entry, "revoked")))
			continue;
		if (json_object_set_new(entry, "revoked", json_string(when)) !=
		    0)
			return errmsg_nomem(err);
		(*n)++;
	}
	if (found > 0 && *n == 0)
		return errmsg_set(err, "\"%.100s\" is revoked already", which);
	return found > 0 ||
	    errmsg_set(err,
		"no certificate has the name or serial number \"%.100s\"; "
		"`sockwarden pki list` has them all",
		which);
}
