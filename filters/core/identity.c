/* SPDX-License-Identifier: Apache-2.0 */
#include "core/identity_member.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FINGERPRINT_DIGITS 64 /* of a SHA-256, in hexadecimal */

/* What a match may ask for, and where it stands in the identity. */
static const struct {
	const char *name;
	enum { AT_TOP, AT_CERTIFICATE, AT_LIST /* of the same */ } where;
	enum { AS_PATTERN, AS_NUMBER, AS_FINGERPRINT, AS_NETWORK } how;
	const char *help;
} members[] = {
    {"listener", AT_TOP, AS_PATTERN, "name of the listener"},
    {"transport", AT_TOP, AS_PATTERN, "unix, tcp or tls"},
    {"uid", AT_TOP, AS_NUMBER, "user id of the peer"},
    {"gid", AT_TOP, AS_NUMBER, "group id of the peer"},
    {"pid", AT_TOP, AS_NUMBER, "process id of the peer"},
    {"address", AT_TOP, AS_NETWORK, "address or network of the peer"},
    {"CN", AT_CERTIFICATE, AS_PATTERN, "common name, if there is just one"},
    {"O", AT_LIST, AS_PATTERN, "an organization of the subject"},
    {"OU", AT_LIST, AS_PATTERN, "a unit of the subject"},
    {"DNS", AT_LIST, AS_PATTERN, "a DNS alternative name"},
    {"URI", AT_LIST, AS_PATTERN, "a URI alternative name"},
    {"email", AT_LIST, AS_PATTERN, "an email alternative name"},
    {"sha256", AT_CERTIFICATE, AS_FINGERPRINT, "of the certificate"},
    {"spki_sha256", AT_CERTIFICATE, AS_FINGERPRINT, "of the public key"},
    {NULL, AT_TOP, AS_PATTERN, NULL},
};

/* text, with the nearest key that there is. */
static bool
unknown_key(const char *key, const char *text, struct errmsg *err)
{
	const char *names[sizeof(members) / sizeof(members[0])];
	char hint[160];
	size_t i;

	for (i = 0; members[i].name != NULL; i++)
		names[i] = members[i].name;
	names[i] = NULL;
	nearest_hint(key, names, hint, sizeof(hint));
	if (hint[0] != '\0')
		return errmsg_set(err, "%s%s", text, hint);
	return errmsg_set(err,
	    "%s; there are listener, transport, uid, gid, pid, address, and of "
	    "a certificate CN, O, OU, DNS, URI, email, sha256, spki_sha256",
	    text);
}

static size_t
find_member(const char *name)
{
	size_t i = 0;

	while (members[i].name != NULL && strcmp(members[i].name, name) != 0)
		i++;
	return i;
}

/* --- networks ------------------------------------------------------------- */

struct network {
	unsigned char bytes[16]; /* IPv4 as ::ffff:a.b.c.d */
	unsigned bits;
};

static bool
parse_host(const char *text, unsigned char bytes[16], bool *v4)
{
	*v4 = true;
	memset(bytes, 0, 10);
	bytes[10] = bytes[11] = 0xff;
	if (inet_pton(AF_INET, text, bytes + 12) == 1)
		return true;
	*v4 = false;
	return inet_pton(AF_INET6, text, bytes) == 1;
}

static bool
parse_network(const char *text, struct network *network)
{
	char host[64], *slash, *end;
	unsigned long bits;
	bool v4;

	if (strlen(text) >= sizeof(host))
		return false;
	memcpy(host, text, strlen(text) + 1);
	slash = strchr(host, '/');
	if (slash != NULL)
		*slash++ = '\0';
	if (!parse_host(host, network->bytes, &v4))
		return false;
	network->bits = 128;
	if (slash == NULL)
		return true;
	bits = strtoul(slash, &end, 10);
	if (!isdigit((unsigned char)*slash) || *end != '\0' ||
	    bits > (v4 ? 32UL : 128UL))
		return false;
	network->bits = (unsigned)bits + (v4 ? 96 : 0);
	return true;
}

