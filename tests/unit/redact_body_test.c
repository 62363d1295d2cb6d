/* SPDX-License-Identifier: Apache-2.0 */
/* What of a body stands in a record: its shape, and no secret. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/redact_body.h"
#include "unit/unit.h"

static const struct {
	const char *body, *shown;
} rows[] = {
    {"{\"Image\":\"busybox\",\"Tty\":true,\"N\":1,\"X\":null}",
	"{\"Image\":\"busybox\",\"Tty\":true,\"N\":1,\"X\":null}"},
    {"{\"Env\":[\"A=s3cret\",\"B\",\"C=\"]}",
	"{\"Env\":[\"A=\",\"B\",\"C=\"]}"},
    {"{\"Cmd\":[\"A=kept\"]}", "{\"Cmd\":[\"A=kept\"]}"},
    /* A service's, deep down. */
    {"{\"TaskTemplate\":{\"ContainerSpec\":{\"Env\":[\"A=s3cret\"]}}}",
	"{\"TaskTemplate\":{\"ContainerSpec\":{\"Env\":[\"A=\"]}}}"},
    /* Not a list, whatever the schema says. */
    {"{\"Env\":[1,{\"a\":\"b\"}]}", "{\"Env\":[1,{\"a\":\"b\"}]}"},
    /* The settings of a plugin. */
    {"[\"PASSWORD=s3cret\"]", "[\"PASSWORD=\"]"},
    {"{\"Data\":\"c2VjcmV0\",\"Name\":\"key\"}",
	"{\"Data\":\"...\",\"Name\":\"key\"}"},
    {"{\"username\":\"u\",\"password\":\"p\",\"auth\":\"a\",\"email\":\"e\","
     "\"identitytoken\":\"i\",\"registrytoken\":\"r\","
     "\"serveraddress\":\"s\"}",
	"{\"username\":\"...\",\"password\":\"...\",\"auth\":\"...\",\"email\":"
	"\"...\",\"identitytoken\":\"...\",\"registrytoken\":\"...\","
	"\"serveraddress\":\"s\"}"},
    {"{\"UnlockKey\":\"k\",\"JoinToken\":\"t\",\"CAConfig\":"
     "{\"SigningCAKey\":\"k\"}}",
	"{\"UnlockKey\":\"...\",\"JoinToken\":\"...\",\"CAConfig\":"
	"{\"SigningCAKey\":\"...\"}}"},
    /* A member of that name which is no text has nothing to hide. */
    {"{\"Data\":{\"auth\":\"a\"}}", "{\"Data\":{\"auth\":\"...\"}}"},
    /* Options of drivers, known ones. */
    {"{\"DriverOpts\":{\"type\":\"nfs\",\"o\":\"addr=10.0.0.1,rw\","
     "\"device\":\":/srv\"}}",
	"{\"DriverOpts\":{\"type\":\"nfs\",\"o\":\"addr=10.0.0.1,rw\","
	"\"device\":\":/srv\"}}"},
    {"{\"DriverOpts\":{\"o\":\"addr=10.0.0.1,password=p\"}}",
	"{\"DriverOpts\":{\"o\":\"...\"}}"},
    {"{\"DriverOpts\":{\"o\":\"\"}}", "{\"DriverOpts\":{\"o\":\"\"}}"},
    {"{\"DriverOpts\":{\"o\":\"password=p,rw\"}}",
	"{\"DriverOpts\":{\"o\":\"...\"}}"},
    {"{\"DriverOpts\":{\"device\":\"//u:p@host/share\"}}",
	"{\"DriverOpts\":{\"device\":\"...\"}}"},
    {"{\"DriverOpts\":{\"device\":\"https://host/?token=t\"}}",
	"{\"DriverOpts\":{\"device\":\"...\"}}"},
    {"{\"Options\":{\"com.docker.network.driver.mtu\":\"1400\","
     "\"secret\":\"s\"}}",
	"{\"Options\":{\"com.docker.network.driver.mtu\":\"1400\","
	"\"secret\":\"...\"}}"},
    {"{\"LogConfig\":{\"Type\":\"splunk\",\"Config\":{\"splunk-token\":\"t\","
     "\"max-size\":\"1m\",\"tag\":7}}}",
	"{\"LogConfig\":{\"Type\":\"splunk\",\"Config\":{\"splunk-token\":"
	"\"...\",\"max-size\":\"1m\",\"tag\":\"...\"}}}"},
};

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		json_t *body = json_of(rows[i].body);
		json_t *shown = redact_body(body);

		assert_json(shown, rows[i].shown);
		/* What is judged is left as it was. */
		assert_json(body, rows[i].body);
		json_decref(shown);
		json_decref(body);
	}
}

static void
test_none(void **state)
{
	json_t *shown = redact_body(NULL);

	(void)state;
	assert_json(shown, "null");
	json_decref(shown);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
