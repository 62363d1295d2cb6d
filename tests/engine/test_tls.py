# SPDX-License-Identifier: Apache-2.0
"""Clients on TCP with mutual TLS: who they are, who is refused, and what a
reload changes for them."""
import shutil
import signal
import subprocess

import docker as docker_py
import pytest

from conftest import CLIENTS, PATIENCE, docker, running
from authority import Authority

RUN = ["run", "--rm", "--network=none", "busybox"]


@pytest.fixture(scope="module")
def other_authority():
    one = Authority()
    yield one
    one.close()


@pytest.fixture(scope="module")
def web(authority):
    return authority.issue_client("web", "/O=web/CN=web-1")


def created(teams):
    """The last container.create on record."""
    return [r for r in teams.records()
            if r.get("call") == "container.create"][-1]


@pytest.mark.parametrize("client", CLIENTS)
def test_the_certificate_decides(teams, ada, web, client):
    for certificates, name, team, tier, verdict in (
            (ada, "ada", "platform", "admin", "pass"),
            (web, "web-1", "web", "ci", "rewrite")):
        done = docker(teams.url, *RUN, "echo", "hello", client=client,
                      certificates=certificates)
        assert done.stdout == "hello\n"
        record = created(teams)
        assert record["identity"]["transport"] == "tls"
        assert record["identity"]["certificate"]["CN"] == name
        assert record["identity"]["certificate"]["O"] == [team]
        assert (record["team"], record["tier"]) == (team, tier)
        assert record["verdict"] == verdict


@pytest.mark.parametrize("client", CLIENTS)
def test_tls_by_flags(teams, ada, client):
    done = docker(teams.url, "--tlsverify", f"--tlscacert={ada}/ca.pem",
                  f"--tlscert={ada}/cert.pem", f"--tlskey={ada}/key.pem",
                  *RUN, "echo", "hello", client=client)
    assert done.stdout == "hello\n"


@pytest.mark.parametrize("client", CLIENTS)
def test_streams_and_half_close(teams, ada, client):
    done = docker(teams.url, "run", "-i", *RUN[1:], "wc", "-c", client=client,
                  stdin="x" * 2_000_000, certificates=ada)
    assert done.stdout == "2000000\n"
    done = docker(teams.url, *RUN, "head", "-c", "3000000", "/dev/zero",
                  client=client, certificates=ada)
    assert done.stdout == "\0" * 3_000_000


def test_docker_py(teams, web, monkeypatch):
    # Would be believed more than ca_cert.
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    tls = docker_py.tls.TLSConfig(
        client_cert=(str(web / "cert.pem"), str(web / "key.pem")),
        ca_cert=str(web / "ca.pem"), verify=True)
    client = docker_py.DockerClient(
        base_url=teams.url.replace("tcp:", "https:"), tls=tls)
    out = client.containers.run("busybox", "echo hello", remove=True,
                                network_mode="none")
    client.close()
    assert out == b"hello\n"
    assert created(teams)["team"] == "web"


STRANGERS = {
    "another authority": "unable to get local issuer certificate",
    "no usage": "unsuitable certificate purpose",
    "a server's": "unsuitable certificate purpose",
    "any usage": "unsuitable certificate purpose",
}


@pytest.fixture(scope="module")
def strangers(authority, other_authority):
    """Folders like DOCKER_CERT_PATH's, by what is wrong with them."""
    ada = "/O=platform/CN=ada"
    found = {
        "another authority": other_authority.issue_client("ada", ada),
        "no usage": authority.issue("no-usage", ada),
        "a server's": authority.issue("no-client", ada,
                                      "extendedKeyUsage=serverAuth"),
        "any usage": authority.issue("any", ada,
                                     "extendedKeyUsage=anyExtendedKeyUsage"),
    }
    # It must be the server that refuses, not the client.
    shutil.copy(authority.ca, found["another authority"] / "ca.pem")
    return found