/* An address, or another network, is in a network with all it has. */
static bool
in_network(const char *pattern, const char *text)
{
	struct network network, inner;
	unsigned char mask;

	if (!parse_network(pattern, &network) || !parse_network(text, &inner) ||
	    inner.bits < network.bits)
		return false;
	for (unsigned i = 0; i < 16; i++) {
		unsigned left = network.bits > i * 8 ? network.bits - i * 8 : 0;

		mask = left >= 8 ? 0xff : (unsigned char)(0xff << (8 - left));
		if (((network.bytes[i] ^ inner.bytes[i]) & mask) != 0)
			return false;
	}
	return true;
}

/* --- values --------------------------------------------------------------- */

static bool
same_fingerprint(const char *a, const char *b)
{
	size_t digits = 0;

	for (;;) {
		while (*a == ':')
			a++;
		while (*b == ':')
			b++;
		if (*a == '\0' || *b == '\0')
			return *a == *b && digits == FINGERPRINT_DIGITS;
		if (isxdigit((unsigned char)*a) == 0 ||
		    tolower((unsigned char)*a++) !=
			tolower((unsigned char)*b++))
			return false;
		digits++;
	}
}

static bool
one_matches(size_t i, const json_t *wanted, const json_t *value)
{
	const char *pattern = json_string_value(wanted);
	const char *text = json_string_value(value);

	if (members[i].how == AS_NUMBER)
		return json_is_integer(wanted) && json_is_integer(value) &&
		    json_integer_value(wanted) == json_integer_value(value);
	if (pattern == NULL || text == NULL)
		return false;
	if (members[i].how == AS_FINGERPRINT)
		return same_fingerprint(pattern, text);
	if (members[i].how == AS_NETWORK)
		return in_network(pattern, text);
	return fnmatch(pattern, text, 0) == 0;
}

/* Of a list of what is wanted, one will do. */
static bool
value_matches(size_t i, const json_t *wanted, const json_t *value)
{
	size_t n;
	json_t *item;

	if (!json_is_array(wanted))
		return one_matches(i, wanted, value);
	json_array_foreach(wanted, n, item)
	{
		if (one_matches(i, item, value))
			return true;
	}
	return false;
}

const json_t *
identity_value(size_t member, const json_t *identity)
{
	const json_t *from = members[member].where == AT_TOP
	    ? identity
	    : json_object_get(identity, "certificate");

	return json_object_get(from, members[member].name);
}

/* Of a list, any value will do. */
static bool
member_matches(size_t i, const json_t *wanted, const json_t *identity)
{
	const json_t *value = identity_value(i, identity);
	size_t n;
	json_t *item;

	if (!json_is_array(value))
		return value_matches(i, wanted, value);
	json_array_foreach(value, n, item)
	{
		if (value_matches(i, wanted, item))
			return true;
	}
	return false;
}

/* Does the identity fulfil every member of this map? */
static bool
map_matches(const json_t *match, const json_t *identity)
{
	size_t asked = 0;

	for (size_t i = 0; members[i].name != NULL; i++) {
		const json_t *wanted = json_object_get(match, members[i].name);

		if (wanted == NULL)
			continue;
		if (!member_matches(i, wanted, identity))
			return false;
		asked++;
	}
	return asked > 0 && asked == json_object_size(match);
}

bool
identity_matches(const json_t *match, const json_t *identity)
{
	size_t i;
	json_t *map;

	json_array_foreach(match, i, map)
	{
		if (map_matches(map, identity))
			return true;
	}
	return map_matches(match, identity);
}

/* --- checking ------------------------------------------------------------- */

static bool
check_value(size_t i, const json_t *wanted, struct errmsg *err)
{
	struct network network;

	if (members[i].how == AS_NUMBER)
		return (json_is_integer(wanted) &&
			   json_integer_value(wanted) >= 0) ||
		    errmsg_set(err, "want a number: the %s", members[i].help);
	if (!json_is_string(wanted))
		return errmsg_set(err, "want a string");
	if (members[i].how == AS_NETWORK &&
	    !parse_network(json_string_value(wanted), &network))
		return errmsg_set(err,
		    "want an address or a network such as "
		    "\"10.0.0.0/8\"");
	if (members[i].how == AS_FINGERPRINT &&
	    !same_fingerprint(
		json_string_value(wanted), json_string_value(wanted)))
		return errmsg_set(err, "want 64 hex digits");
	return true;
}

