/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "net/address.h"
#include "unit/unit.h"

static const struct {
	const char *text;
	bool sound, is_unix, loopback;
} rows[] = {
    {"unix:///run/docker.sock", true, true, false},
    {"unix://run/docker.sock", false, false, false},
    {"unix://", false, false, false},
    {"unix:///", true, true, false},
    {"unix://@abstract", false, false, false},
    {"unix:/run/docker.sock", false, false, false},
    {"/run/docker.sock", false, false, false},
    {"", false, false, false},
    {"tcp://127.0.0.1:2375", true, false, true},
    {"tcp://127.9.9.9:1", true, false, true},
    {"tcp://localhost:2375", true, false, true},
    {"tcp://10.0.0.1:2376", true, false, false},
    {"tcp://0.0.0.0:2376", true, false, false},
    {"tcp://[::1]:2376", true, false, true},
    {"tcp://[::]:2376", true, false, false},
    {"tcp://[2001:db8::1]:65535", true, false, false},
    {"tcp://::1:2376", false, false, false},
    {"tcp://docker.example:2376", false, false, false},
    {"tcp://127.1:2376", false, false, false},
    {"tcp://0x7f.0.0.1:2376", false, false, false},
    {"tcp://127.0.0.1", false, false, false},
    {"tcp://127.0.0.1:", false, false, false},
    {"tcp://127.0.0.1:0", false, false, false},
    {"tcp://127.0.0.1:65536", false, false, false},
    {"tcp://127.0.0.1:-1", false, false, false},
    {"tcp://127.0.0.1:+1", false, false, false},
    {"tcp://127.0.0.1: 1", false, false, false},
    {"tcp://127.0.0.1:1x", false, false, false},
    {"tcp://127.0.0.1:2375/", false, false, false},
    {"tcp://:2375", false, false, false},
    {"http://127.0.0.1:2375", false, false, false},
    {"UNIX:///run/x", false, false, false},
};

static void
test_parse(void **state)
{
	struct address address;
	struct errmsg err;
	size_t failed = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		bool sound = address_parse(rows[i].text, &address, &err);

		if (sound != rows[i].sound) {
			print_error("%s: %s\n", rows[i].text,
			    sound ? "accepted" : err.text);
			failed++;
		}
		if (!sound || !rows[i].sound)
			continue;
		if (address_is_unix(&address) != rows[i].is_unix ||
		    address_is_loopback(&address) != rows[i].loopback)
			fail_msg("%s: unix %d loopback %d", rows[i].text,
			    address_is_unix(&address),
			    address_is_loopback(&address));
		assert_string_equal(address.text, rows[i].text);
	}
	assert_int_equal(failed, 0);
}

/* sun_path holds 108 bytes, the NUL included: longer is refused, not cut. */
static void
test_long(void **state)
{
	char text[256] = "unix:///";
	struct address address;
	struct errmsg err;

	(void)state;
	memset(text + 8, 'a', 106);
	assert_true(address_parse(text, &address, &err));
	assert_string_equal(address_path(&address), text + 7);
	text[8 + 106] = 'a';
	assert_false(address_parse(text, &address, &err));
	memset(text + 8, 'a', sizeof(text) - 9);
	assert_false(address_parse(text, &address, &err));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_parse),
	    cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
