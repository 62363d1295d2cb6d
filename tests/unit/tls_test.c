/* SPDX-License-Identifier: Apache-2.0 */
/* Who may connect: handshakes over a socket pair, with a real client. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "net/tls.h"
#include "unit/certs.h"
#include "unit/unit.h"

/* Our side: a CA, a server certificate, their files. */
static struct {
	char folder[256], ca_path[300], cert_path[300], key_path[300],
	    crl_path[300];
	struct pair ca, server;
} here;

static struct tls_settings
settings(const json_t *crl)
{
	return (struct tls_settings){.certificate = here.cert_path,
	    .key = here.key_path,
	    .client_ca = here.ca_path,
	    .crl = crl};
}

static int
setup(void **state)
{
	struct cert_plan ca = {.cn = "test ca", .ca = true, .serial = 1};
	struct cert_plan server = {.cn = "localhost",
	    .san = "DNS:localhost",
	    .eku = "serverAuth",
	    .serial = 2};

	(void)state;
	(void)signal(SIGPIPE, SIG_IGN);
	make_folder(here.folder, sizeof(here.folder));
	(void)snprintf(
	    here.ca_path, sizeof(here.ca_path), "%s/ca", here.folder);
	(void)snprintf(
	    here.cert_path, sizeof(here.cert_path), "%s/cert", here.folder);
	(void)snprintf(
	    here.key_path, sizeof(here.key_path), "%s/key", here.folder);
	(void)snprintf(
	    here.crl_path, sizeof(here.crl_path), "%s/crl", here.folder);
	here.ca = make_cert(&ca, NULL);
	here.server = make_cert(&server, &here.ca);
	write_cert(here.ca_path, here.ca.cert);
	write_cert(here.cert_path, here.server.cert);
	write_key(here.key_path, here.server.key, 0600);
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
	return 0;
}

/* --- a conversation ------------------------------------------------------- */

struct talk {
	int fds[2];
	SSL_CTX *client_ctx;
	SSL *client;
	struct tls *server;
};

static void
talk_begin(struct talk *talk, struct tls_context *context,
    const struct pair *pair, int max_version)
{
	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, talk->fds), 0);
	talk->client_ctx = SSL_CTX_new(TLS_client_method());
	assert_non_null(talk->client_ctx);
	/* A careless client: our side alone decides. */
	SSL_CTX_set_security_level(talk->client_ctx, 0);
	assert_int_equal(
	    SSL_CTX_set_max_proto_version(talk->client_ctx, max_version), 1);
	if (pair != NULL) {
		assert_int_equal(
		    SSL_CTX_use_certificate(talk->client_ctx, pair->cert), 1);
		assert_int_equal(
		    SSL_CTX_use_PrivateKey(talk->client_ctx, pair->key), 1);
	}
	talk->client = SSL_new(talk->client_ctx);
	assert_int_equal(SSL_set_fd(talk->client, talk->fds[0]), 1);
	SSL_set_connect_state(talk->client);
	talk->server = tls_new(context, talk->fds[1]);
	assert_non_null(talk->server);
}

static void
talk_end(struct talk *talk)
{
	SSL_free(talk->client);
	SSL_CTX_free(talk->client_ctx);
	tls_free(talk->server);
	(void)close(talk->fds[0]);
	(void)close(talk->fds[1]);
}

/* Let both sides speak until ours has made up its mind. */
static bool
shake(struct talk *talk)
{
	enum tls_result result = TLS_WANT_READ;

	for (int turn = 0; turn < 100; turn++) {
		(void)SSL_do_handshake(talk->client);
		result = tls_handshake(talk->server);
		if (result == TLS_OK || result == TLS_ERROR ||
		    result == TLS_CLOSED)
			break;
	}
	assert_true(result != TLS_WANT_READ && result != TLS_WANT_WRITE);
	return result == TLS_OK;
}

static struct tls_context *
make_context(const json_t *crl)
{
	struct tls_settings plain = settings(crl);
	struct errmsg err;
	struct tls_context *context = tls_context_new(&plain, &err);

	if (context == NULL)
		fail_msg("%s", err.text);
	return context;
}

