/* SPDX-License-Identifier: Apache-2.0 */
#include "core/pointer.h"

#include <stdlib.h>
#include <string.h>

/* One step of a path: a key, or an index if key_len is 0. */
struct step {
	const char *key;
	size_t key_len, index;
};

static const bool ends_key[256] = {['\0'] = true, ['.'] = true, ['['] = true};

/* Take the next step off *path; false at its end or where it is malformed. */
static bool
next_step(const char **path, struct step *step)
{
	const char *p = *path;
	char *end;

	if (*p == '.')
		p++;
	if (*p == '\0')
		return false;
	if (*p == '[') {
		step->key_len = 0;
		step->index = strtoul(p + 1, &end, 10);
		if (end == p + 1 || *end != ']')
			return false;
		*path = end + 1;
		return true;
	}
	step->key = p;
	while (!ends_key[(unsigned char)*p])
		p++;
	step->key_len = (size_t)(p - step->key);
	*path = p;
	return step->key_len > 0;
}

static json_t *
child(const json_t *tree, const struct step *step)
{
	if (step->key_len == 0)
		return json_array_get(tree, step->index);
	return json_object_getn(tree, step->key, step->key_len);
}

json_t *
pointer_get(const json_t *tree, const char *dotted)
{
	const json_t *at = tree;
	json_t *found = NULL;
	struct step step;

	while (next_step(&dotted, &step)) {
		found = child(at, &step);
		if (found == NULL)
			return NULL;
		at = found;
	}
	return *dotted == '\0' ? found : NULL;
}

/* Put value (kept) into tree at step; NULL removes. */
static bool
put(json_t *tree, const struct step *step, json_t *value)
{
	if (step->key_len > 0 && value != NULL)
		return json_object_setn(
			   tree, step->key, step->key_len, value) == 0;
	if (step->key_len > 0) {
		(void)json_object_deln(tree, step->key, step->key_len);
		return json_is_object(tree);
	}
	if (value != NULL)
		return json_array_set(tree, step->index, value) == 0;
	return json_array_remove(tree, step->index) == 0;
}

bool
pointer_set(json_t **tree, const char *dotted, json_t *value)
{
	struct step step, next;
	json_t *at, *down;

	if (*tree == NULL)
		*tree = json_object();
	at = *tree;
	if (!next_step(&dotted, &step))
		return false;
	while (next_step(&dotted, &next)) {
		down = child(at, &step);
		if (down == NULL && value == NULL)
			return true;
		if (down == NULL) {
			json_auto_t *made = json_object();

			if (made == NULL || !put(at, &step, made))
				return false;
			down = made;
		}
		at = down;
		step = next;
	}
	return at != NULL && put(at, &step, value);
}
