# SPDX-License-Identifier: Apache-2.0
"""A private Docker Engine, guards in front of it, and clients."""
import contextlib
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time

import pytest

from audit_page import unnamed
from authority import Authority

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("SOCKWARDEN", str(ROOT / "build" / "sockwarden"))
# Seconds for what takes one or two: other tests compute meanwhile, and somebody
# else's work may keep the machine busy, too.
PATIENCE = 180
CONFIG = tempfile.mkdtemp(prefix="cli-")
CLIENTS = [path for path in ("/usr/bin/docker", "/usr/local/bin/docker")
           if os.path.exists(path)]


class Engine:
    """packaging/engine, in a folder of its own."""

    def __init__(self, *flags):
        self.folder = tempfile.mkdtemp(prefix="eng-")
        # A remapped root must get through to its data.
        os.chmod(self.folder, 0o711)
        self.run("start", *flags)
        self.url = f"unix://{self.folder}/docker.sock"

    def run(self, verb, *flags):
        subprocess.run([ROOT / "packaging" / "engine", verb, self.folder,
                        *flags], check=True, timeout=2 * PATIENCE)

    def close(self):
        self.run("stop")
        shutil.rmtree(self.folder, ignore_errors=True)


def await_that(condition, process, explain):
    """Wait until condition() is true, while the process lives."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert process.poll() is None and time.monotonic() < end, explain()
        time.sleep(0.01)


class Guard:
    """`sockwarden run --tier`, on a unix socket."""

    AUDIT = "audit"

    def __init__(self, tier, upstream):
        self.make_folder()
        self.start("--tier", tier, "--listen", self.url,
                   "--upstream", upstream, "--audit", self.folder / "audit")

    def make_folder(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="grd-"))
        self.url = f"unix://{self.folder}/s"

    def start(self, *flags):
        self.log = open(self.folder / "log", "wb")
        self.process = subprocess.Popen([PROGRAM, "run", *flags],
                                        stderr=self.log)
        self.await_said("ready: ")

    def await_said(self, text, times=1):
        await_that(lambda: self.said().count(text) >= times, self.process,
                   self.said)

    def said(self):
        return (self.folder / "log").read_text()

    def records(self):
        lines = (self.folder / self.AUDIT).read_text().splitlines()
        return [json.loads(line) for line in lines]

    def close(self):
        self.process.terminate()
        assert self.process.wait(PATIENCE) == 0, self.said()
        asked = {r["id"] for r in self.records() if r["event"] == "request"}
        ended = {r["id"] for r in self.records() if r["event"] == "response"}
        assert asked == ended
        for record in self.records():
            assert not unnamed(record), "of this, the manual has no word"
        self.log.close()
        shutil.rmtree(self.folder)


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class TlsGuard(Guard):
    """`sockwarden run --config`: teams on TCP, told by their certificates."""

    def __init__(self, upstream, authority):
        self.make_folder()
        self.server = authority.issue_server()
        self.port = free_port()
        self.url = f"tcp://127.0.0.1:{self.port}"
        self.reloads = 0
        config = {
            "upstream": upstream,
            "listeners": [{"name": "teams", "address": self.url, "tls": {
                "certificate": str(self.server / "cert.pem"),
                "key": str(self.server / "key.pem"),
                "client_ca": str(authority.ca),
                "crl": [str(authority.crl)]}}],
            "identities": [
                {"match": {"O": "platform"}, "team": "platform",
                 "tier": "admin"},
                {"match": {"CN": "web-*"}, "team": "web", "tier": "ci"}],
            "audit": {"path": str(self.folder / "audit")},
            "log": {"level": "debug"}}
        # JSON is YAML, too.
        (self.folder / "config").write_text(json.dumps(config))
        self.start("--config", self.folder / "config")

    def reload(self):
        self.reloads += 1
        self.process.send_signal(signal.SIGHUP)
        self.await_said("info: reloaded", self.reloads)


def docker_env(url, certificates=None):
    """What makes a client go to url, and nowhere else."""
    env = {k: v for k, v in os.environ.items()
           if not k.startswith("DOCKER_")}
    env |= {"DOCKER_HOST": url, "DOCKER_BUILDKIT": "0",
            "DOCKER_CONFIG": CONFIG}
    if certificates is not None:
        env |= {"DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": certificates}
    return env


def docker(url, *words, client=CLIENTS[0] if CLIENTS else "docker",
           stdin=None, check=True, certificates=None):
    """The docker CLI; its result, with text."""
    done = subprocess.run([client, *words], env=docker_env(url, certificates),
                          input=stdin, text=True, capture_output=True,
                          timeout=PATIENCE)
    assert not check or done.returncode == 0, done.stderr
    return done


@contextlib.contextmanager
def running(url, *words, client=CLIENTS[0] if CLIENTS else "docker",
            certificates=None):
    """A docker CLI that is being talked to; nothing waits for it forever."""
    with subprocess.Popen([client, *words], text=True,
                          env=docker_env(url, certificates),
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE) as process:
        timer = threading.Timer(PATIENCE, process.kill)
        timer.start()
        try:
            yield process
        finally:
            timer.cancel()
            process.kill()


@pytest.fixture(scope="session")
def engine():
    one = Engine()
    yield one
    one.close()


@pytest.fixture(scope="session")
def remapping_engine():
    one = Engine("--userns-remap")
    yield one
    one.close()


@pytest.fixture(scope="module")
def admin(engine):
    one = Guard("admin", engine.url)
    yield one
    one.close()


@pytest.fixture(scope="module")
def ci(engine):
    one = Guard("ci", engine.url)
    yield one
    one.close()


@pytest.fixture(scope="module")
def authority():
    one = Authority()
    yield one
    one.close()


@pytest.fixture(scope="module")
def teams(engine, authority):
    one = TlsGuard(engine.url, authority)
    yield one
    one.close()


@pytest.fixture(scope="module")
def ada(authority):
    return authority.issue_client("ada", "/O=platform/CN=ada")