bool
identity_check_member(const char *key, const json_t *wanted, struct errmsg *err)
{
	size_t i = find_member(key), n;
	json_t *item;

	if (members[i].name == NULL)
		return unknown_key(key, "unknown key", err);
	if (!json_is_array(wanted))
		return check_value(i, wanted, err);
	if (json_array_size(wanted) == 0)
		return errmsg_set(err, "an empty list matches nobody");
	json_array_foreach(wanted, n, item)
	{
		if (!check_value(i, item, err))
			return errmsg_prefix(err, "item %zu", n + 1);
	}
	return true;
}

/* The same of each member of a map. */
static bool
check_map(json_t *match, char *where, size_t size, struct errmsg *err)
{
	const char *key;
	json_t *wanted;

	if (json_object_size(match) == 0)
		return errmsg_set(err,
		    "want at least one of listener, uid, gid, address, CN, O, "
		    "OU, DNS, URI, email, sha256, spki_sha256");
	json_object_foreach(match, key, wanted)
	{
		if (!identity_check_member(key, wanted, err)) {
			(void)strncat(where, key, size - 1);
			return false;
		}
	}
	return true;
}

bool
identity_check(json_t *match, char *where, size_t size, struct errmsg *err)
{
	size_t i;
	json_t *map;

	where[0] = '\0';
	json_array_foreach(match, i, map)
	{
		if (!check_map(map, where, size, err))
			return false;
	}
	return json_array_size(match) > 0 || check_map(match, where, size, err);
}

/* --- one match and another -------------------------------------------------- */

/* A value that stands for itself alone. */
static bool
is_literal(size_t i, const json_t *wanted)
{
	const char *text = json_string_value(wanted);

	return members[i].how != AS_PATTERN ||
	    (text != NULL && strpbrk(text, "*?[\\") == NULL);
}

/* Whatever fulfils narrow fulfils wide. */
static bool
covers_value(size_t i, const json_t *wide, const json_t *narrow)
{
	size_t n;
	json_t *item;

	json_array_foreach(narrow, n, item)
	{
		if (!covers_value(i, wide, item))
			return false;
	}
	if (json_is_array(narrow))
		return json_array_size(narrow) > 0;
	json_array_foreach(wide, n, item)
	{
		if (covers_value(i, item, narrow))
			return true;
	}
	return json_equal(wide, narrow) ||
	    (members[i].how == AS_PATTERN && json_is_string(wide) &&
		strcmp(json_string_value(wide), "*") == 0) ||
	    (is_literal(i, narrow) && one_matches(i, wide, narrow));
}

/* Everybody has a listener and a transport. */
static bool
takes_all(const char *key, const json_t *wanted)
{
	return json_is_string(wanted) &&
	    strcmp(json_string_value(wanted), "*") == 0 &&
	    (strcmp(key, "listener") == 0 || strcmp(key, "transport") == 0);
}

static bool
covers_map(json_t *wide, const json_t *narrow)
{
	const char *key;
	json_t *wanted;

	json_object_foreach(wide, key, wanted)
	{
		size_t i = find_member(key);
		const json_t *own = json_object_get(narrow, key);

		if (members[i].name == NULL ||
		    (!takes_all(key, wanted) &&
			(own == NULL || !covers_value(i, wanted, own))))
			return false;
	}
	return json_object_size(wide) > 0;
}

bool
identity_covers(json_t *wide, json_t *narrow)
{
	size_t i;
	json_t *map;

	json_array_foreach(narrow, i, map)
	{
		if (!identity_covers(wide, map))
			return false;
	}
	if (json_is_array(narrow))
		return json_array_size(narrow) > 0;
	json_array_foreach(wide, i, map)
	{
		if (covers_map(map, narrow))
			return true;
	}
	return covers_map(wide, narrow);
}

struct identity_key
identity_key(size_t i)
{
	return (struct identity_key){
	    members[i].name, members[i].help, members[i].how == AS_NUMBER};
}

/* --- one spelling ----------------------------------------------------------- */

