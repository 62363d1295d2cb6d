/* SPDX-License-Identifier: Apache-2.0 */
/* tls_server_test -- a listener with TLS in a guard that runs: who gets in, who
 * no more after a reload, and calls and tunnels through it. */
#include "loop/world.h"

#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit/certs.h"
#include "unit/unit.h"

#define ALL "{\"calls\": {\"allow\": [\"*\"]}}"
#define LIST "GET /v1.41/containers/json HTTP/1.1\r\nHost: x\r\n\r\n"
#define UNKNOWN "GET /v1.41/nothing HTTP/1.1\r\nHost: x\r\n\r\n"
#define TWO "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]"
#define CLIENT_SERIAL 10

/* --- a world with certificates -------------------------------------------- */

static struct {
	struct world world;
	struct sockaddr_in at;
	int reserved; /* keeps the port ours, while the guard listens on it */
	char folder[200], ca_path[256], cert_path[256], key_path[256],
	    crl_path[256];
	struct pair ca, server, client;
} here;

static void
reserve_port(void)
{
	socklen_t len = sizeof(here.at);
	int one = 1;

	here.at = (struct sockaddr_in){.sin_family = AF_INET,
	    .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
	here.reserved = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(here.reserved >= 0);
	assert_int_equal(setsockopt(here.reserved, SOL_SOCKET, SO_REUSEADDR,
			     &one, sizeof(one)),
	    0);
	assert_int_equal(
	    bind(here.reserved, (struct sockaddr *)&here.at, len), 0);
	assert_int_equal(
	    getsockname(here.reserved, (struct sockaddr *)&here.at, &len), 0);
}

/* The server's certificate and key, made anew. */
static void
make_server(long serial)
{
	struct cert_plan plan = {.cn = "localhost",
	    .san = "DNS:localhost",
	    .eku = "serverAuth",
	    .serial = serial};

	free_pair(&here.server);
	here.server = make_cert(&plan, &here.ca);
	write_cert(here.cert_path, here.server.cert);
	write_key(here.key_path, here.server.key, 0600);
}

/* The configuration: a listener with TLS, or without it any more. */
static char *
members(const char *timeouts, bool with_tls)
{
	json_t *tls = json_pack("{s:s, s:s, s:s, s:[s]}", "certificate",
	    here.cert_path, "key", here.key_path, "client_ca", here.ca_path,
	    "crl", here.crl_path);
	json_t *remote = json_pack("{s:s, s:o}", "name", "remote", "address",
	    json_sprintf("tcp://127.0.0.1:%d", ntohs(here.at.sin_port)));
	json_auto_t *all = json_pack("{s:[O], s:[{s:{s:s}, s:s, s:s}], s:o}",
	    "listeners", remote, "identities", "match", "listener", "remote",
	    "team", "remotes", "tier", "t", "timeouts",
	    json_loads(timeouts, 0, NULL));
	char *text;

	assert_true(tls != NULL && all != NULL);
	if (with_tls)
		assert_int_equal(json_object_set(remote, "tls", tls), 0);
	text = json_dumps(all, 0);
	assert_non_null(text);
	json_decref(tls);
	json_decref(remote);
	return text;
}

/* Where time is not what is tested, the guard is as patient as its callers: on a
 * busy machine, and under valgrind, a handshake may take longer than anybody's. */
#define PATIENT "{\"handshake\": \"30s\", \"head\": \"30s\"}"

static void
start(const char *timeouts)
{
	char *text = members(timeouts, true);

	world_start(&here.world, ALL, text);
	free(text);
}

/* Give the listener TLS, or take it away. */
static void
change_tls(bool with_tls)
{
	char *text = members(PATIENT, with_tls);

	world_write(&here.world, world_config(&here.world, ALL, text));
	free(text);
	assert_int_equal(kill(here.world.guard, SIGHUP), 0);
}

static int
setup(void **state)
{
	struct cert_plan ca = {.cn = "test ca", .ca = true, .serial = 1};
	struct cert_plan client = {.cn = "ci-7",
	    .o = "acme",
	    .eku = "clientAuth",
	    .serial = CLIENT_SERIAL};

	(void)state;
	memset(&here, 0, sizeof(here));
	(void)signal(SIGPIPE, SIG_IGN);
	make_folder(here.folder, sizeof(here.folder));
	(void)snprintf(here.ca_path, 256, "%s/ca", here.folder);
	(void)snprintf(here.cert_path, 256, "%s/cert", here.folder);
	(void)snprintf(here.key_path, 256, "%s/key", here.folder);
	(void)snprintf(here.crl_path, 256, "%s/crl", here.folder);
	here.ca = make_cert(&ca, NULL);
	here.client = make_cert(&client, &here.ca);
	write_cert(here.ca_path, here.ca.cert);
	write_crl(here.crl_path, &here.ca, 0, 3600);
	make_server(2);
	reserve_port();
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	(void)unlink(here.ca_path);
	(void)unlink(here.cert_path);
	(void)unlink(here.key_path);
	(void)unlink(here.crl_path);
	(void)rmdir(here.folder);
	free_pair(&here.ca);
	free_pair(&here.server);
	free_pair(&here.client);
	(void)close(here.reserved);
	return 0;
}

/* --- a caller with TLS ---------------------------------------------------- */

struct caller {
	int fd;
	SSL_CTX *context;
	SSL *ssl;
};

static int
connect_tcp(void)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int small = 1 << 16;

	assert_true(fd >= 0);
	/* Or the kernel lets it grow by tens of megabytes. */
	assert_int_equal(
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small)), 0);
	assert_int_equal(
	    connect(fd, (struct sockaddr *)&here.at, sizeof(here.at)), 0);
	world_be_patient(fd);
	return fd;
}

