/* SPDX-License-Identifier: Apache-2.0 */
/* Dockerfiles: what is read alike by every builder, and what that would do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/dockerfile.h"
#include "unit/unit.h"

struct row {
	const char *text;
	const char *why; /* part of the reason; NULL: allowed */
};

static json_t *
list_of(const char *text)
{
	json_t *list = json_loads(text, 0, NULL);

	assert_non_null(list);
	return list;
}

/* From a buffer of just its size, for the tools that watch memory. */
static bool
judge(const struct dockerfile_rules *rules, const char *text, size_t len,
    struct errmsg *why)
{
	char *copy = malloc(len + (len == 0));
	bool good;

	assert_non_null(copy);
	memcpy(copy, text, len);
	good = dockerfile_judge(rules, copy, len, why);
	free(copy);
	return good;
}

static void
check(const struct dockerfile_rules *rules, const struct row *rows, size_t n)
{
	struct errmsg why;

	for (size_t i = 0; i < n; i++) {
		bool good = judge(
		    rules, rows[i].text, strlen(rows[i].text), &why);

		if (good != (rows[i].why == NULL) ||
		    (!good && strstr(why.text, rows[i].why) == NULL))
			fail_msg("%s\nis %s: %s", rows[i].text,
			    good ? "allowed" : "refused", good ? "" : why.text);
	}
}

/* Rules as filters make them: images of two kinds, everything else off. */
static void
check_with(const char *given, struct dockerfile_rules rules,
    const struct row *rows, size_t n)
{
	json_auto_t *allow = list_of(
	    "[\"docker.io/library/busybox\", \"r.example.com/ok/**\"]");
	json_auto_t *args = list_of(given);
	struct pattern_set *patterns = pattern_set_new(allow);
	const struct image_rules images = {.allow = patterns};

	rules.images = &images;
	rules.args = args;
	check(&rules, rows, n);
	pattern_set_free(patterns);
}

#define CHECK(rows, ...)                                                       \
	check_with("{}", (struct dockerfile_rules){.run = true, __VA_ARGS__},  \
	    rows, COUNT(rows))

/* --- instructions --------------------------------------------------------- */

static void
test_plain(void **state)
{
	static const struct row rows[] = {
	    {"FROM busybox", NULL},
	    {"from busybox\nrun id\n", NULL},
	    {"\xef\xbb\xbf"
	     "FROM busybox\n",
		NULL},
	    {"FROM busybox\r\nRUN id\r\n", NULL},
	    {"# c\n\n  # d\n\tFROM\tbusybox\n", NULL},
	    {"FROM busybox\nRUN a \\\n  b \\\n # c \\\n\n c\nUSER 1", NULL},
	    {"FROM busybox\nCOPY --chown=1:1 a b /x/\nADD [\"a\", \"/x\"]\n",
		NULL},
	    {"FROM busybox\nHEALTHCHECK --interval=5s CMD true\n", NULL},
	    {"FROM busybox\nRUN echo \xc3\xa9 > /x\nLABEL a=\"<<\"\n", NULL},
	    {"FROM busybox\nRUN a <<<b\nCMD [\"a\"]\nENTRYPOINT a\n", NULL},
	    {"FROM busybox\nENV A=b C=d\nEXPOSE 80\nVOLUME /v\nSHELL [\"a\"]\n"
	     "STOPSIGNAL 9\nMAINTAINER me\nARG X=$Y\nWORKDIR /process\n",
		NULL},
	    {"FROM busybox\nRUN id\\\n", NULL},
	    {"", "no FROM"},
	    {"\n# c\n", "no FROM"},
	    {"RUN id\nFROM busybox\n", "line 1: want FROM first"},
	    {"ARG A=b\n", "no FROM"},
	    {"FROM busybox\nBREW x\n", "line 2: \"BREW\" is no instruction"},
	    {"FROM busybox\nRUNNING x\n", "is no instruction"},
	    {"FROM busybox\nHEALTHCHECKHEALTHCHECK x\n", "is no instruction"},
	    {"FROM busybox\n{\"a\": 1}\n", "is no instruction"},
	    {"// syntax=evil/x\nFROM busybox\n", "is no instruction"},
	    {"{\"syntax\": \"evil/x\"}", "is no instruction"},
	};

	(void)state;
	CHECK(rows, .onbuild = false);
}