size_t
identity_member(const char *key)
{
	return find_member(key);
}

static bool
spell_fingerprint(const char *from, char *to)
{
	size_t digits = 0;

	for (; *from != '\0' && digits < FINGERPRINT_DIGITS; from++) {
		if (*from != ':')
			to[digits++] = (char)tolower((unsigned char)*from);
	}
	to[digits] = '\0';
	return true;
}

static bool
spell_address(const char *from, char *to)
{
	struct network network;

	if (!parse_network(from, &network) || network.bits != 128)
		return false;
	for (size_t i = 0; i < sizeof(network.bytes); i++)
		(void)snprintf(to + 2 * i, 3, "%02x", network.bytes[i]);
	return true;
}

bool
identity_spell(
    size_t member, const json_t *value, char text[IDENTITY_SPELLING_LEN])
{
	const char *from = json_string_value(value);

	if (members[member].how == AS_NUMBER) {
		(void)snprintf(text, IDENTITY_SPELLING_LEN, "%lld",
		    (long long)json_integer_value(value));
		return json_is_integer(value);
	}
	if (from == NULL)
		return false;
	if (members[member].how == AS_FINGERPRINT)
		return spell_fingerprint(from, text);
	if (members[member].how == AS_NETWORK)
		return spell_address(from, text);
	if (strlen(from) >= IDENTITY_SPELLING_LEN)
		return false;
	memcpy(text, from, strlen(from) + 1);
	return is_literal(member, value);
}

/* --- asking and making ---------------------------------------------------- */

enum identity_source
identity_source(const char *key)
{
	size_t i = find_member(key);

	if (members[i].name == NULL)
		return IDENTITY_ANYONE;
	if (members[i].where != AT_TOP)
		return IDENTITY_CERTIFICATE;
	if (members[i].how == AS_NUMBER)
		return IDENTITY_UNIX;
	return members[i].how == AS_NETWORK ? IDENTITY_NETWORK
					    : IDENTITY_ANYONE;
}

/* The value that a caller would have, new; NULL with the reason. */
static json_t *
value_of(size_t i, const char *text, struct errmsg *err)
{
	unsigned char bytes[16];
	char *end;
	long long number;
	bool v4;

	if (members[i].how == AS_NUMBER) {
		errno = 0;
		number = strtoll(text, &end, 10);
		if (isdigit((unsigned char)*text) && *end == '\0' && errno == 0)
			return json_integer(number);
		(void)errmsg_set(err, "want a number, not \"%s\"", text);
		return NULL;
	}
	if (members[i].how == AS_NETWORK && !parse_host(text, bytes, &v4)) {
		(void)errmsg_set(err, "want an IP address, not \"%s\"", text);
		return NULL;
	}
	if (members[i].how == AS_FINGERPRINT && !same_fingerprint(text, text)) {
		(void)errmsg_set(err, "want 64 hex digits");
		return NULL;
	}
	if (strcmp(members[i].name, "transport") == 0 &&
	    strcmp(text, "unix") != 0 && strcmp(text, "tcp") != 0 &&
	    strcmp(text, "tls") != 0) {
		(void)errmsg_set(err, "want %s", members[i].help);
		return NULL;
	}
	return members[i].where == AT_LIST ? json_pack("[s]", text)
					   : json_string(text);
}

bool
identity_set(
    json_t *identity, const char *key, const char *text, struct errmsg *err)
{
	size_t i = find_member(key);
	char unknown[96];
	json_t *value, *into = identity;

	if (members[i].name == NULL) {
		(void)snprintf(
		    unknown, sizeof(unknown), "unknown key \"%s\"", key);
		return unknown_key(key, unknown, err);
	}
	(void)errmsg_set(err, "want UTF-8");
	value = value_of(i, text, err);
	if (value == NULL)
		return errmsg_prefix(err, "%s", key);
	if (members[i].where != AT_TOP) {
		into = json_object_get(identity, "certificate");
		if (into == NULL &&
		    json_object_set_new(
			identity, "certificate", json_object()) == 0)
			into = json_object_get(identity, "certificate");
	}
	return json_object_set_new(into, key, value) == 0 || errmsg_nomem(err);
}
