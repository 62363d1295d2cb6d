# SPDX-License-Identifier: Apache-2.0
"""What README and manual tell a newcomer to type, from the first certificate to
a tier that was learned, tested, tightened and made to hold."""
import re
import signal
import subprocess

import pytest

from conftest import PATIENCE, PROGRAM, Guard, docker, free_port

CONFIG = """\
upstream: {upstream}
listeners:
  - name: remote
    address: tcp://127.0.0.1:{port}
{tls}
identities:
  - match: {{listener: remote, {web}}}
    team: web
    tier: ci
  - match: {{listener: remote, {apps}}}
    team: apps
    tier: {tier}
audit: {{path: audit.jsonl}}
"""

TRIAL = """\
tiers:
  trial: {extends: ci, mode: observe}
"""

# What team apps is to be able to do under its new tier, and what not.
TESTS = """\
config: new.yaml
as: {{listener: remote, O: apps}}
facts: {{"path:{src}": plain, "path:/": plain}}
tests:
  - name: the work goes on
    docker: run --memory 100m -v {src}:/src:ro busybox ls /src
    expect: rewrite
    unchanged: [Image, HostConfig.Binds, HostConfig.Memory]
  - name: the sources are only read
    docker: run -v {src}:/src busybox touch /src/new
    expect: rewrite
    changed: {{HostConfig.Binds: ["{src}:/src:ro"]}}
  - name: whoever asks for the host is told no
    docker: run --privileged -v /:/host busybox ls /host
    expect: deny
    filter: privileged
  - name: no image but the one that is needed
    docker: run alpine true
    expect: deny
    filter: images
"""


class Newcomer(Guard):
    """A folder, what is typed there, and the guard that runs there."""

    AUDIT = "audit.jsonl"

    def __init__(self, upstream):
        self.make_folder()
        # Whoever a tier makes containers run as can look into it.
        self.folder.chmod(0o755)
        self.src = self.folder / "src"
        self.src.mkdir()
        self.src.chmod(0o777)
        (self.src / "main.c").touch()
        self.upstream = upstream
        self.port = free_port()
        self.url = f"tcp://127.0.0.1:{self.port}"

    def types(self, *words, status=0):
        """`sockwarden` with these words; what it prints."""
        done = subprocess.run([PROGRAM, *words], cwd=self.folder, text=True,
                              capture_output=True, timeout=PATIENCE)
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr

    def writes(self, name, text):
        (self.folder / name).write_text(text)

    def pki(self, verb, *words):
        return self.types("pki", verb, "--dir", "pki", *words)

    def makes_certificates(self):
        """Each command says what is to be in the configuration."""
        assert "Next: sockwarden pki server" in self.pki("init")
        said = self.pki("server", "--host", "127.0.0.1")
        self.tls = said[said.index("    tls:\n"):].rstrip()
        self.web, self.apps = (
            re.search(r"match: \{(.*)\}",
                      self.pki("client", "--team", team)).group(1)
            for team in ("web", "apps"))

    def config(self, tier, tiers):
        return CONFIG.format(tier=tier, **vars(self)) + tiers

    def starts(self):
        self.log = open(self.folder / "log", "wb")
        self.process = subprocess.Popen(
            [PROGRAM, "run", "--config", "guard.yaml"], cwd=self.folder,
            stderr=self.log)
        self.await_said("ready: ")

    def docker(self, team, *words, check=True):
        return docker(self.url, *words, check=check,
                      certificates=self.folder / "pki" / "clients" / team)

    def asks_for_the_host(self, team):
        return self.docker(team, "run", "--rm", "--privileged", "-v",
                           "/:/host", "busybox", "ls", "/host", check=False)

    def writes_sources(self, name):
        return self.docker("apps", "run", "--rm", "--memory", "100m", "-v",
                           f"{self.src}:/src", "busybox", "touch",
                           f"/src/{name}", check=False)