static void
test_images(void **state)
{
	static const struct row rows[] = {
	    {"FROM r.example.com/ok/a:1 AS a\nFROM a\n", NULL},
	    {"FROM busybox aS A\nFROM a\n", NULL},
	    {"FROM --platform=linux/amd64 busybox\n", NULL},
	    {"FROM --platform=$BUILDPLATFORM busybox\n", NULL},
	    {"FROM scratch\n", NULL},
	    {"FROM busybox\nCOPY --from=r.example.com/ok/b a b\n", NULL},
	    {"FROM busybox AS x\nFROM scratch\nCOPY --from=x a b\n", NULL},
	    {"FROM busybox\nFROM scratch\nCOPY --from=0 a b\n", NULL},
	    {"FROM evil", "line 1: FROM"},
	    {"FR\\\nOM evil", "line 1: FROM"},
	    {"fRoM evil", "line 1: FROM"},
	    {"FROM \\\n# busybox\nevil", "line 1: FROM"},
	    {"FROM busybox\nFROM evil", "line 2: FROM"},
	    {"FROM Scratch", "FROM"},
	    {"FROM busybox AS a\nFROM A\n", "FROM"},
	    {"FROM a\nFROM busybox AS a\n", "FROM"},
	    {"FROM evil AS evil\n", "FROM"},
	    {"FROM busybox as 1a\n", "no name for a stage"},
	    {"FROM busybox as a b\n", "FROM wants"},
	    {"FROM busybox evil\n", "FROM wants"},
	    {"FROM busybox by evil\n", "FROM wants"},
	    {"FROM\n", "FROM wants"},
	    {"FROM \"evil\"\n", "not understood"},
	    {"FROM ev\\il\n", "not understood"},
	    {"FROM 'busybox'\n", "not understood"},
	    {"FROM r.example.com/ok/../evil\n", "FROM"},
	    {"FROM --platform busybox evil\n", "flag"},
	    {"FROM --from=x busybox\n", "flag"},
	    {"FROM busybox\nCOPY --from=evil a b\n", "--from"},
	    {"FROM busybox\nCOPY --from=evil --chown=1 a b\n", "--from"},
	    {"FROM busybox\nCOPY --chown=1 --from=evil a b\n", "--from"},
	    {"FROM busybox\nCOPY --from=busybox --from=evil a b\n", "twice"},
	    {"FROM busybox\nCOPY --from evil a b\n", "flag"},
	    {"FROM busybox\nCOPY --fr\\om=evil a b\n", "flags"},
	    {"FROM busybox\nCOPY --from=\"evil\" a b\n", "flags"},
	    {"FROM busybox\nCOPY --fr\\\nom=evil a b\n", "--from"},
	    {"FROM busybox\nCOPY --from=$X a b\n", "variables"},
	    {"FROM busybox\nCOPY --from=0 a b\n", "no stage before"},
	    {"FROM busybox\nCOPY --from=1 a b\n", "no stage before"},
	    {"FROM busybox\nCOPY --from=99999999999999999999 a b\n",
		"no stage before"},
	    {"FROM busybox\nCOPY --from= a b\n", "--from"},
	    /* A stage is none before its end. */
	    {"FROM busybox AS evil\nCOPY --from=evil a b\n", "--from"},
	    {"FROM busybox\nCOPY -- --from=evil a\n", "flag"},
	    {"FROM busybox\nCOPY --FROM=evil a b\n", "flag"},
	};

	(void)state;
	CHECK(rows, .onbuild = false);
}

/* --- variables ------------------------------------------------------------ */

