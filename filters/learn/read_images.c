/* SPDX-License-Identifier: Apache-2.0 */
/* Who is dialled, and which images are meant, by their full names. */
#include <stdio.h>
#include <string.h>

#include "core/image_ref.h"
#include "core/made_names.h"
#include "core/registry_name.h"
#include "core/repository_name.h"
#include "core/text.h"
#include "learn/read.h"

/* --- registries ----------------------------------------------------------- */

typedef bool registry_fn(const char *, struct registry_name *, struct errmsg *);

static void
add_registry(struct learning *learning, const struct lesson *lesson,
    const char *text, registry_fn *read)
{
	struct registry_name registry;
	struct errmsg err;

	if (read(text, &registry, &err))
		learning_add(
		    learning, lesson, json_string(registry.text), NULL);
}

void
read_registry(struct learning *learning, const struct lesson *lesson,
    const struct request *req)
{
	const char *server = text_at(
	    json_object_get(req->headers, "X-Registry-Auth"), "serveraddress");

	add_registry(learning, lesson, text_of(lesson_value(lesson, req)),
	    registry_of_image);
	if (*server != '\0')
		add_registry(learning, lesson, server, registry_of_address);
}

void
read_term(struct learning *learning, const struct lesson *lesson,
    const struct request *req)
{
	add_registry(learning, lesson, text_of(lesson_value(lesson, req)),
	    registry_of_term);
}

void
read_server(struct learning *learning, const struct lesson *lesson,
    const struct request *req)
{
	add_registry(learning, lesson, text_of(lesson_value(lesson, req)),
	    registry_of_address);
}

/* --- images --------------------------------------------------------------- */

/* latest: what a name without a tag means. */
static void
add_ref(struct learning *learning, const struct lesson *lesson,
    const struct image_ref *ref, bool latest)
{
	const char *tag = *ref->tag == '\0' && latest ? "latest" : ref->tag;
	char text[sizeof(*ref)];

	if (*ref->digest != '\0')
		(void)snprintf(
		    text, sizeof(text), "%s@%s", ref->name, ref->digest);
	else
		(void)snprintf(text, sizeof(text), "%s%s%s", ref->name,
		    *tag == '\0' ? "" : ":", tag);
	learning_add_text(learning, lesson, text);
}

/* An image that is used: a name for the list, or an id for the flag. */
static void
add_image(struct learning *learning, const struct lesson *lesson,
    const char *text, bool latest, bool ids)
{
	struct image_ref ref;
	struct errmsg err;

	if (*text == '\0' || !image_ref_parse(text, &ref, &err))
		return;
	if (ids && ref.kind == IMAGE_ID)
		learning_add(learning, lesson, json_true(), NULL);
	else if (!ids && ref.kind == IMAGE_NAME)
		add_ref(learning, lesson, &ref, latest);
}

static void
add_pulled(struct learning *learning, const struct lesson *lesson,
    const struct request *req)
{
	struct image_ref ref;
	struct errmsg err;

	if (image_ref_parse_pair(
		text_of(json_object_get(req->query, "fromImage")),
		request_query(req, "tag"), &ref, &err) &&
	    ref.kind == IMAGE_NAME)
		add_ref(learning, lesson, &ref, false);
}

static void
add_mounted(struct learning *learning, const struct lesson *lesson,
    const struct request *req, bool ids)
{
	size_t i;
	json_t *mount;

	json_array_foreach(request_body_get(req, "HostConfig.Mounts"), i, mount)
	{
		if (strcmp(text_at(mount, "Type"), "image") == 0)
			add_image(learning, lesson, text_at(mount, "Source"),
			    true, ids);
	}
}

/* Every image that the call uses. */
static void
add_used(struct learning *learning, const struct lesson *lesson,
    const struct request *req, bool ids)
{
	static const char *const of_path[] = {"image.inspect", "image.history",
	    "image.attestations", "image.tag", NULL};
	size_t i;
	json_t *name;

	if (strcmp(req->call->name, "container.create") == 0) {
		add_image(learning, lesson,
		    text_of(request_body_get(req, "Image")), true, ids);
		add_mounted(learning, lesson, req, ids);
	} else if (strcmp(req->call->name, "image.pull") == 0 && !ids) {
		add_pulled(learning, lesson, req);
	} else if (strcmp(req->call->name, "image.export") == 0) {
		add_image(
		    learning, lesson, text_at(req->vars, "image"), false, ids);
		json_array_foreach(
		    json_object_get(req->query, "names"), i, name)
		    add_image(learning, lesson, text_of(name), false, ids);
	} else if (call_matches_any(req->call, of_path)) {
		add_image(
		    learning, lesson, text_at(req->vars, "image"), true, ids);
	}
}

void
read_images(struct learning *learning, const struct lesson *lesson,
    const struct request *req)
{
	add_used(learning, lesson, req, false);
}

void
read_image_ids(struct learning *learning, const struct lesson *lesson,
    const struct request *req)
{
	add_used(learning, lesson, req, true);
}

/* --- names that are made, pushed, removed --------------------------------- */

void
read_made(struct learning *learning, const struct lesson *lesson,
    const struct request *req)
{
	static const char *const calls[] = {MADE_NAMES_CALLS, NULL};
	struct made_name name;
	struct image_ref ref;
	struct errmsg err;

	if (!call_matches_any(req->call, calls))
		return;
	for (size_t i = 0; made_name_at(req, i, &name); i++) {
		if (repository_name_read(name.repo, name.tag, &ref, &err))
			add_ref(learning, lesson, &ref, true);
	}
}

/* Pushing a name without a tag pushes them all; removing it removes :latest. */
void
read_image_name(struct learning *learning, const struct lesson *lesson,
    const struct request *req)
{
	bool removed = strcmp(req->call->name, "image.remove") == 0;
	struct image_ref ref;
	struct errmsg err;

	if (image_ref_parse_pair(text_at(req->vars, "image"),
		request_query(req, "tag"), &ref, &err) &&
	    ref.kind == IMAGE_NAME)
		add_ref(learning, lesson, &ref, removed);
}