@pytest.fixture(name="newcomer")
def fixture_newcomer(engine):
    newcomer = Newcomer(engine.url)
    newcomer.makes_certificates()
    newcomer.writes("guard.yaml", newcomer.config("trial", TRIAL))
    assert "tier trial" in newcomer.types("check", "guard.yaml")
    newcomer.starts()
    yield newcomer
    newcomer.close()


def test_from_the_first_certificate_to_a_tier_of_ones_own(newcomer):
    comes_back_safe(newcomer)
    is_refused(newcomer)
    learned = learns(newcomer)
    tightened = tightens(newcomer, learned)
    compares(newcomer, learned, tightened)
    reloads(newcomer, tightened)


def comes_back_safe(newcomer):
    done = newcomer.asks_for_the_host("web")
    assert "ls: /host: No such file or directory" in done.stderr
    for field in "HostConfig.Privileged", "HostConfig.Binds":
        assert f"WARNING: sockwarden: {field} " in done.stderr
    changed, = [r["id"] for r in newcomer.records()
                if r.get("call") == "container.create"
                and r["verdict"] == "rewrite"]
    told = newcomer.types("why", "--config", "guard.yaml", changed)
    assert "changed: HostConfig.Privileged (--privileged): true became false" \
        in told
    assert "team: web\n" in told and "status 201" in told


def is_refused(newcomer):
    done = newcomer.docker("web", "volume", "create", "--opt", "type=none",
                           "--opt", "o=bind", "--opt", "device=/", "all",
                           check=False)
    assert done.returncode != 0
    told = re.search(r"\(record ([0-9a-f]{24})\)", done.stderr).group(1)
    why = newcomer.types("why", "--audit", "audit.jsonl", told)
    assert "verdict: deny\n" in why and "mounts.driver_options: []" in why


def learns(newcomer):
    """What team apps does, of which nothing is hindered meanwhile."""
    assert newcomer.writes_sources("first").returncode == 0
    assert (newcomer.src / "first").exists()
    assert "etc\n" in newcomer.asks_for_the_host("apps").stdout
    learned = newcomer.types("learn", "--team", "apps", "--name", "apps",
                             "audit.jsonl")
    assert f"source: {newcomer.src}, read_only: false" in learned
    assert "not learned: mounts.allow: {source: /, " in learned
    return learned


def tightens(newcomer, learned):
    """Tests of what is wanted fail first, and then hold."""
    newcomer.writes("tests.yaml", TESTS.format(src=newcomer.src))
    newcomer.writes("new.yaml", newcomer.config("apps", learned))
    said = newcomer.types("test", "tests.yaml", status=1)
    assert "not ok 2 - tests.yaml: the sources are only read" in said
    assert "# 2 passed, 2 failed" in said
    tightened = learned.replace("src, read_only: false", "src, read_only: true")
    tightened = tightened.replace("    filters:\n", "    filters:\n"
                                  "      privileged: {action: reject}\n", 1)
    newcomer.writes("new.yaml", newcomer.config("apps", tightened))
    assert "# 4 passed, 0 failed" in newcomer.types("test", "tests.yaml")
    newcomer.types("check", "new.yaml")
    return tightened


def compares(newcomer, learned, tightened):
    newcomer.writes("learned.yaml", newcomer.config("apps", learned))
    said = newcomer.types("diff", "learned.yaml", "new.yaml", "--replay",
                          "audit.jsonl", status=1)
    assert "+ changes HostConfig.Binds (mounts)" in said
    assert re.search(r"\+ \w+.*privileged", said), said
    assert ", 2 differently" in said


def reloads(newcomer, tightened):
    """On the same socket, with the same certificates."""
    newcomer.writes("guard.yaml", newcomer.config("apps", tightened))
    newcomer.process.send_signal(signal.SIGHUP)
    newcomer.await_said("info: reloaded")
    done = newcomer.writes_sources("second")
    assert "Read-only file system" in done.stderr
    assert not (newcomer.src / "second").exists()
    assert "privileged containers are not allowed" in \
        newcomer.asks_for_the_host("apps").stderr
    assert newcomer.docker("apps", "run", "--rm", "alpine", "true",
                           check=False).returncode != 0