static void
test_variables(void **state)
{
	static const struct row rows[] = {
	    {"ARG I=busybox\nFROM $I\n", NULL},
	    {"ARG I=\"busybox\"\nFROM ${I}\n", NULL},
	    {"ARG R=r.example.com\nARG N=$R/ok/x\nFROM ${N}:1\n", NULL},
	    {"ARG A=busy B=box\nFROM $A$B\n", NULL},
	    /* Words end elsewhere for the engine. */
	    {"ARG A=x\\ B=busybox\nFROM busybox\n", "backslashes"},
	    {"# escape=`\nARG B=evil\nARG A=x` B=busybox\nFROM $B\n",
		"backticks"},
	    {"ARG A=\"x\\\" B=busybox\nFROM busybox\n", "backslashes"},
	    {"ARG A=x\xc2\xa0"
	     "B=evil\nFROM busybox\n",
		"ASCII"},
	    {"FROM busybox\nUSER \xc2\xa0root\n", "ASCII"},
	    {"FROM busybox\nUSER root\xc2\xa0\n", "USER wants plain ASCII"},
	    {"ARG T\nFROM busybox:${T:-1.36}\n", NULL},
	    {"ARG T=\nFROM busybox${T}\n", NULL},
	    {"ARG R\nFROM ${R:-r.example.com:5/ok}/x\n", "FROM"},
	    {"ARG GIVEN=evil\nFROM $GIVEN\n", NULL},
	    {"ARG GIVEN='x'\nFROM $GIVEN\n", NULL},
	    {"ARG I=evil\nFROM $I\n", "FROM"},
	    {"ARG BAD=busybox\nFROM $BAD\n", "FROM"},
	    {"ARG BAD\nFROM ${BAD:-busybox}\n", "FROM"},
	    {"ARG I\nFROM $I\n", "no value"},
	    {"FROM $GIVEN\n", "no value"},
	    {"FROM ${TARGETARCH:-busybox}\n", "no value"},
	    {"FROM busybox AS a\nARG I=busybox\nFROM $I\n", "no value"},
	    {"ARG I='busybox'\nFROM $I\n", "no value"},
	    {"ARG I=\"busy\"box\nFROM $I\n", "no value"},
	    {"ARG I=busy\\box\nFROM $I\n", "backslashes"},
	    {"ARG I='evil'\nFROM ${I:-busybox}\n", "no value"},
	    {"ARG I=busybox\nARG I\nFROM $I\n", "no value"},
	    {"ARG I=busybox\nFROM ${I:+evil}\n", "not understood"},
	    {"ARG I=busybox\nFROM ${I#b}\n", "not understood"},
	    {"ARG I=busybox\nFROM ${I:-$X}\n", "not understood"},
	    {"ARG I=busybox\nFROM ${I\n", "not understood"},
	    {"FROM busybox$\n", "no variable"},
	    {"FROM $$\n", "no variable"},
	    {"FROM $1\n", "no variable"},
	    {"ARG I=a=b\nFROM busybox\n", NULL},
	    {"ARG 1=a\nFROM busybox\n", "ARG"},
	    {"ARG \"I\"=a\nFROM busybox\n", "ARG"},
	    {"ARG A-B=a\nFROM busybox\n", "ARG"},
	};

	(void)state;
	check_with("{\"GIVEN\": \"busybox\", \"BAD\": \"evil\", \"N\": null}",
	    (struct dockerfile_rules){.run = true}, rows, COUNT(rows));
}

/* --- lines ---------------------------------------------------------------- */

static void
test_directives(void **state)
{
	static const struct row rows[] = {
	    {"# escape=`\nFROM busybox\nRUN a `\n b\nRUN c:\\\\\n", NULL},
	    {"#Escape = \\\nFROM busybox\nRUN a \\\nb\n", NULL},
	    {"# escape=`\nFROM busybox\nRUN a \\\nFROM evil\n", "line 4: FROM"},
	    {"# escape=`\nFROM `\nevil\n", "line 2: FROM"},
	    /* Too late: it is a comment. */
	    {"# c\n# escape=`\nFROM busybox\nRUN a `\nFROM evil\n",
		"line 5: FROM"},
	    {"\n# escape=`\nFROM busybox\nRUN a \\\nFROM evil\n", NULL},
	    {"# escape=x\nFROM busybox\n", "backslash or a backtick"},
	    {"# escape=``\nFROM busybox\n", "backslash or a backtick"},
	    {"# escape=`\n# escape=\\\nFROM busybox\n", "twice"},
	    {"# check=skip=all\n# escape=`\nFROM busybox\n", "before"},
	    {"# escape=`\n# check=skip=all\nFROM busybox\n", NULL},
	    {" # escape=`\nFROM busybox\n", "indented"},
	    {"# syntax=docker/dockerfile:1\nFROM busybox\n", "another program"},
	    {"#syntax = evil/x\nFROM busybox\n", "another program"},
	    {"#  SYNTAX=evil/x arg\nFROM busybox\n", "another program"},
	    {"# escape=`\n# syntax=evil/x\nFROM busybox\n", "another program"},
	    {"# check=x\n# syntax=evil/x\nFROM busybox\n", "another program"},
	    {"# syntax=evil/x\r\nFROM busybox\n", "another program"},
	    {"\xef\xbb\xbf# syntax=evil/x\nFROM busybox\n", "another program"},
	    {"#!/x\n# syntax=evil/x\nFROM busybox\n", "\"#!\""},
	    {"# c\n# syntax=evil/x\nFROM busybox\n", NULL},
	    {"FROM busybox\n# syntax=evil/x\n", NULL},
	    {"# syntax=\nFROM busybox\n", NULL},
	    {"# syntax=a\n# syntax=b\nFROM busybox\n", "twice"},
	};

	(void)state;
	CHECK(rows, .onbuild = false);
}