/* Connect, with the certificate of pair, or none; no handshake yet. */
static struct caller
call_with(const struct pair *pair)
{
	struct caller caller = {.fd = connect_tcp()};

	caller.context = SSL_CTX_new(TLS_client_method());
	assert_non_null(caller.context);
	if (pair != NULL) {
		assert_int_equal(
		    SSL_CTX_use_certificate(caller.context, pair->cert), 1);
		assert_int_equal(
		    SSL_CTX_use_PrivateKey(caller.context, pair->key), 1);
	}
	caller.ssl = SSL_new(caller.context);
	assert_non_null(caller.ssl);
	assert_int_equal(SSL_set_fd(caller.ssl, caller.fd), 1);
	SSL_set_connect_state(caller.ssl);
	return caller;
}

static void
hang_up(struct caller *caller)
{
	SSL_free(caller->ssl);
	SSL_CTX_free(caller->context);
	(void)close(caller->fd);
}

static struct caller
call(void)
{
	struct caller caller = call_with(&here.client);

	assert_int_equal(SSL_connect(caller.ssl), 1);
	return caller;
}

static void
ask(struct caller *caller, const char *text)
{
	assert_int_equal(
	    SSL_write(caller->ssl, text, (int)strlen(text)), (int)strlen(text));
}

/* Exactly len bytes; the caller's, with a NUL behind. */
static char *
get(struct caller *caller, size_t len)
{
	char *text = calloc(1, len + 1);
	size_t have = 0, n;

	assert_non_null(text);
	for (; have < len; have += n) {
		if (SSL_read_ex(caller->ssl, text + have, len - have, &n) != 1)
			fail_msg("only %zu of %zu bytes came", have, len);
	}
	return text;
}

static void
get_text(struct caller *caller, const char *text)
{
	char *is = get(caller, strlen(text));

	assert_string_equal(is, text);
	free(is);
}

