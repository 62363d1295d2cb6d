/* SPDX-License-Identifier: Apache-2.0 */
#include "core/text.h"

const char *
text_of(const json_t *value)
{
	const char *text = json_string_value(value);

	return text == NULL ? "" : text;
}

const char *
text_at(const json_t *object, const char *name)
{
	return text_of(json_object_get(object, name));
}
