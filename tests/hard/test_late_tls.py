# SPDX-License-Identifier: Apache-2.0
"""TLS that begins with a reload, when workers cannot open files any more, obeys
the machine's openssl.cnf as TLS that was there from the start does."""
import json
import signal
import socket
import ssl
import subprocess

import guard
import program
import pytest

# Nothing but this file makes it less than TLS 1.3.
OPENSSL_CONF = """
openssl_conf = all
[all]
ssl_conf = ssl
[ssl]
system_default = every
[every]
MaxProtocol = TLSv1.2
"""


@pytest.fixture
def certificates(folder):
    where = folder / "pki"
    for words in (["init"], ["server", "--host", "localhost"],
                  ["client", "--team", "late"]):
        subprocess.run([guard.PROGRAM, "pki", *words, "--dir", str(where)],
                       check=True, capture_output=True)
    return where


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def negotiate(port, certificates):
    """The version of TLS that the guard speaks with a client of its own."""
    client = certificates / "clients" / "late"
    context = ssl.create_default_context(cafile=str(client / "ca.pem"))
    context.load_cert_chain(client / "cert.pem", client / "key.pem")
    with socket.create_connection(("127.0.0.1", port), program.PATIENCE) as sock:
        with context.wrap_socket(sock, server_hostname="localhost") as tls:
            return tls.version()


@pytest.mark.parametrize("late", [True, False])
def test_openssl_cnf(folder, certificates, monkeypatch, late):
    (folder / "openssl.cnf").write_text(OPENSSL_CONF)
    monkeypatch.setenv("OPENSSL_CONF", str(folder / "openssl.cnf"))
    port = free_port()
    server = certificates / "servers" / "localhost"
    plain = {"name": "guard", "address": f"unix://{folder}/guard.sock"}
    remote = {"name": "remote", "address": f"tcp://127.0.0.1:{port}",
              "tls": {"certificate": str(server / "cert.pem"),
                      "key": str(server / "key.pem"),
                      "client_ca": str(server / "ca.pem")}}
    listeners = [plain] if late else [plain, remote]
    guarded = program.Program(folder, listeners=listeners,
                              log={"level": "info"}).start()
    monkeypatch.delenv("OPENSSL_CONF")
    if late:
        guarded.config.write_text(json.dumps(program.configuration(
            folder, listeners=[plain, remote], log={"level": "info"})))
        guarded.await_that(lambda: "ready" in guarded.said())
        guarded.process.send_signal(signal.SIGHUP)
        guarded.await_that(lambda: "reloaded" in guarded.said())
    assert negotiate(port, certificates) == "TLSv1.2"
    guarded.close()
