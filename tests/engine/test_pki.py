# SPDX-License-Identifier: Apache-2.0
"""`sockwarden pki`: its certificates hold with other programs, and only as long
as they should."""
import json
import pathlib
import shutil
import stat
import subprocess
import tempfile

import pytest

from conftest import PATIENCE, PROGRAM, TlsGuard, docker, running


class Pki:
    """The command in a directory; issues what a TlsGuard asks for."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="pki-"))
        self.dir = self.folder / "ca"
        self.ca = self.dir / "ca.pem"
        self.crl = self.dir / "crl.pem"
        self.run("init")

    def run(self, verb, *words, status=0):
        done = subprocess.run([PROGRAM, "pki", verb, "--dir", self.dir, *words],
                              capture_output=True, text=True, timeout=PATIENCE)
        assert done.returncode == status, done.stderr
        return done.stdout + done.stderr

    def issue_server(self):
        self.run("server", "--host", "localhost", "--host", "127.0.0.1")
        return self.dir / "servers" / "localhost"

    def issue_client(self, team, name):
        self.run("client", "--team", team, "--name", name)
        return self.dir / "clients" / name

    def issued(self):
        return json.loads(self.run("list", "--json"))["issued"]

    def close(self):
        shutil.rmtree(self.folder)


@pytest.fixture(name="pki")
def fixture_pki():
    pki = Pki()
    yield pki
    pki.close()


def openssl(*words):
    return subprocess.run(["openssl", *words], capture_output=True, text=True,
                          timeout=PATIENCE)


def verify(pki, certificate, purpose):
    return openssl("verify", "-x509_strict", "-crl_check", "-CRLfile", pki.crl,
                   "-CAfile", pki.ca, "-purpose", purpose, certificate)


def text(certificate):
    return openssl("x509", "-in", certificate, "-noout", "-text").stdout


def test_what_it_makes(pki):
    server = pki.issue_server() / "cert.pem"
    client = pki.issue_client("web", "web-1") / "cert.pem"
    assert verify(pki, server, "sslserver").returncode == 0
    assert verify(pki, client, "sslclient").returncode == 0
    assert verify(pki, server, "sslclient").returncode != 0
    assert verify(pki, client, "sslserver").returncode != 0
    said = text(pki.ca)
    assert "CA:TRUE, pathlen:0" in said
    assert "Certificate Sign, CRL Sign" in said
    said = text(server)
    assert "DNS:localhost, IP Address:127.0.0.1" in said
    assert "TLS Web Server Authentication\n" in said
    said = text(client)
    assert "Subject: O = web, CN = web-1" in said
    assert "X509v3 Basic Constraints: critical\n                CA:FALSE" in said
    assert "NIST CURVE: P-256" in said
    for certificate in server, client:
        assert "Authority Key Identifier" in text(certificate)
        openssl("x509", "-in", certificate, "-checkend", "86400")


def test_modes(pki):
    folder = pki.issue_client("web", "web-1")
    for path in pki.dir.rglob("*"):
        mode = stat.S_IMODE(path.stat().st_mode)
        if "key" in path.name:
            assert mode == 0o600, path
            assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert {path.name for path in folder.iterdir()} == \
        {"ca.pem", "cert.pem", "key.pem"}


def test_index(pki):
    first = pki.issue_client("web", "web-1")
    before = (first / "cert.pem").read_bytes()
    assert "--renew" in pki.run("client", "--team", "web", "--name", "web-1",
                                status=1)
    assert (first / "cert.pem").read_bytes() == before
    pki.run("client", "--team", "web", "--name", "web-1", "--renew")
    assert (first / "cert.pem").read_bytes() != before
    serials = {one["serial"] for one in pki.issued()}
    assert len(serials) == 2
    # One of two of the same name, then the other.
    pki.run("revoke", sorted(serials)[0].upper())
    assert sum(one["revoked"] is not None for one in pki.issued()) == 1
    assert "1 revoked" in pki.run("revoke", "web-1")
    assert "already" in pki.run("revoke", "web-1", status=1)
    assert "pki list" in pki.run("revoke", "nobody", status=1)
    assert verify(pki, first / "cert.pem", "sslclient").returncode != 0
    listed = openssl("crl", "-in", pki.crl, "-noout", "-text").stdout.upper()
    assert all(serial.upper() in listed for serial in serials)
    assert "CRL NUMBER" in listed and "NEXT UPDATE" in listed


@pytest.mark.parametrize("words, what", [
    (("init",), "has a CA already"),
    (("client", "--team", "web", "--name", "../up"), "--name: want letters"),
    (("client", "--team", "*"), "--team: want a team"),
    (("client", "--name", "x"), "--team NAME is missing"),
    (("server",), "--host NAME is missing"),
    (("server", "--host", "a,IP:1.2.3.4"), "--host: want a host"),
    (("client", "--team", "web", "--days", "0"), "--days: want a number"),
    (("client", "--team", "web", "--host", "x"), "--host: does not go"),
    (("revoke",), "NAME or SERIAL is missing"),
    (("list", "x"), '"x" is too much'),
])
def test_wrong_use(pki, words, what):
    assert what in pki.run(*words, status=1 if words == ("init",) else 2)


def test_days_end_with_the_ca(pki):
    short = Pki.__new__(Pki)
    short.folder = pki.folder
    short.dir = pki.folder / "short"
    short.run("init", "--days", "2")
    short.run("client", "--team", "web", "--days", "90")
    ends = {openssl("x509", "-in", path, "-noout", "-enddate").stdout
            for path in (short.dir / "ca.pem",
                         short.dir / "clients" / "web" / "cert.pem")}
    assert len(ends) == 1


def test_a_guard(engine, pki):
    ada = pki.issue_client("platform", "ada")
    eve = pki.issue_client("platform", "eve")
    teams = TlsGuard(engine.url, pki)
    try:
        docker(teams.url, "version", certificates=ada)
        with running(teams.url, "events", certificates=eve) as events:
            docker(teams.url, "version", certificates=eve)
            pki.run("revoke", "eve")
            teams.reload()
            # What she had open ends as well.
            events.wait(PATIENCE)
        assert docker(teams.url, "version", certificates=eve,
                      check=False).returncode != 0
        assert "certificate revoked" in teams.said()
        docker(teams.url, "version", certificates=ada)
    finally:
        teams.close()