/* --- who gets in ---------------------------------------------------------- */

#define CLIENT .eku = "clientAuth", .serial = 10

static const struct {
	const char *why;
	struct cert_plan plan;
	bool by_itself, accepted;
} clients[] = {
    {"a client", {.cn = "ci-7", CLIENT}, false, true},
    {"a client and server",
	{.cn = "ci-7", .eku = "clientAuth,serverAuth", .serial = 10}, false,
	true},
    {"a client with RSA", {.cn = "ci-7", CLIENT, .rsa_bits = 2048}, false,
	true},
    {"no purpose", {.cn = "ci-7", .serial = 10}, false, false},
    {"a server", {.cn = "ci-7", .eku = "serverAuth", .serial = 10}, false,
	false},
    {"any purpose", {.cn = "ci-7", .eku = "anyExtendedKeyUsage", .serial = 10},
	false, false},
    {"a CA", {.cn = "ci-7", CLIENT, .ca = true}, false, false},
    {"expired", {.cn = "ci-7", CLIENT, .from = -7200, .until = -3600}, false,
	false},
    {"not yet", {.cn = "ci-7", CLIENT, .from = 3600}, false, false},
    {"signed by itself", {.cn = "ci-7", CLIENT}, true, false},
    {"short key", {.cn = "ci-7", CLIENT, .rsa_bits = 1024}, false, false},
    {"NUL in the name", {.cn = "admin\0.evil", .cn_len = 11, CLIENT}, false,
	false},
};

static void
test_clients(void **state)
{
	static const int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};
	struct tls_context *context = make_context(NULL);

	(void)state;
	for (size_t i = 0; i < COUNT(clients); i++) {
		struct pair pair = make_cert(
		    &clients[i].plan, clients[i].by_itself ? NULL : &here.ca);

		for (size_t v = 0; v < COUNT(versions); v++) {
			struct talk talk;

			talk_begin(&talk, context, &pair, versions[v]);
			if (shake(&talk) != clients[i].accepted) {
				struct errmsg err;

				tls_error(talk.server, &err);
				fail_msg("%s: %s", clients[i].why, err.text);
			}
			talk_end(&talk);
		}
		free_pair(&pair);
	}
	tls_context_unref(context);
}

static void
test_no_certificate(void **state)
{
	struct tls_context *context = make_context(NULL);
	struct talk talk;

	(void)state;
	talk_begin(&talk, context, NULL, TLS1_3_VERSION);
	assert_false(shake(&talk));
	talk_end(&talk);
	tls_context_unref(context);
}

static void
test_old_protocol(void **state)
{
	struct cert_plan plan = {.cn = "ci-7", CLIENT};
	struct pair pair = make_cert(&plan, &here.ca);
	struct tls_settings strict = settings(NULL);
	struct tls_context *context;
	struct errmsg err;
	struct talk talk;

	(void)state;
	context = make_context(NULL);
	talk_begin(&talk, context, &pair, TLS1_1_VERSION);
	assert_false(shake(&talk));
	talk_end(&talk);
	tls_context_unref(context);
	strict.minimum = 1;
	context = tls_context_new(&strict, &err);
	assert_non_null(context);
	talk_begin(&talk, context, &pair, TLS1_2_VERSION);
	assert_false(shake(&talk));
	talk_end(&talk);
	tls_context_unref(context);
	free_pair(&pair);
}

/* --- revocation ----------------------------------------------------------- */

static bool
gets_in(struct tls_context *context, const struct pair *pair)
{
	struct talk talk;
	bool in;

	talk_begin(&talk, context, pair, TLS1_3_VERSION);
	in = shake(&talk);
	talk_end(&talk);
	return in;
}

