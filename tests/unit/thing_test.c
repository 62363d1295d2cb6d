/* SPDX-License-Identifier: Apache-2.0 */
/* What is asked of the engine about a thing, and what is kept of the answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "net/thing.h"
#include "unit/unit.h"

#define TASK "9mnpnzenvg8p8tdbtq4wvbkcz"
#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void
test_paths(void **state)
{
	static const struct {
		const char *fact, *path; /* NULL: is not asked for */
	} rows[] = {
	    {"container:web", "/containers/web/json"},
	    {"container:" ID, "/containers/" ID "/json"},
	    {"container:a_b.c-d", "/containers/a_b.c-d/json"},
	    {"exec:" ID, "/exec/" ID "/json"},
	    {"volume:data", "/volumes/data"},
	    {"network:front", "/networks/front"},
	    {"network:prune", "/networks/prune"},
	    {"service:web", "/services/web"},
	    {"task:7mnp", "/tasks/7mnp"},
	    {"secret:key", "/secrets/key"},
	    {"config:conf", "/configs/conf"},
	    {"service:create", "/services/create"},
	    {"secret:a/update", NULL},
	    {"container:", NULL},
	    {"container:/web", NULL},
	    {"container:a/b", NULL},
	    {"container:..", NULL},
	    {"container:../info", NULL},
	    {"container:a?size=1", NULL},
	    {"container:a#b", NULL},
	    {"container:a b", NULL},
	    {"container:a\r\nX: y", NULL},
	    {"container:a%2fb", NULL},
	    {"container:\303\251", NULL},
	    {"volume:/etc", NULL},
	    {"network:a/connect", NULL},
	    {"exec:..", NULL},
	    {"image:x", NULL},
	    {"path:/x", NULL},
	    {"daemon.userns_remap", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char *path = thing_path(rows[i].fact);

		if ((path == NULL) != (rows[i].path == NULL) ||
		    (path != NULL && strcmp(path, rows[i].path) != 0))
			fail_msg("%s: %s", rows[i].fact,
			    path == NULL ? "none" : path);
		free(path);
	}
}

static void
test_long_names(void **state)
{
	char fact[10 + 256 + 1] = "container:";
	char *path;

	(void)state;
	memset(fact + 10, 'a', 255);
	path = thing_path(fact);
	assert_non_null(path);
	free(path);
	fact[10 + 255] = 'a';
	assert_null(thing_path(fact));
}

static void
test_kinds(void **state)
{
	(void)state;
	assert_true(thing_is("container:x"));
	assert_true(thing_is("exec:x"));
	assert_true(thing_is("volume:x"));
	assert_true(thing_is("network:x"));
	assert_true(thing_is("service:x"));
	assert_true(thing_is("task:x"));
	assert_false(thing_is("path:/container:x"));
	assert_false(thing_is("engine.minor"));
	assert_false(thing_is("listener.socket"));
}

static void
read_as(const char *fact, int status, const char *answer, const char *want)
{
	json_t *tree = answer == NULL ? NULL : json_of(answer);
	json_t *thing = thing_read(fact, status, tree);

	if (want == NULL && thing != NULL)
		fail_msg("%s: taken from %s", fact,
		    answer == NULL ? "nothing" : answer);
	if (want != NULL) {
		assert_non_null(thing);
		assert_json(thing, want);
	}
	json_decref(thing);
	json_decref(tree);
}

