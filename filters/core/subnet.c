/* SPDX-License-Identifier: Apache-2.0 */
#include "core/subnet.h"

#include <arpa/inet.h>
#include <string.h>

#define TEXT_LEN 64

static bool
is_mapped(const unsigned char bytes[16])
{
	static const unsigned char zeroes[10];

	return memcmp(bytes, zeroes, 10) == 0 && bytes[10] == 0xff &&
	    bytes[11] == 0xff;
}

bool
subnet_parse_address(const char *text, struct subnet *subnet)
{
	memset(subnet, 0, sizeof(*subnet));
	if (inet_pton(AF_INET, text, subnet->bytes) == 1) {
		subnet->len = 4;
		subnet->bits = 32;
		return true;
	}
	subnet->len = 16;
	subnet->bits = 128;
	return inet_pton(AF_INET6, text, subnet->bytes) == 1 &&
	    !is_mapped(subnet->bytes);
}

/* Decimal digits, at most three, none too many at the front. */
static bool
parse_bits(const char *text, unsigned max, unsigned *bits)
{
	size_t len = strspn(text, "0123456789");

	if (len == 0 || len > 3 || text[len] != '\0' ||
	    (text[0] == '0' && len > 1))
		return false;
	*bits = 0;
	while (*text != '\0')
		*bits = *bits * 10 + (unsigned)(*text++ - '0');
	return *bits <= max;
}

bool
subnet_parse(const char *text, struct subnet *subnet)
{
	const char *slash = strchr(text, '/');
	char address[TEXT_LEN];
	size_t len = slash == NULL ? 0 : (size_t)(slash - text);

	if (len == 0 || len >= sizeof(address))
		return false;
	memcpy(address, text, len);
	address[len] = '\0';
	return subnet_parse_address(address, subnet) &&
	    parse_bits(slash + 1, subnet->len * 8, &subnet->bits);
}

bool
subnet_within(const struct subnet *inner, const struct subnet *outer)
{
	unsigned whole = outer->bits / 8, rest = outer->bits % 8;

	if (inner->len != outer->len || inner->bits < outer->bits ||
	    memcmp(inner->bytes, outer->bytes, whole) != 0)
		return false;
	return rest == 0 ||
	    ((inner->bytes[whole] ^ outer->bytes[whole]) >> (8 - rest)) == 0;
}

bool
subnet_valid(const char *value, struct errmsg *err)
{
	struct subnet subnet;

	return subnet_parse(value, &subnet) ||
	    errmsg_set(err, "want a range of addresses, \"10.200.0.0/16\"");
}

bool
subnet_allowed(const json_t *ranges, const struct subnet *subnet)
{
	size_t i;
	json_t *text;

	json_array_foreach(ranges, i, text)
	{
		struct subnet range;

		if (subnet_parse(json_string_value(text), &range) &&
		    subnet_within(subnet, &range))
			return true;
	}
	return false;
}