static void
test_frontends(void **state)
{
	static const struct row rows[] = {
	    {"# syntax=docker/dockerfile:1\nFROM busybox\n", NULL},
	    {"# syntax=docker.io/docker/dockerfile:1.4 x\nFROM busybox\n",
		NULL},
	    {"# syntax=docker/dockerfile:labs\nFROM busybox\n",
		"another program"},
	    {"# syntax=evil/dockerfile:1\nFROM busybox\n", "another program"},
	};
	json_auto_t *list = list_of("[\"docker.io/docker/dockerfile:1*\"]");
	struct pattern_set *frontends = pattern_set_new(list);

	(void)state;
	CHECK(rows, .frontends = frontends);
	pattern_set_free(frontends);
}

static void
test_ambiguous_lines(void **state)
{
	static const struct row rows[] = {
	    {"FROM busybox\nRUN a \\\\\nFROM evil\n", "two escape characters"},
	    {"FROM busybox\nRUN a \\\\  \nFROM evil\n",
		"two escape characters"},
	    {"FROM busybox\nRUN cat <<EOF\nFROM evil\nEOF\n", "here-documents"},
	    {"FROM busybox\nRUN 3<<-'E' cat\nx\nE\n", "here-documents"},
	    {"FROM busybox\nCOPY <<a <<b /x\na\nb\n", "here-documents"},
	    {"FROM busybox\nRUN a <\\\n<EOF\nEOF\n", "here-documents"},
	    {"FROM busybox\nADD <<a /x\na\n", "here-documents"},
	    {"FROM busybox\vRUN id\n", "control characters"},
	    {"FROM busybox\fFROM evil\n", "control characters"},
	    {"FROM busybox\rFROM evil\n", "control characters"},
	    {"FROM busybox\r\r\nRUN id\n", "control characters"},
	    {"FROM busybox\nRUN \x1b[0m\n", "control characters"},
	    {"FROM busybox\n\xc2\xa0# c\n", "not ASCII"},
	    {"FROM busybox\nRUN a \\\n\xe2\x80\x83# c \\\nFROM evil\n",
		"not ASCII"},
	    {"FROM busybox\n\xe2\x84\xaa\n", "not ASCII"},
	    {"FROM busybox\nCOPY --from=\xc2\x85 a b\n", "ASCII"},
	    {"FROM busybox\nCOPY \xc2\xa0--from=evil a b\n", "not ASCII"},
	    {"FROM busybox\nCOPY --chown=1 \xc2\xa0--from=evil a b\n",
		"not ASCII"},
	    {"FROM busybox\nADD \xe2\x80\x83[\"http://x\", \"/c\"]\n",
		"not ASCII"},
	    {"FROM busybox\nRUN \xc2\x85--mount=type=bind,from=evil id\n",
		"not ASCII"},
	    {"FROM busybox\nCOPY ./\xc3\xa9 /b\nMAINTAINER \xc3\x89mile\n",
		NULL},
	};
	struct errmsg why;
	struct dockerfile_rules rules = {.run = true};

	(void)state;
	CHECK(rows, .onbuild = false);
	assert_false(judge(&rules, "FROM busybox\0\n", 14, &why));
	assert_false(judge(&rules, "FROM x\r", 7, &why));
}