def assert_refused(teams, reason, *words, **more):
    """The handshake fails for that reason, so that nothing is on record.  With
    TLS 1.3 the client may have sent its request by then: whether it reads our
    alert or is reset depends on who is faster."""
    said = f"TLS handshake: {reason}"
    nsaid, nrecords = teams.said().count(said), len(teams.records())
    done = docker(teams.url, *words, "ps", check=False, **more)
    assert done.returncode != 0
    assert "CONTAINER" not in done.stdout
    teams.await_said(said, nsaid + 1)
    assert len(teams.records()) == nrecords


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("who", STRANGERS)
def test_strangers_are_refused(teams, strangers, client, who):
    assert_refused(teams, STRANGERS[who], client=client,
                   certificates=strangers[who])


@pytest.mark.parametrize("client", CLIENTS)
def test_no_certificate(teams, authority, client):
    assert_refused(teams, "peer did not return a certificate", "--tlsverify",
                   f"--tlscacert={authority.ca}", client=client)


@pytest.mark.parametrize("client", CLIENTS)
def test_no_tls(teams, client):
    assert_refused(teams, "http request", client=client)


@pytest.mark.parametrize("client", CLIENTS)
def test_an_identity_without_a_rule(teams, authority, client):
    nobody = authority.issue_client("nobody", "/O=nobody/CN=nobody")
    done = docker(teams.url, "ps", client=client, certificates=nobody,
                  check=False)
    assert done.returncode != 0
    assert "sockwarden: " in done.stderr
    last = [r for r in teams.records() if r["event"] == "request"][-1]
    assert last["verdict"] == "deny" and last["team"] is None
    assert last["identity"]["certificate"]["CN"] == "nobody"


@pytest.mark.parametrize("client", CLIENTS)
def test_a_revoked_certificate(engine, teams, authority, client):
    eve = authority.issue_client("eve", "/O=platform/CN=eve")
    name = docker(teams.url, "run", "-d", "--network=none", "busybox", "sh",
                  "-c", "echo begun; sleep 1000", client=client,
                  certificates=eve).stdout.strip()
    try:
        with running(teams.url, "logs", "-f", name, client=client,
                     certificates=eve) as follower:
            assert follower.stdout.readline() == "begun\n"
            authority.revoke(eve)
            teams.reload()
            # What she had open ends as well.
            assert follower.stdout.read() == ""
    finally:
        docker(engine.url, "rm", "-f", name)
    assert_refused(teams, "certificate revoked", client=client,
                   certificates=eve)


def test_others_stay_when_one_is_revoked(teams, authority, ada):
    mallory = authority.issue_client("mallory", "/O=platform/CN=mallory")
    with running(teams.url, "run", "-i", *RUN[1:], "cat",
                 certificates=ada) as cat:
        cat.stdin.write("before\n")
        cat.stdin.flush()
        assert cat.stdout.readline() == "before\n"
        authority.revoke(mallory)
        teams.reload()
        assert cat.communicate("after\n", PATIENCE)[0] == "after\n"
        assert cat.returncode == 0


def served(teams):
    """The serial number of the certificate that the teams shows."""
    done = subprocess.run(
        ["openssl", "s_client", "-connect", teams.url.split("//")[1]],
        input="", text=True, capture_output=True, timeout=PATIENCE)
    return subprocess.run(["openssl", "x509", "-noout", "-serial"],
                          input=done.stdout, text=True, check=True,
                          capture_output=True).stdout


def test_a_new_server_certificate(teams, authority, ada):
    before = served(teams)
    authority.issue_server()
    assert served(teams) == before
    teams.reload()
    assert served(teams) != before
    docker(teams.url, *RUN, "true", certificates=ada)


def test_a_broken_server_certificate_changes_nothing(teams, ada):
    before = served(teams)
    file = teams.server / "cert.pem"
    whole = file.read_text()
    file.write_text(whole[:len(whole) // 2])
    try:
        teams.process.send_signal(signal.SIGHUP)
        teams.await_said("not reloaded; the old configuration stays")
        assert served(teams) == before
        docker(teams.url, *RUN, "true", certificates=ada)
    finally:
        file.write_text(whole)
