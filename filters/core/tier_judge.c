/* SPDX-License-Identifier: Apache-2.0 */
/* A request before the filters of a tier, until they agree. */
#include "core/service_view.h"
#include "core/tier_state.h"

/* How often filters may change what others have made.  Two do: what mounts
 * leaves out, read_only_root has to make room for. */
#define ROUNDS 3

bool
tier_applies(const struct tier *tier, const struct filter *filter,
    const struct call *call)
{
	for (size_t i = 0; i < tier->nbound; i++) {
		if (tier->bound[i].filter == filter)
			return tier_way(&tier->bound[i], call) !=
			    WAY_NOT_AT_ALL;
	}
	return false;
}

static enum verdict
apply(const struct bound *bound, struct request *req, struct report *report)
{
	report->filter = bound->filter->name;
	report->action = bound->action;
	if (tier_way(bound, req->call) == WAY_VIEW)
		return service_view_judge(
		    bound->filter, bound->conf, req, report);
	return bound->filter->apply(bound->conf, req, report);
}

/* The verdict and who gave it, as the report shall say it. */
static enum verdict
conclude(struct report *report, enum verdict verdict)
{
	report->verdict = verdict;
	if (verdict > VERDICT_DENY)
		report->filter = NULL;
	if (verdict == VERDICT_FAIL && report->reason.text[0] == '\0')
		(void)report_fail(
		    report, report->field, "could not judge the request");
	return verdict;
}

enum verdict
tier_admit(const struct tier *tier, struct request *req, struct report *report)
{
	for (size_t i = 0; i < tier->nbound; i++) {
		if (tier->bound[i].filter->always)
			return conclude(
			    report, apply(&tier->bound[i], req, report));
	}
	return conclude(report, VERDICT_FAIL);
}

static bool
wants(const struct bound *bound, const struct request *req, json_t *wanted)
{
	if (tier_way(bound, req->call) == WAY_VIEW)
		return service_view_wants(
		    bound->filter, bound->conf, req, wanted);
	return bound->filter->wants == NULL ||
	    bound->filter->wants(bound->conf, req, wanted);
}

static bool
all_want(const struct tier *tier, const struct request *req, json_t *wanted)
{
	const unsigned char *judge = tier_judges(tier, req->call);

	for (; *judge != 0; judge++) {
		if (!wants(&tier->bound[*judge - 1], req, wanted))
			return false;
	}
	return tier->asking == NULL || all_want(tier->asking, req, wanted);
}

json_t *
tier_wants(const struct tier *tier, const struct request *req)
{
	json_t *wanted = json_array();

	if (wanted != NULL && all_want(tier, req, wanted))
		return wanted;
	json_decref(wanted);
	return NULL;
}

/* Every filter in turn; the first DENY or FAIL ends it. */
static enum verdict
judge_once(const struct tier *tier, struct request *req, struct report *report)
{
	const unsigned char *judge = tier_judges(tier, req->call);
	enum verdict verdict = VERDICT_PASS;

	/* The body is judged by what the request has become. */
	json_decref(report->stream_rules);
	report->stream_rules = NULL;
	for (; *judge != 0 && verdict > VERDICT_DENY; judge++)
		verdict = verdict_and(
		    verdict, apply(&tier->bound[*judge - 1], req, report));
	return verdict;
}

/* What a filter changed, those before it have not seen: judge until nothing is
 * changed any more.  FAIL if they never agree, or refuse what they made. */
static enum verdict
settle(const struct tier *tier, struct request *req, struct report *report)
{
	enum verdict verdict = VERDICT_REWRITE;
	struct report last;

	for (int i = 0; i < ROUNDS && verdict == VERDICT_REWRITE; i++)
		verdict = judge_once(tier, req, report);
	if (verdict == VERDICT_PASS)
		return VERDICT_REWRITE;
	last = *report;
	return report_fail(report, last.field,
	    "the rewritten request does not pass filter \"%s\"%s%s",
	    last.filter, last.reason.text[0] == '\0' ? "" : ": ",
	    last.reason.text);
}

enum verdict
tier_judge(const struct tier *tier, struct request *req, struct report *report)
{
	enum verdict verdict = judge_once(tier, req, report);

	if (verdict == VERDICT_REWRITE)
		verdict = settle(tier, req, report);
	return conclude(report, verdict);
}

enum verdict
tier_observe(const struct tier *tier, struct request *req, struct report *would,
    struct report *report)
{
	struct request copy;
	bool copied = request_copy(&copy, req);

	would->foreseen = true;
	if (copied)
		(void)tier_judge(tier, &copy, would);
	request_done(&copy);
	if (!copied)
		return conclude(report, VERDICT_FAIL);
	return tier_judge(tier->held, req, report);
}