/* --- settings ------------------------------------------------------------- */

static void
test_add(void **state)
{
	static const struct row rows[] = {
	    {"FROM busybox\nADD a b /c/\nADD dist/$V.tgz /c/\n", NULL},
	    {"FROM busybox\nADD [\"a b\", \"/c\"]\n", NULL},
	    {"FROM busybox\nADD hello/$X /c\nADD a http://x\n", NULL},
	    {"FROM busybox\nADD http://169.254.169.254/x /c\n", "fetch"},
	    {"FROM busybox\nADD a HTTPS://x /c\n", "fetch"},
	    {"FROM busybox\nADD [\"http://x\", \"/c\"]\n", "fetch"},
	    {"FROM busybox\nADD [\"\\u0068ttp://x\", \"/c\"]\n", "fetch"},
	    {"FROM busybox\nADD $X /c\n", "fetch"},
	    {"FROM busybox\nADD ht$X /c\n", "fetch"},
	    {"FROM busybox\nADD http:$X /c\n", "fetch"},
	    {"FROM busybox\nADD \"http://x\" /c\n", "quotes"},
	    {"FROM busybox\nADD h\\ttp://x /c\n", "quotes"},
	    {"FROM busybox\nADD git@x:y /c\n", "fetch"},
	    {"FROM busybox\nADD ssh://x /c\n", "fetch"},
	    {"FROM busybox\nADD [\"a\", \"/c\"] x\n", "list"},
	    {"FROM busybox\nADD [1, \"/c\"]\n", "list"},
	    {"FROM busybox\nADD --checksum=x http://x /c\n", "flag"},
	};
	static const struct row urls[] = {
	    {"FROM busybox\nADD http://x /c\n", NULL},
	};

	(void)state;
	CHECK(rows, .onbuild = false);
	CHECK(urls, .add_urls = true);
}

static void
test_run(void **state)
{
	static const struct row rows[] = {
	    {"FROM busybox\nRUN --mount=type=bind,source=/ id\n", "flag"},
	    {"FROM busybox\nRUN --security=insecure id\n", "flag"},
	    {"FROM busybox\nRUN --network=host id\n", "flag"},
	    {"FROM busybox\nCMD --x\n", "flag"},
	    {"FROM busybox\nRUN chmod 777 /x\n", "RUN chmod"},
	    {"FROM busybox\nRUN ch\\\nmod 777 /x\n", "RUN chmod"},
	    {"FROM busybox\nRUN chmod 755 /x\n", NULL},
	};
	static const struct row none[] = {
	    {"FROM busybox\nCOPY a b\n", NULL},
	    {"FROM busybox\nRUN id\n", "RUN is not allowed"},
	    {"FROM busybox\nrun id\n", "RUN is not allowed"},
	    {"FROM busybox\nR\\\nUN id\n", "RUN is not allowed"},
	    {"FROM busybox\nRUN id\\\n", "RUN is not allowed"},
	};
	json_auto_t *deny = list_of("[\"*chmod 777*\"]");

	(void)state;
	CHECK(rows, .deny_run = deny);
	check_with(
	    "{}", (struct dockerfile_rules){.run = false}, none, COUNT(none));
}

static void
test_onbuild(void **state)
{
	static const struct row off[] = {
	    {"FROM busybox\nONBUILD RUN id\n", "ONBUILD is not allowed"},
	};
	static const struct row on[] = {
	    {"FROM busybox\nONBUILD RUN id\n", NULL},
	    {"FROM busybox\nONBUILD COPY a b\n", NULL},
	    {"FROM busybox\nONBUILD\n", "is no instruction"},
	    {"FROM busybox\nONBUILD FROM evil\n", "another"},
	    {"FROM busybox\nONBUILD ONBUILD RUN id\n", "another"},
	    {"FROM busybox\nONBUILD COPY --from=busybox a b\n", "--from"},
	    {"FROM busybox\nONBUILD ADD http://x /c\n", "fetch"},
	    {"FROM busybox\nONBUILD RUN --mount=type=bind id\n", "flag"},
	    {"FROM busybox\nONBUILD RUN cat <<E\n", "here-documents"},
	};

	(void)state;
	CHECK(off, .onbuild = false);
	CHECK(on, .onbuild = true);
}