static void
test_crl(void **state)
{
	struct cert_plan plan = {.cn = "ci-7", CLIENT};
	struct pair pair = make_cert(&plan, &here.ca);
	json_t *files = json_pack("[s]", here.crl_path);
	struct tls_context *context;
	struct tls_settings missing = settings(files);
	struct errmsg err;

	(void)state;
	(void)unlink(here.crl_path);
	assert_null(tls_context_new(&missing, &err));
	write_file(here.crl_path, "not a list");
	assert_null(tls_context_new(&missing, &err));
	write_crl(here.crl_path, &here.ca, 0, 3600);
	context = make_context(files);
	assert_true(gets_in(context, &pair));
	tls_context_unref(context);
	write_crl(here.crl_path, &here.ca, 10, 3600);
	context = make_context(files);
	assert_false(gets_in(context, &pair));
	tls_context_unref(context);
	/* One that is out of date vouches for nobody. */
	write_crl(here.crl_path, &here.ca, 0, -30);
	context = make_context(files);
	assert_false(gets_in(context, &pair));
	tls_context_unref(context);
	json_decref(files);
	free_pair(&pair);
}

/* A live connection is looked at again by what was reloaded. */
static void
test_still_valid(void **state)
{
	struct cert_plan plan = {.cn = "ci-7", CLIENT};
	struct pair pair = make_cert(&plan, &here.ca);
	json_t *files = json_pack("[s]", here.crl_path);
	struct tls_context *before = make_context(NULL), *after;
	struct errmsg err;
	struct talk talk;

	(void)state;
	talk_begin(&talk, before, &pair, TLS1_3_VERSION);
	assert_true(shake(&talk));
	assert_true(tls_still_valid(talk.server, before, &err));
	after = make_context(NULL);
	assert_true(tls_still_valid(talk.server, after, &err));
	tls_context_unref(after);
	write_crl(here.crl_path, &here.ca, 10, 3600);
	after = make_context(files);
	assert_false(tls_still_valid(talk.server, after, &err));
	assert_non_null(strstr(err.text, "revoked"));
	tls_context_unref(after);
	talk_end(&talk);
	tls_context_unref(before);
	json_decref(files);
	free_pair(&pair);
}

/* --- who it is ------------------------------------------------------------ */

static void
test_identity(void **state)
{
	struct cert_plan plan = {.cn = "ci-7",
	    .o = "acme",
	    .san = "DNS:a.example,DNS:b.example,URI:spiffe://x/ci,"
		   "email:a@b.example,IP:10.0.0.1",
	    CLIENT};
	struct pair pair = make_cert(&plan, &here.ca);
	struct tls_context *context = make_context(NULL);
	struct talk talk;
	json_t *identity;

	(void)state;
	talk_begin(&talk, context, &pair, TLS1_3_VERSION);
	assert_true(shake(&talk));
	identity = tls_identity(talk.server);
	assert_json(json_object_get(identity, "CN"), "\"ci-7\"");
	assert_json(json_object_get(identity, "O"), "[\"acme\"]");
	assert_json(json_object_get(identity, "OU"), "[]");
	assert_json(
	    json_object_get(identity, "DNS"), "[\"a.example\",\"b.example\"]");
	assert_json(json_object_get(identity, "URI"), "[\"spiffe://x/ci\"]");
	assert_json(json_object_get(identity, "email"), "[\"a@b.example\"]");
	assert_json(json_object_get(identity, "serial"), "\"0a\"");
	assert_json(json_object_get(identity, "issuer"), "\"CN=test ca\"");
	assert_int_equal(
	    json_string_length(json_object_get(identity, "sha256")), 64);
	assert_int_equal(
	    json_string_length(json_object_get(identity, "spki_sha256")), 64);
	json_decref(identity);
	talk_end(&talk);
	tls_context_unref(context);
	free_pair(&pair);
}

/* Of two common names, none counts. */
static void
test_two_names(void **state)
{
	struct cert_plan plan = {.cn = "ci-7", .cn2 = "admin", CLIENT};
	struct pair pair = make_cert(&plan, &here.ca);
	struct tls_context *context = make_context(NULL);
	struct talk talk;
	json_t *identity;

	(void)state;
	talk_begin(&talk, context, &pair, TLS1_3_VERSION);
	assert_true(shake(&talk));
	identity = tls_identity(talk.server);
	assert_json(json_object_get(identity, "CN"), "null");
	json_decref(identity);
	talk_end(&talk);
	tls_context_unref(context);
	free_pair(&pair);
}

/* --- sessions and bytes --------------------------------------------------- */

