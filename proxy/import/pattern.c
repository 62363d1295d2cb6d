/* SPDX-License-Identifier: Apache-2.0 */
/* The only file that knows PCRE2. */
#define PCRE2_CODE_UNIT_WIDTH 8

#include "pattern.h"

#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

/* Go's needs time in proportion to the text; what would need more is not worth
 * waiting for. */
#define STEPS_MAX 100000

struct pattern {
	pcre2_code *code;
	pcre2_match_data *data;
	pcre2_match_context *context;
};

static bool
compile(struct pattern *pattern, const char *text, struct errmsg *err)
{
	PCRE2_UCHAR why[128];
	PCRE2_SIZE at;
	int code;

	/* In Go, "$" is the end, not the place before a last newline. */
	pattern->code = pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED,
	    PCRE2_DOLLAR_ENDONLY | PCRE2_UTF, &code, &at, NULL);
	if (pattern->code != NULL)
		return true;
	(void)pcre2_get_error_message(code, why, sizeof(why));
	return errmsg_set(err, "not a regular expression: %s, at character %zu",
	    (const char *)why, at + 1);
}

struct pattern *
pattern_new(const char *text, struct errmsg *err)
{
	struct pattern *pattern = calloc(1, sizeof(*pattern));

	if (pattern == NULL) {
		(void)errmsg_nomem(err);
		return NULL;
	}
	if (!compile(pattern, text, err))
		goto fail;
	pattern->data = pcre2_match_data_create(1, NULL);
	pattern->context = pcre2_match_context_create(NULL);
	if (pattern->data == NULL || pattern->context == NULL) {
		(void)errmsg_nomem(err);
		goto fail;
	}
	(void)pcre2_set_match_limit(pattern->context, STEPS_MAX);
	return pattern;

fail:
	pattern_free(pattern);
	return NULL;
}

void
pattern_free(struct pattern *pattern)
{
	if (pattern == NULL)
		return;
	pcre2_match_context_free(pattern->context);
	pcre2_match_data_free(pattern->data);
	pcre2_code_free(pattern->code);
	free(pattern);
}

bool
pattern_matches(const struct pattern *pattern, const char *text)
{
	/* 0: it matches, and has more groups than we asked for. */
	return pcre2_match(pattern->code, (PCRE2_SPTR)text, strlen(text), 0, 0,
		   pattern->data, pattern->context) >= 0;
}