static void
test_container(void **state)
{
	(void)state;
	read_as("container:web", 200,
	    "{\"Id\":\"" ID "\",\"Name\":\"/web\",\"Image\":\"sha256:1\","
	    "\"Path\":\"sh\",\"Args\":[\"-c\",\"secret\"],"
	    "\"State\":{\"Running\":true,\"Pid\":7},"
	    "\"Config\":{\"User\":\"1000\",\"Tty\":false,"
	    "\"Env\":[\"PASSWORD=x\"],\"Labels\":{\"team\":\"a\"}},"
	    "\"HostConfig\":{\"Privileged\":false,\"Memory\":4096,"
	    "\"PidsLimit\":null,\"NetworkMode\":\"front\","
	    "\"RestartPolicy\":{\"Name\":\"no\",\"MaximumRetryCount\":0}},"
	    "\"Mounts\":[{\"Type\":\"volume\",\"Name\":\"data\","
	    "\"Destination\":\"/x/y\"},{\"Type\":\"tmpfs\","
	    "\"Destination\":\"/tmp\"},"
	    "{\"Type\":\"bind\",\"Source\":\"/srv\",\"Destination\":\"/b\"}],"
	    "\"NetworkSettings\":{\"Networks\":{\"front\":{},\"back\":{}}}}",
	    "{\"Id\":\"" ID "\",\"Name\":\"/web\",\"Image\":\"sha256:1\","
	    "\"User\":\"1000\",\"Tty\":false,\"Running\":true,"
	    "\"Privileged\":false,\"Memory\":4096,\"NetworkMode\":\"front\","
	    "\"RestartPolicy\":{\"Name\":\"no\",\"MaximumRetryCount\":0},"
	    "\"Labels\":{\"team\":\"a\"},\"Networks\":[\"front\",\"back\"],"
	    "\"Volumes\":[\"data\"],\"Mounts\":[\"/x/y\",\"/b\"]}");
	read_as("container:web", 200,
	    "{\"Id\":\"" ID "\",\"Name\":\"/web\",\"Config\":null,"
	    "\"Mounts\":null,\"HostConfig\":null}",
	    "{\"Id\":\"" ID "\",\"Name\":\"/web\",\"Labels\":{},"
	    "\"Networks\":[],\"Volumes\":[],\"Mounts\":[]}");
}

static void
test_others(void **state)
{
	(void)state;
	read_as("exec:1", 200,
	    "{\"ID\":\"1\",\"ContainerID\":\"" ID "\",\"ProcessConfig\":"
	    "{\"arguments\":[\"secret\"]}}",
	    "{\"ID\":\"1\",\"ContainerID\":\"" ID "\"}");
	read_as("volume:data", 200,
	    "{\"Name\":\"data\",\"Driver\":\"local\",\"Labels\":null,"
	    "\"Options\":{\"o\":\"password=x\"}}",
	    "{\"Name\":\"data\",\"Driver\":\"local\",\"Labels\":{}}");
	read_as("network:front", 200,
	    "{\"Id\":\"" ID "\",\"Name\":\"front\",\"Driver\":\"bridge\","
	    "\"Labels\":{\"a\":\"b\"},\"Containers\":{\"x\":{}}}",
	    "{\"Id\":\"" ID "\",\"Name\":\"front\",\"Driver\":\"bridge\","
	    "\"Labels\":{\"a\":\"b\"}}");
}

static void
test_swarm(void **state)
{
	(void)state;
	read_as("service:web", 200,
	    "{\"ID\":\"" TASK "\",\"Version\":{\"Index\":5},\"Spec\":"
	    "{\"Name\":\"web\",\"Labels\":{\"a\":\"b\"},\"TaskTemplate\":{}}}",
	    "{\"Id\":\"" TASK "\",\"Name\":\"web\",\"Labels\":{\"a\":\"b\"}}");
	read_as("config:conf", 200,
	    "{\"ID\":\"" TASK "\",\"Spec\":{\"Name\":\"conf\",\"Labels\":null,"
	    "\"Data\":\"c2VjcmV0\"}}",
	    "{\"Id\":\"" TASK "\",\"Name\":\"conf\",\"Labels\":{}}");
	read_as("task:7", 200,
	    "{\"ID\":\"" TASK "\",\"ServiceID\":\"" TASK "\",\"Spec\":"
	    "{\"ContainerSpec\":{\"Env\":[\"PASSWORD=x\"]}}}",
	    "{\"Id\":\"" TASK "\",\"ServiceID\":\"" TASK "\"}");
	read_as(
	    "task:7", 200, "{\"ID\":\"" TASK "\"}", "{\"Id\":\"" TASK "\"}");
}

