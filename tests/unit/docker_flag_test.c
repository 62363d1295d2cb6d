/* SPDX-License-Identifier: Apache-2.0 */
/* Flags of the docker command line are those of fields that there are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "docker_flag.h"
#include "schema.h"

static bool
has_param(const struct call *call, const char *name)
{
	for (size_t i = 0; call->params[i].name != NULL; i++) {
		if (strcmp(call->params[i].name, name) == 0)
			return true;
	}
	return false;
}

static void
test_rows(void **state)
{
	const struct docker_flag *row = docker_flag_table();

	(void)state;
	for (; row->field != NULL; row++) {
		const struct call *call = call_by_name(row->call);
		bool known = call != NULL &&
		    (*row->field == '?' ? has_param(call, row->field + 1)
					: call->schema != NULL &&
				schema_has(call->schema, row->field));

		if (!known)
			fail_msg("%s: %s is no field", row->call, row->field);
		assert_ptr_equal(docker_flag_of(call, row->field), row);
	}
}

static void
check(const char *call, const char *field, const char *want)
{
	char text[96];

	docker_flag_hint(call == NULL ? NULL : call_by_name(call), field, text,
	    sizeof(text));
	assert_string_equal(text, want);
}

static void
test_hints(void **state)
{
	(void)state;
	check("container.create", "HostConfig.Privileged", " (--privileged)");
	check("container.create", "HostConfig.Binds[3]",
	    " (-v, compose: volumes)");
	check("container.create", "HostConfig.PortBindings.22/tcp",
	    " (-p, compose: ports)");
	check("container.create", "HostConfig.LogConfig.Config.tag",
	    " (--log-opt, compose: logging)");
	check("container.create", "HostConfig.CapAdd", " (--cap-add)");
	check("container.create", "HostConfig.BindsX", "");
	check("container.create", "", "");
	check("container.start", "HostConfig.Binds", "");
	check("build", "?networkmode", " (--network)");
	check(NULL, "User", "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_hints),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
