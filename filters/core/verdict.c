/* SPDX-License-Identifier: Apache-2.0 */
#include "verdict.h"

const char *
verdict_name(enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_FAIL:
		return "fail";
	case VERDICT_DENY:
		return "deny";
	case VERDICT_REWRITE:
		return "rewrite";
	case VERDICT_PASS:
		return "pass";
	}
	return "fail";
}