static void
test_user(void **state)
{
	static const struct row rows[] = {
	    {"FROM busybox\nUSER 1000\n", NULL},
	    {"FROM busybox\nUSER 0\nUSER app:0\n", NULL},
	    {"FROM busybox\nFROM busybox\nUSER 1\nRUN id\n", NULL},
	    {"FROM busybox\n", "USER"},
	    {"FROM busybox\nUSER root\n", "USER"},
	    {"FROM busybox\nUSER root:1\n", "USER"},
	    {"FROM busybox\nUSER 00\n", "USER"},
	    {"FROM busybox\nUSER +0\n", "USER"},
	    {"FROM busybox\nUSER $U\n", "USER"},
	    {"FROM busybox\nUSER \"root\"\n", "USER"},
	    {"FROM busybox\nUSER 1\nUSER 0\n", "USER"},
	    {"FROM busybox\nUSER 1\nFROM busybox\n", "USER"},
	    {"FROM busybox\nUSER :1\n", "USER"},
	    {"FROM busybox\nUSER\n", "USER"},
	    {"FROM busybox\nONBUILD USER 1\n", "USER"},
	};
	static const struct row paths[] = {
	    {"FROM busybox\nWORKDIR /proc/self/fd/7\n", "WORKDIR"},
	    {"FROM busybox\nWORKDIR /a/../proc\n", "WORKDIR"},
	    {"FROM busybox\nWORKDIR /dev/fd/7\n", "WORKDIR"},
	    {"FROM busybox\nWORKDIR /proc1/x\n", NULL},
	    {"FROM busybox\nWORKDIR proc/self/fd/8\n", "WORKDIR"},
	    {"FROM busybox\nWORKDIR \"/pr\"oc/self/fd/8\n", "WORKDIR"},
	    {"FROM busybox\nWORKDIR /pr\\oc/self/fd/8\n", "WORKDIR"},
	    {"FROM busybox\nWORKDIR /dev/./fd/8\n", "WORKDIR"},
	    {"FROM busybox\nWORKDIR /a/../..//proc/\n", "WORKDIR"},
	    {"FROM busybox\nWORKDIR /${X:-proc}/self\n", "WORKDIR"},
	    {"FROM busybox\nWORKDIR /pr${X}oc/self\n", "WORKDIR"},
	    {"FROM busybox\nWORKDIR /pr$X/x\n", NULL},
	    {"FROM busybox\nWORKDIR /dev\nWORKDIR fd\n", "WORKDIR"},
	    {"FROM busybox\nWORKDIR /a\nWORKDIR proc\n", NULL},
	    {"FROM busybox\nWORKDIR /dev\nFROM busybox\nWORKDIR fd\n", NULL},
	    {"FROM busybox AS a\nWORKDIR /dev\nFROM a\nWORKDIR fd\n",
		"WORKDIR"},
	    {"FROM busybox\nWORKDIR \"/my dir\"\nWORKDIR ${HOME}/x\n", NULL},
	};

	(void)state;
	CHECK(rows, .user = true, .onbuild = true);
	CHECK(paths, .onbuild = false);
}

