/* SPDX-License-Identifier: Apache-2.0 */
#include "finding.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit_log.h"

/* Of an id that is whole. */
#define ID_LEN 24

/* Its end will do, if it is so long: what is before it, all calls between a
 * start and the next have in common. */
#define END_LEN 8

/* So many are listed when a part of an id fits several. */
#define IDS_MAX 10

struct looking {
	struct finding *finding;
	const char *id;
};

static bool
is_known(const json_t *ids, const char *id)
{
	size_t i;
	json_t *item;

	json_array_foreach(ids, i, item)
	{
		if (strcmp(json_string_value(item), id) == 0)
			return true;
	}
	return false;
}

/* Is part the beginning or the end of the id? */
static bool
fits(const char *id, const char *part)
{
	size_t all = strlen(id), len = strlen(part);

	return strncmp(id, part, len) == 0 ||
	    (len >= END_LEN && len <= all && strcmp(id + all - len, part) == 0);
}

static bool
on_record(void *arg, json_t *record)
{
	struct looking *looking = arg;
	struct finding *finding = looking->finding;
	const char *id = json_string_value(json_object_get(record, "id"));
	const char *event = json_string_value(json_object_get(record, "event"));
	bool request = event != NULL && strcmp(event, "request") == 0;
	json_t **place = request ? &finding->request : &finding->response;

	if (id == NULL || !fits(id, looking->id))
		return true;
	if (request && !is_known(finding->ids, id))
		(void)json_array_append_new(finding->ids, json_string(id));
	if (*place == NULL)
		*place = json_incref(record);
	return json_array_size(finding->ids) < IDS_MAX;
}

/* --- rotated files ----------------------------------------------------------- */

/* Is it the name of the log with something behind it? */
static bool
is_rotated(const char *name, const char *log)
{
	size_t len = strlen(log);

	return strncmp(name, log, len) == 0 &&
	    (name[len] == '.' || name[len] == '-') && name[len + 1] != '\0';
}

static void
look_at(struct looking *looking, const char *path)
{
	struct audit_log_counts counts = {0};
	struct errmsg err;

	/* One that is no log of ours, or gone by now, has no records. */
	(void)!audit_log_read(path, on_record, looking, &counts, &err);
}

static void
look_beside(struct looking *looking, const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t len = slash == NULL ? 0 : (size_t)(slash - path) + 1;
	char folder[4096], file[4096 + 256];
	struct dirent **entries;
	int n;

	if (snprintf(folder, sizeof(folder), "%.*s", (int)len, path) >=
	    (int)sizeof(folder))
		return;
	n = scandir(*folder == '\0' ? "." : folder, &entries, NULL, alphasort);
	for (int i = 0; i < n; i++) {
		if (is_rotated(entries[i]->d_name, path + len)) {
			(void)snprintf(file, sizeof(file), "%s%s", folder,
			    entries[i]->d_name);
			look_at(looking, file);
		}
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
}

/* The response belongs to the request, not to another that fits. */
static void
match_response(struct finding *finding)
{
	if (finding->response == NULL || finding->request == NULL ||
	    json_equal(json_object_get(finding->response, "id"),
		json_object_get(finding->request, "id")))
		return;
	json_decref(finding->response);
	finding->response = NULL;
}

bool
finding_look(struct finding *finding, const char *path, const char *id,
    struct errmsg *err)
{
	struct looking looking = {finding, id};
	struct audit_log_counts counts = {0};

	memset(finding, 0, sizeof(*finding));
	finding->ids = json_array();
	if (finding->ids == NULL)
		return errmsg_nomem(err);
	if (!audit_log_read(path, on_record, &looking, &counts, err))
		return false;
	/* The answer may have come after the file was rotated; a part of an id
	 * may fit older ones. */
	if (finding->request == NULL || finding->response == NULL ||
	    strlen(id) < ID_LEN)
		look_beside(&looking, path);
	match_response(finding);
	return true;
}

void
finding_done(struct finding *finding)
{
	json_decref(finding->request);
	json_decref(finding->response);
	json_decref(finding->ids);
	memset(finding, 0, sizeof(*finding));
}
