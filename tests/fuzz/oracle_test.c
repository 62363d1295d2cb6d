/* SPDX-License-Identifier: Apache-2.0 */
/* The oracle has a rule for every row of fields.tsv that reaches the host, says
 * yes to each of them, and no to what is harmless. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fuzz/oracle.h"
#include "unit/unit.h"

static const struct {
	const char *call, *body, *query, *row; /* row NULL: harmless */
} examples[] = {
#define HOST(row, json)                                                        \
	{                                                                      \
		"container.create",                                            \
		    "{\"HostConfig\": {\"IpcMode\": \"none\", " json "}}",     \
		    "{}", row                                                  \
	}
    HOST(NULL, "\"CapAdd\": []"),
    HOST(NULL, "\"Binds\": [\"vol:/x\", \"/x\", \"/run/s:/x\"]"),
    HOST(NULL, "\"NetworkMode\": \"containers\""),
    HOST(NULL, "\"SecurityOpt\": [\"no-new-privileges\"]"),
    HOST(NULL, "\"Runtime\": \"runc\""),
    HOST("HostConfig.Binds[]", "\"Binds\": [\"/:/x\"]"),
    HOST("HostConfig.Binds[]", "\"Binds\": [\"vol:/x:rshared\"]"),
    HOST("HostConfig.Binds[]", "\"Binds\": [\"\\\\/etc:/x\"]"),
    HOST("HostConfig.Binds[]", "\"Binds\": [\"/run/s/..:/x\"]"),
    HOST("HostConfig.Privileged", "\"Privileged\": true"),
    HOST("HostConfig.Privileged", "\"privileged\": true"),
    HOST("HostConfig.NetworkMode", "\"NetworkMode\": \"host\""),
    HOST("HostConfig.NetworkMode", "\"NetworkMode\": \"container:a\""),
    HOST("HostConfig.Devices", "\"Devices\": [{}]"),
    HOST("HostConfig.CapAdd", "\"CapAdd\": [\"SYS_ADMIN\"]"),
    HOST("HostConfig.SecurityOpt[]", "\"SecurityOpt\": [\"seccomp=x\"]"),
    HOST("HostConfig.PidMode", "\"PidMode\": \"host\""),
    HOST("HostConfig.UsernsMode", "\"UsernsMode\": \"host\""),
    HOST("HostConfig.Runtime", "\"Runtime\": \"io.x.y\""),
    HOST("HostConfig.Mounts[].Type", "\"Mounts\": [{\"Target\": \"/x\"}]"),
    HOST("HostConfig.Mounts[].Source",
	"\"Mounts\": [{\"Type\": \"bind\", \"Source\": \"/etc\"}]"),
    HOST("HostConfig.Mounts[].BindOptions.Propagation",
	"\"Mounts\": [{\"Type\": \"bind\", \"Source\": \"/run/s\", "
	"\"BindOptions\": {\"Propagation\": \"shared\"}}]"),
    HOST("HostConfig.Mounts[].VolumeOptions.DriverConfig.Options",
	"\"Mounts\": [{\"Type\": \"volume\", \"VolumeOptions\": "
	"{\"DriverConfig\": {\"Options\": {\"o\": \"bind\"}}}}]"),
    HOST("HostConfig.DeviceCgroupRules", "\"DeviceCgroupRules\": [\"a\"]"),
    HOST("HostConfig.MaskedPaths", "\"MaskedPaths\": []"),
    HOST("HostConfig.ReadonlyPaths", "\"ReadonlyPaths\": []"),
    HOST("HostConfig.DeviceRequests", "\"DeviceRequests\": [{}]"),
    HOST("HostConfig.InitPath", "\"InitPath\": \"/x\""),
    {"container.create", "{\"HostConfig\": {}}", "{}", "HostConfig.IpcMode"},
    {"container.create", "{\"Privileged\": true}", "{}",
	"<any HostConfig field at TOP LEVEL>"},
    {"container.exec.create", "{\"Privileged\": true}", "{}", "Privileged"},
    {"container.exec.create", "{\"Privileged\": false}", "{}", NULL},
    {"volume.create", "{\"Driver\": \"x\"}", "{}", "Driver"},
    {"volume.create", "{\"DriverOpts\": {\"o\": \"bind\"}}", "{}",
	"DriverOpts"},
    {"network.create", "{\"Driver\": \"macvlan\"}", "{}", "Driver"},
    {"network.create",
	"{\"Options\": {\"com.docker.network.bridge.name\": \"docker0\"}}",
	"{}", "Options"},
    {"build", "null", "{\"networkmode\": \"host\"}", "?networkmode"},
    {"build", "null", "{\"networkmode\": \"default\"}", NULL},
    {"container.start", "null", "{\"checkpoint\": \"x\"}", "?checkpoint"},
    {"container.start", "{}", "{}", "<body: HostConfig or {HostConfig:..}>"},
    {"container.start", "null", "{}", NULL},
    {"plugin.pull", "[]", "{}", "plugin.pull"},
    {"service.update",
	"{\"TaskTemplate\": {\"ContainerSpec\": {\"Mounts\": [{\"Source\": "
	"\"/\"}]}}}",
	"{}", "TaskTemplate.ContainerSpec.Mounts[].Source"},
};

static void
test_examples(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(examples); i++) {
		json_auto_t *body = json_of(examples[i].body);
		json_auto_t *query = json_of(examples[i].query);
		const char *row = oracle_host_root(examples[i].call,
		    json_is_null(body) ? NULL : body, query, "/run/s");

		if (examples[i].row == NULL) {
			if (row != NULL)
				fail_msg("%s: %s", examples[i].body, row);
		} else {
			assert_non_null(row);
			assert_string_equal(row, examples[i].row);
		}
	}
}

static void
check_row(char *line, void *arg)
{
	size_t *missing = arg;
	const char *endpoint = next_column(&line), *path = next_column(&line);

	for (int i = 0; i < 4; i++)
		(void)next_column(&line);
	if (strcmp(next_column(&line), "host-root") == 0 &&
	    !oracle_has_row(endpoint, path)) {
		print_error("no rule for %s %s\n", endpoint, path);
		++*missing;
	}
}

static void
test_rows(void **state)
{
	size_t missing = 0;

	(void)state;
	assert_true(
	    each_line("tests/data/fields.tsv", check_row, &missing) > 700);
	assert_int_equal(missing, 0);
	assert_false(oracle_has_row("container.create", "Tty"));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_examples),
	    cmocka_unit_test(test_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