/* Several things of that beginning: none is meant. */
static void
test_ambiguous(void **state)
{
	(void)state;
	read_as("container:ab", 500,
	    "{\"message\":\"Multiple IDs found with provided prefix: ab\"}",
	    "\"absent\"");
	read_as("container:ab", 400,
	    "{\"message\":\"multiple IDs found with provided prefix: ab\"}",
	    "\"absent\"");
	read_as("network:ab", 400,
	    "{\"message\":\"network ab is ambiguous (2 matches found based on "
	    "ID prefix)\"}",
	    "\"absent\"");
	read_as("secret:ab", 500,
	    "{\"message\":\"secret ab is ambiguous (2 matches found)\"}",
	    "\"absent\"");
}

static void
test_absent(void **state)
{
	(void)state;
	read_as("container:web", 404, "{\"message\":\"x\"}", "\"absent\"");
	read_as("volume:data", 404, NULL, "\"absent\"");
}

/* An answer that does not say what was asked is no fact. */
static void
test_no_fact(void **state)
{
	static const struct {
		const char *fact;
		int status;
		const char *answer;
	} rows[] = {
	    {"container:web", 0, NULL},
	    {"container:web", 200, NULL},
	    {"container:web", 200, "[]"},
	    {"container:web", 200, "{}"},
	    {"container:web", 200, "{\"Id\":\"" ID "\"}"},
	    {"container:web", 200, "{\"Id\":1,\"Name\":\"/web\"}"},
	    {"container:web", 200, "{\"Id\":\"\",\"Name\":\"/web\"}"},
	    {"container:web", 200, "{\"Id\":\"../../x/y/z/\",\"Name\":\"/w\"}"},
	    {"container:web", 200,
		"{\"Id\":\"" ID "0\",\"Name\":\"/web\",\"Config\":{}}"},
	    {"container:web", 200,
		"{\"Id\":\"" ID "\",\"Name\":\"/web\",\"Config\":"
		"{\"Labels\":[]}}"},
	    {"container:web", 200,
		"{\"Id\":\"" ID "\",\"Name\":\"/web\",\"Config\":"
		"{\"User\":0}}"},
	    {"container:web", 200,
		"{\"Id\":\"" ID "\",\"Name\":\"/web\",\"Mounts\":"
		"[{\"Type\":\"volume\"}]}"},
	    {"container:web", 500,
		"{\"Id\":\"" ID "\",\"Name\":\"/web\",\"Config\":{}}"},
	    {"container:web", 400, "{\"message\":\"ambiguous\"}"},
	    {"exec:1", 200, "{\"ID\":\"1\"}"},
	    {"exec:1", 200, "{\"ID\":\"1\",\"ContainerID\":\"a/b\"}"},
	    {"volume:data", 200, "{\"Name\":\"other\",\"Driver\":\"local\"}"},
	    {"volume:data", 200, "{\"Driver\":\"local\"}"},
	    {"network:front", 200, "{\"Name\":\"front\"}"},
	    {"service:web", 200, "{\"ID\":\"" TASK "\",\"Spec\":{}}"},
	    {"service:web", 200, "{\"Id\":\"" TASK "\",\"Name\":\"web\"}"},
	    {"task:7", 200, "{\"ID\":\"" TASK "\",\"ServiceID\":\"\"}"},
	    {"container:web", 500, "{\"message\":\"database is locked\"}"},
	    {"container:web", 200, "{\"message\":\"a is ambiguous (2\"}"},
	    {"path:/x", 200, "{}"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		read_as(rows[i].fact, rows[i].status, rows[i].answer, NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_paths),
	    cmocka_unit_test(test_long_names),
	    cmocka_unit_test(test_kinds),
	    cmocka_unit_test(test_container),
	    cmocka_unit_test(test_others),
	    cmocka_unit_test(test_swarm),
	    cmocka_unit_test(test_ambiguous),
	    cmocka_unit_test(test_absent),
	    cmocka_unit_test(test_no_fact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