/* Read a head, which has this in it. */
static void
get_head_with(struct caller *caller, const char *part)
{
	char head[4096] = "";
	size_t len = 0, n;

	while (len < 4 || strcmp(head + len - 4, "\r\n\r\n") != 0) {
		assert_true(len < sizeof(head) - 1);
		if (SSL_read_ex(caller->ssl, head + len, 1, &n) != 1)
			fail_msg("the head ended after \"%s\"", head);
		len += n;
	}
	if (strstr(head, part) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", part, head);
}

/* The guard says goodbye in TLS: what came before is whole. */
static void
get_end(struct caller *caller)
{
	char byte;
	int n = SSL_read(caller->ssl, &byte, 1);

	assert_int_equal(SSL_get_error(caller->ssl, n), SSL_ERROR_ZERO_RETURN);
}

/* Does a client with this certificate get an answer? */
static bool
gets_in(const struct pair *pair)
{
	struct caller caller = call_with(pair);
	char byte;
	bool in = SSL_connect(caller.ssl) == 1 &&
	    SSL_write(caller.ssl, UNKNOWN, sizeof(UNKNOWN) - 1) > 0 &&
	    SSL_read(caller.ssl, &byte, 1) == 1;

	ERR_clear_error();
	hang_up(&caller);
	return in;
}

/* A whole call; proves that the guard is well. */
static void
make_call(struct caller *caller)
{
	int engine;

	ask(caller, LIST);
	engine = world_accept(&here.world);
	free(hear_head(engine));
	say(engine, TWO);
	(void)close(engine);
	get_head_with(caller, "HTTP/1.1 200 OK\r\n");
	get_text(caller, "[]");
}

/* --- who gets in ---------------------------------------------------------- */

static void
test_certificate_is_required(void **state)
{
	struct cert_plan plan = {
	    .cn = "ci-7", .eku = "clientAuth", .serial = CLIENT_SERIAL};
	struct pair stranger = make_cert(&plan, NULL);
	struct caller caller;
	char byte;

	(void)state;
	start(PATIENT);
	caller = call_with(NULL);
	/* In TLS 1.3 the client has done its part before the server looks. */
	assert_int_equal(SSL_connect(caller.ssl), 1);
	assert_true(SSL_read(caller.ssl, &byte, 1) <= 0);
	assert_int_equal(ERR_GET_REASON(ERR_get_error()),
	    SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED);
	hang_up(&caller);
	assert_false(gets_in(&stranger));
	assert_true(gets_in(&here.client));
	assert_true(is_silent(here.world.engine));
	free_pair(&stranger);
	world_end(&here.world);
}

/* Plain HTTP on a port for TLS is not answered in any way. */
static void
test_no_tls_at_all(void **state)
{
	struct pollfd pollfd;
	char *rest;
	int fd;

	(void)state;
	start(PATIENT);
	fd = connect_tcp();
	say(fd, LIST);
	pollfd = (struct pollfd){.fd = fd, .events = POLLIN};
	assert_int_equal(poll(&pollfd, 1, WORLD_PATIENCE_SECONDS * 1000), 1);
	rest = hear_rest(fd);
	assert_null(strstr(rest, "HTTP/1.1 2"));
	free(rest);
	(void)close(fd);
	assert_true(is_silent(here.world.engine));
	world_end(&here.world);
}

static void
test_identity_is_recorded(void **state)
{
	struct caller caller;
	json_t *record, *identity;

	(void)state;
	start(PATIENT);
	caller = call();
	make_call(&caller);
	record = world_record(&here.world, "\"event\":\"request\"");
	identity = json_object_get(record, "identity");
	assert_string_equal(
	    json_string_value(json_object_get(record, "team")), "remotes");
	assert_string_equal(
	    json_string_value(json_object_get(identity, "transport")), "tls");
	assert_json(
	    json_object_get(json_object_get(identity, "certificate"), "CN"),
	    "\"ci-7\"");
	assert_json(json_object_get(identity, "address"), "\"127.0.0.1\"");
	json_decref(record);
	hang_up(&caller);
	world_end(&here.world);
}

/* --- reloads -------------------------------------------------------------- */

/* Whoever is on the new list is cut off and stays out; others stay in. */
static void
test_revocation(void **state)
{
	struct cert_plan plan = {
	    .cn = "ci-8", .eku = "clientAuth", .serial = CLIENT_SERIAL + 1};
	struct pair other = make_cert(&plan, &here.ca);
	struct caller revoked, stays;

	(void)state;
	start(PATIENT);
	revoked = call();
	make_call(&revoked);
	stays = call_with(&other);
	make_call(&stays);
	write_crl(here.crl_path, &here.ca, CLIENT_SERIAL, 3600);
	assert_int_equal(kill(here.world.guard, SIGHUP), 0);
	get_end(&revoked);
	assert_false(gets_in(&here.client));
	make_call(&stays);
	assert_true(gets_in(&other));
	hang_up(&revoked);
	hang_up(&stays);
	free_pair(&other);
	world_end(&here.world);
}

static int
not_now(SSL *ssl, void *arg)
{
	(void)ssl;
	(void)arg;
	return -1;
}

/* Begin a handshake and leave it where the client is asked who it is. */
static struct caller
begin_handshake(void)
{
	struct caller caller = call_with(&here.client);

	SSL_set_cert_cb(caller.ssl, not_now, NULL);
	assert_int_equal(SSL_connect(caller.ssl), -1);
	assert_int_equal(
	    SSL_get_error(caller.ssl, -1), SSL_ERROR_WANT_X509_LOOKUP);
	SSL_set_cert_cb(caller.ssl, NULL, NULL);
	return caller;
}

/* Finish it: whatever the guard says to a call now, it is no answer of the
 * engine's. */
static void
end_handshake_in_vain(struct caller *caller)
{
	char answer[64] = "";

	if (SSL_connect(caller->ssl) == 1 &&
	    SSL_write(caller->ssl, LIST, sizeof(LIST) - 1) > 0 &&
	    SSL_read(caller->ssl, answer, sizeof(answer) - 1) > 0)
		assert_memory_equal(answer, "HTTP/1.1 403 ", 13);
	assert_true(is_silent(here.world.engine));
	hang_up(caller);
}

/* A certificate that held when the handshake began is looked at once more. */
static void
test_revocation_in_a_handshake(void **state)
{
	struct caller caller, witness;

	(void)state;
	start(PATIENT);
	witness = call();
	make_call(&witness);
	caller = begin_handshake();
	write_crl(here.crl_path, &here.ca, CLIENT_SERIAL, 3600);
	assert_int_equal(kill(here.world.guard, SIGHUP), 0);
	get_end(&witness);
	end_handshake_in_vain(&caller);
	hang_up(&witness);
	world_end(&here.world);
}

/* The same where the listener has no TLS any more. */
static void
test_end_of_tls_in_a_handshake(void **state)
{
	struct caller caller, witness;
	char *head;
	int plain;

	(void)state;
	start(PATIENT);
	witness = call();
	make_call(&witness);
	caller = begin_handshake();
	change_tls(false);
	get_end(&witness);
	end_handshake_in_vain(&caller);
	plain = connect_tcp();
	say(plain, UNKNOWN);
	head = hear_head(plain);
	assert_memory_equal(head, "HTTP/1.1 403 ", 13);
	free(head);
	(void)close(plain);
	hang_up(&witness);
	world_end(&here.world);
}

/* Who came in before a certificate was asked for has to come again. */
static void
test_begin_of_tls(void **state)
{
	char *text, *head;
	int plain, engine;

	(void)state;
	text = members("{}", false);
	world_start(&here.world, ALL, text);
	free(text);
	plain = connect_tcp();
	say(plain, LIST);
	engine = world_accept(&here.world);
	free(hear_head(engine));
	say(engine, TWO);
	(void)close(engine);
	free(hear_head(plain));
	change_tls(true);
	for (int i = 0; i < 5000 && !gets_in(&here.client); i++)
		;
	say(plain, LIST);
	head = hear_rest(plain);
	assert_non_null(strstr(head, "the listener has changed"));
	free(head);
	(void)close(plain);
	assert_true(is_silent(here.world.engine));
	world_end(&here.world);
}

static long
server_serial(const struct caller *caller)
{
	X509 *cert = SSL_get1_peer_certificate(caller->ssl);
	long serial;

	assert_non_null(cert);
	serial = ASN1_INTEGER_get(X509_get0_serialNumber(cert));
	X509_free(cert);
	return serial;
}

static void
test_new_server_certificate(void **state)
{
	struct caller old, new;
	long serial = 2;

	(void)state;
	start(PATIENT);
	old = call();
	assert_int_equal(server_serial(&old), 2);
	make_call(&old);
	make_server(3);
	assert_int_equal(kill(here.world.guard, SIGHUP), 0);
	for (int i = 0; i < 5000 && serial == 2; i++) {
		new = call();
		serial = server_serial(&new);
		if (serial == 3)
			make_call(&new);
		hang_up(&new);
	}
	assert_int_equal(serial, 3);
	make_call(&old);
	hang_up(&old);
	world_end(&here.world);
}

/* A certificate that does not go with its key: the old one is served on. */
static void
test_certificate_that_cannot_be_loaded(void **state)
{
	struct caller caller;

	(void)state;
	start(PATIENT);
	write_cert(here.cert_path, here.client.cert);
	assert_int_equal(kill(here.world.guard, SIGHUP), 0);
	world_rest(&here.world);
	caller = call();
	assert_int_equal(server_serial(&caller), 2);
	make_call(&caller);
	hang_up(&caller);
	world_end(&here.world);
}

/* --- clients that do not speak ------------------------------------------ */

static void
test_silence(void **state)
{
	static const char begun[] = {0x16, 0x03, 0x01, 0x02};
	char *rest;
	int silent, slow;

	(void)state;
	start("{\"handshake\": \"200ms\"}");
	silent = connect_tcp();
	slow = connect_tcp();
	say_bytes(slow, begun, sizeof(begun));
	rest = hear_rest(silent);
	assert_string_equal(rest, "");
	free(rest);
	rest = hear_rest(slow);
	assert_string_equal(rest, "");
	free(rest);
	(void)close(silent);
	(void)close(slow);
	world_end(&here.world);
}

static void
test_slow_head(void **state)
{
	struct caller slow, idle;

	(void)state;
	start("{\"head\": \"200ms\", \"idle\": \"200ms\"}");
	slow = call();
	ask(&slow, "GET /v1.41/info HT");
	get_head_with(&slow, "HTTP/1.1 408 ");
	json_decref(world_record(&here.world, "\"verdict\":\"refuse\""));
	idle = call();
	get_end(&idle);
	hang_up(&slow);
	hang_up(&idle);
	world_end(&here.world);
}

/* --- goodbyes ------------------------------------------------------------- */

#define LONG_ANSWER (1 << 20)
#define PART (1 << 16)

/* A client that says goodbye after its request still reads: it gets it all. */
static void
test_goodbye_after_the_request(void **state)
{
	char *bytes = malloc(LONG_ANSWER), *body;
	struct caller caller;
	int engine;

	(void)state;
	assert_non_null(bytes);
	for (int i = 0; i < LONG_ANSWER; i++)
		bytes[i] = (char)(i * 31 >> 3 ^ i >> 16);
	start(PATIENT);
	caller = call();
	ask(&caller, LIST);
	assert_int_equal(SSL_shutdown(caller.ssl), 0);
	engine = world_accept(&here.world);
	free(hear_head(engine));
	free(hear_rest(engine));
	(void)dprintf(engine, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n",
	    LONG_ANSWER);
	get_head_with(&caller, "Connection: close\r\n");
	for (int at = 0; at < LONG_ANSWER; at += PART) {
		say_bytes(engine, bytes + at, PART);
		body = get(&caller, PART);
		assert_memory_equal(body, bytes + at, PART);
		free(body);
	}
	get_end(&caller);
	(void)close(engine);
	free(bytes);
	hang_up(&caller);
	world_end(&here.world);
}

#define ATTACH                                                                 \
	"POST /v1.41/containers/a/attach?stream=1&stdin=1 HTTP/1.1\r\n"        \
	"Host: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"

/* The client ends its input; the engine hears of it and says the rest. */
static void
test_goodbye_in_a_tunnel(void **state)
{
	struct caller caller;
	char *rest;
	int engine;

	(void)state;
	start(PATIENT);
	caller = call();
	ask(&caller, ATTACH);
	engine = world_accept(&here.world);
	free(hear_head(engine));
	say(engine,
	    "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\n"
	    "Upgrade: tcp\r\n\r\n");
	get_head_with(&caller, "HTTP/1.1 101 ");
	ask(&caller, "in");
	assert_int_equal(SSL_shutdown(caller.ssl), 0);
	rest = hear_rest(engine);
	assert_string_equal(rest, "in");
	free(rest);
	say(engine, "last words");
	(void)close(engine);
	get_text(&caller, "last words");
	get_end(&caller);
	hang_up(&caller);
	world_end(&here.world);
}

/* --- pressure ------------------------------------------------------------- */

/* More than the buffers of a TCP connection. */
#define BULK (64 << 20)

/* Send what the socket takes at once of BULK bytes, from at on. */
static size_t
push(int fd, const char *bytes, size_t at)
{
	ssize_t n = BULK == at
	    ? 0
	    : send(fd, bytes + at, BULK - at, MSG_DONTWAIT | MSG_NOSIGNAL);

	return n < 0 ? 0 : (size_t)n;
}

/* Records that could be sent in part only are sent again, whole and in order:
 * the bytes are right, and few of them wait in the guard. */
static void
test_client_that_does_not_read(void **state)
{
	char *bytes, *part;
	struct caller caller;
	size_t sent = 0, before;
	long memory;
	int engine;

	(void)state;
	start(PATIENT);
	bytes = malloc(BULK);
	assert_non_null(bytes);
	for (size_t i = 0; i < BULK; i++)
		bytes[i] = (char)(i * 31 >> 3 ^ i >> 16);
	caller = call();
	memory = world_memory(&here.world);
	ask(&caller, LIST);
	engine = world_accept(&here.world);
	free(hear_head(engine));
	(void)dprintf(
	    engine, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", BULK);
	do {
		before = sent;
		sent += push(engine, bytes, sent);
		world_rest(&here.world);
	} while (sent != before);
	assert_true(sent < BULK / 2);
	world_check_memory(&here.world, memory);
	get_head_with(&caller, "HTTP/1.1 200 OK\r\n");
	for (size_t heard = 0; heard < BULK; heard += PART) {
		while ((before = push(engine, bytes, sent)) > 0)
			sent += before;
		part = get(&caller, PART);
		assert_memory_equal(part, bytes + heard, PART);
		free(part);
	}
	free(bytes);
	(void)close(engine);
	make_call(&caller);
	hang_up(&caller);
	world_end(&here.world);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_certificate_is_required),
	    TEST(test_no_tls_at_all),
	    TEST(test_identity_is_recorded),
	    TEST(test_revocation),
	    TEST(test_revocation_in_a_handshake),
	    TEST(test_end_of_tls_in_a_handshake),
	    TEST(test_begin_of_tls),
	    TEST(test_new_server_certificate),
	    TEST(test_certificate_that_cannot_be_loaded),
	    TEST(test_silence),
	    TEST(test_slow_head),
	    TEST(test_goodbye_after_the_request),
	    TEST(test_goodbye_in_a_tunnel),
	    TEST(test_client_that_does_not_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