static void
test_labels(void **state)
{
	static const struct row rows[] = {
	    {"FROM busybox\nLABEL a=b c.d=traefik.x\n", NULL},
	    {"FROM busybox\nLABEL a b traefik.x\n", NULL},
	    {"FROM busybox\nLABEL traefik.x y\n", "reserved"},
	    {"FROM busybox\nLABEL  \t traefik.x\ty\n", "reserved"},
	    {"FROM busybox\nLABEL \xc2\xa0traefik.x y\n", "ASCII"},
	    {"FROM busybox\nLABEL traefik.x\xc2\xa0y z\n", "ASCII"},
	    {"FROM busybox\nLABEL a=b Traefik.X=y\n", "reserved"},
	    {"FROM busybox\nLABEL a=b \\\n  traefik.x=y\n", "reserved"},
	    {"FROM busybox\nLABEL \"traefik.x\"=y\n", "reserved"},
	    {"FROM busybox\nLABEL traef\\ik.x=y\n", "reserved"},
	    {"FROM busybox\nLABEL 'traefik.x'=y\n", "reserved"},
	    {"FROM busybox\nLABEL a=$X\n", NULL},
	    {"FROM busybox\nLABEL $X=y\n", "variables"},
	    {"FROM busybox\nLABEL a=b ${X}k.x=y\n", "variables"},
	    {"FROM busybox\nLABEL tr\xc3\xa4=y\n", "ASCII"},
	    {"FROM busybox\nONBUILD LABEL traefik.x=y\n", "reserved"},
	    /* A blank in quotes ends no word. */
	    {"FROM busybox\nLABEL x=y \"${Q:-x y}\"=b\n", "variables"},
	    {"FROM busybox\nLABEL x=y '${Q:-x y}'=b\n", "variables"},
	    {"FROM busybox\nLABEL x=y ${Q:-x\\ y}=b\n", "variables"},
	    {"FROM busybox\nLABEL a=b \"traefik.my router.rule\"=c\n",
		"reserved"},
	    {"FROM busybox\nLABEL a=b \"traefik.my\\\" router.rule\"=c\n",
		"reserved"},
	    {"FROM busybox\nLABEL a=\"b traefik.x=c\" d=\"e $F\"\n", NULL},
	    {"FROM busybox\nLABEL a=b\\\" traefik.x=c\\\"\n", "reserved"},
	    {"FROM busybox\nLABEL a='b\\' traefik.x=c'\n", "reserved"},
	    {"FROM busybox\nLABEL a=\"b\\\\\" traefik.x=\"c\"\n", "reserved"},
	    {"FROM busybox\nLABEL a=b traefik.x\n", "behind every name"},
	    {"FROM busybox\nLABEL \"a b\"=c\n", NULL},
	    {"FROM busybox\nLABEL a=b\xe2\x80\x83traefik.x=c\n", "reserved"},
	    {"FROM busybox\nLABEL a=b\xc2\xa0traefik.x=c\n", "reserved"},
	    {"FROM busybox\nLABEL a=\xe2\x80\xa6traefik.x=c\n", NULL},
	    /* Either escape, for what ONBUILD keeps is read by the usual. */
	    {"# escape=`\nFROM busybox\nLABEL a=`\" traefik.x=`\"\n",
		"reserved"},
	    {"# escape=`\nFROM busybox\nONBUILD LABEL a=\\\" traefik.x=\\\"\n",
		"reserved"},
	};
	json_t *list = list_of("[\"traefik.*\"]");
	struct pattern_set *labels = pattern_set_new(list);

	(void)state;
	CHECK(rows, .labels = labels, .onbuild = true);
	pattern_set_free(labels);
	json_decref(list);
}

/* Every beginning of a file is judged, and never by what stands behind it. */
static void
test_every_beginning(void **state)
{
	static const char text[] =
	    "# escape=`\n# syntax=a\nARG I=\"b\" J=${I:-c}\nFROM $I AS x\n"
	    "COPY --from=0 --chown=1 a `\n # c\n b\nADD [\"a\", \"b\"]\n"
	    "ONBUILD RUN a <<B\nUSER ${X}\nHEALTHCHECK --interval=1 CMD a\n";
	struct dockerfile_rules rules = {
	    .run = true, .onbuild = true, .add_urls = false};
	struct errmsg why;

	(void)state;
	for (size_t len = 0; len <= sizeof(text) - 1; len++) {
		bool good = judge(&rules, text, len, &why);

		assert_true(good || why.text[0] != '\0');
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_plain),
	    cmocka_unit_test(test_images),
	    cmocka_unit_test(test_variables),
	    cmocka_unit_test(test_directives),
	    cmocka_unit_test(test_frontends),
	    cmocka_unit_test(test_ambiguous_lines),
	    cmocka_unit_test(test_add),
	    cmocka_unit_test(test_run),
	    cmocka_unit_test(test_onbuild),
	    cmocka_unit_test(test_user),
	    cmocka_unit_test(test_labels),
	    cmocka_unit_test(test_every_beginning),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
