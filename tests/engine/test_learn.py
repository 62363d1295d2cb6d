# SPDX-License-Identifier: Apache-2.0
"""A tier is learned from what a team does, and then lets it do that, and no
more."""
import json
import pathlib
import shutil
import subprocess
import tempfile

import pytest

from conftest import PATIENCE, PROGRAM, Guard, docker, docker_env

COMPOSE = """
version: "2.4"
services:
  web:
    image: busybox
    command: sleep 60
    stop_grace_period: 0s
    networks: [inner]
    volumes: ["data:/data"]
networks:
  inner: {}
volumes:
  data: {}
"""


class ModeGuard(Guard):
    """Everyone is of team web, under the tier of that name."""

    def __init__(self, upstream, tiers, tier):
        self.make_folder()
        config = {
            "upstream": upstream,
            "listeners": [{"name": "here", "address": self.url}],
            "identities": [{"match": {"listener": "here"}, "team": "web",
                            "tier": tier}],
            "tiers": tiers,
            "audit": {"path": str(self.folder / "audit")}}
        (self.folder / "config").write_text(json.dumps(config))
        self.start("--config", self.folder / "config")


class LearnedGuard(ModeGuard):
    """With the tier web, as it was written."""

    def __init__(self, upstream, text):
        self.make_folder()
        (self.folder / "config").write_text(text + f"""
upstream: "{upstream}"
listeners: [{{name: here, address: "{self.url}"}}]
identities: [{{match: {{listener: here}}, team: web, tier: web}}]
audit: {{path: "{self.folder}/audit"}}
""")
        sockwarden("check", self.folder / "config")
        self.start("--config", self.folder / "config")


def work(url, folder):
    """What the team does all day."""
    docker(url, "run", "--rm", "-v", f"{folder}:/src", "busybox",
           "ls", "/src")
    docker(url, "run", "--rm", "-p", "127.0.0.1:18080:80", "--cap-add",
           "CHOWN", "--env", "TOKEN=hush", "busybox", "true")
    docker(url, "run", "--rm", "--memory", "100m", "busybox", "true")
    docker(url, "volume", "create", "cache")
    docker(url, "run", "--rm", "-v", "cache:/cache:ro", "busybox", "true")
    docker(url, "volume", "rm", "cache")
    compose(url, folder, "up", "-d")
    compose(url, folder, "down", "-v")


def compose(url, folder, *words):
    subprocess.run(["docker-compose", "-p", "learn", *words], cwd=folder,
                   env=docker_env(url), check=True, timeout=PATIENCE,
                   capture_output=True)


def sockwarden(*words, status=0, stdin=None):
    done = subprocess.run([PROGRAM, *map(str, words)], text=True,
                          capture_output=True, input=stdin, timeout=PATIENCE)
    assert done.returncode == status, done.stderr + done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def learned(engine):
    """What was recorded of the team, and the tier that was learned of it."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="work-"))
    # Whoever the tier makes containers run as can look into it.
    folder.chmod(0o755)
    (folder / "docker-compose.yml").write_text(COMPOSE)
    guard = ModeGuard(engine.url, {
        "seen": {"extends": "ci", "mode": "observe"}}, "seen")
    work(guard.url, folder)
    docker(guard.url, "run", "--rm", "--privileged", "-v", "/:/host",
           "busybox", "ls", "/host/etc/passwd")
    audit = folder / "audit"
    shutil.copy(guard.folder / "audit", audit)
    guard.close()
    text = sockwarden("learn", "--name", "web", audit)
    yield folder, audit, text
    shutil.rmtree(folder)


def test_says_what_was_seen(learned):
    folder, audit, text = learned
    assert "hush" not in audit.read_text()
    assert f"{{source: {folder}, read_only: false}}" in text
    assert "- CHOWN" in text
    assert "docker.io/library/busybox:latest" in text
    # What gives away the host is told, and is not in it.
    assert "not learned: privileged.action" in text
    assert "not learned: mounts.allow: {source: /, " in text


def test_holds(engine, learned):
    folder, _, text = learned
    guard = LearnedGuard(engine.url, text)
    work(guard.url, folder)
    refused = docker(guard.url, "run", "--rm", "--privileged", "-v",
                     "/:/host", "busybox", "ls", "/host/etc/passwd",
                     check=False)
    assert refused.returncode != 0
    assert "HostConfig.Privileged" in refused.stderr
    assert docker(guard.url, "run", "--rm", "alpine", "true",
                  check=False).returncode != 0
    guard.close()


def test_diff(learned):
    """What the new tier would have made of it, beside the old one."""
    folder, audit, text = learned
    config = folder / "learned.yaml"
    config.write_text(text + """
listeners: [{name: here, address: "unix:///run/sockwarden-none/s"}]
identities: [{match: {listener: here}, team: web, tier: web}]
""")
    told = json.loads(sockwarden("diff", "ci", config, "--json", "--replay",
                                 audit, status=1))
    ports = [d for d in told["differences"]
             if "HostConfig.PortBindings (ports)" in d["a"]]
    assert ports and "PortBindings" not in ports[0]["b"]
    assert told["same"] > 0
    sockwarden("diff", config, config, "--replay", audit)


def test_warns(engine):
    guard = ModeGuard(engine.url, {
        "warned": {"extends": "ci", "mode": "warn"}}, "warned")
    done = docker(guard.url, "run", "--rm", "--privileged", "busybox", "true")
    assert "not enforced: HostConfig.Privileged" in done.stderr
    guard.close()