/* A client that offers an old session gets a new handshake, or none. */
static void
test_no_resumption(void **state)
{
	static const int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};
	struct cert_plan plan = {.cn = "ci-7", CLIENT};
	struct pair pair = make_cert(&plan, &here.ca);
	struct tls_context *context = make_context(NULL);

	(void)state;
	for (size_t v = 0; v < COUNT(versions); v++) {
		struct talk talk;
		SSL_SESSION *session;
		char byte;

		talk_begin(&talk, context, &pair, versions[v]);
		assert_true(shake(&talk));
		(void)SSL_do_handshake(talk.client);
		(void)SSL_read(talk.client, &byte, 1);
		session = SSL_get1_session(talk.client);
		talk_end(&talk);
		talk_begin(&talk, context, &pair, versions[v]);
		(void)SSL_set_session(talk.client, session);
		if (shake(&talk))
			assert_int_equal(SSL_session_reused(talk.client), 0);
		talk_end(&talk);
		SSL_SESSION_free(session);
	}
	tls_context_unref(context);
	free_pair(&pair);
}

static void
test_bytes(void **state)
{
	struct cert_plan plan = {.cn = "ci-7", CLIENT};
	struct pair pair = make_cert(&plan, &here.ca);
	struct tls_context *context = make_context(NULL);
	struct talk talk;
	char bytes[16];
	size_t n;

	(void)state;
	talk_begin(&talk, context, &pair, TLS1_3_VERSION);
	assert_true(shake(&talk));
	assert_int_equal(SSL_write(talk.client, "hello", 5), 5);
	assert_int_equal(tls_read(talk.server, bytes, 2, &n), TLS_OK);
	assert_int_equal(n, 2);
	assert_int_equal(tls_pending(talk.server), 3);
	assert_int_equal(tls_read(talk.server, bytes, 16, &n), TLS_OK);
	assert_memory_equal(bytes, "llo", 3);
	assert_int_equal(tls_read(talk.server, bytes, 16, &n), TLS_WANT_READ);
	/* A goodbye from the client does not stop what we have to say. */
	assert_true(SSL_shutdown(talk.client) >= 0);
	assert_int_equal(tls_read(talk.server, bytes, 16, &n), TLS_CLOSED);
	assert_int_equal(tls_write(talk.server, "bye", 3, &n), TLS_OK);
	assert_int_equal(SSL_read(talk.client, bytes, 16), 3);
	tls_shutdown(talk.server);
	tls_shutdown(talk.server);
	assert_int_equal(SSL_read(talk.client, bytes, 16), 0);
	assert_int_equal(SSL_get_error(talk.client, 0), SSL_ERROR_ZERO_RETURN);
	talk_end(&talk);
	tls_context_unref(context);
	free_pair(&pair);
}

/* --- what cannot be loaded ------------------------------------------------ */

static void
test_files(void **state)
{
	struct cert_plan other = {.cn = "other", .serial = 3};
	struct pair pair = make_cert(&other, &here.ca);
	struct tls_settings plain = settings(NULL);
	struct errmsg err;
	char path[300];

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/other", here.folder);
	plain.key = path;
	assert_null(tls_context_new(&plain, &err));
	write_key(path, pair.key, 0600);
	assert_null(tls_context_new(&plain, &err));
	write_key(path, here.server.key, 0644);
	assert_null(tls_context_new(&plain, &err));
	assert_non_null(strstr(err.text, "chmod 600"));
	assert_int_equal(chmod(path, 0600), 0);
	plain.client_ca = here.key_path;
	assert_null(tls_context_new(&plain, &err));
	assert_non_null(strstr(err.text, here.key_path));
	(void)unlink(path);
	free_pair(&pair);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_clients),
	    cmocka_unit_test(test_no_certificate),
	    cmocka_unit_test(test_old_protocol),
	    cmocka_unit_test(test_crl),
	    cmocka_unit_test(test_still_valid),
	    cmocka_unit_test(test_identity),
	    cmocka_unit_test(test_two_names),
	    cmocka_unit_test(test_no_resumption),
	    cmocka_unit_test(test_bytes),
	    cmocka_unit_test(test_files),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
