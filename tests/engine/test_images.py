# SPDX-License-Identifier: Apache-2.0
"""Names, registries and builds on a real engine, as the docker CLI asks."""
import json

import pytest

from conftest import CLIENTS, Guard, docker

TIER = {"extends": "developer", "filters": {
    "calls": {"allow+": ["build", "image.import"]},
    "build": {"memory": "64m", "memory_max": "128m"},
    "labels": {"stamp": {"team": "web"}}}}
NOWHERE = "127.0.0.1:1"


class Maker(Guard):
    """`sockwarden run --config`: a developer who may build and import."""

    def __init__(self, upstream):
        self.make_folder()
        path = self.folder / "conf.yaml"
        path.write_text(json.dumps({
            "upstream": upstream,
            "listeners": [{"name": "one", "address": self.url}],
            "identities": [{"match": {"listener": "one"}, "team": "web",
                            "tier": "maker"}],
            "tiers": {"maker": TIER},
            "audit": {"path": str(self.folder / "audit")}}))
        self.start("--config", str(path))


@pytest.fixture(scope="module")
def maker(engine):
    one = Maker(engine.url)
    yield one
    one.close()


@pytest.fixture
def context(tmp_path):
    (tmp_path / "Dockerfile").write_text(
        "FROM busybox\n"
        "RUN cat /sys/fs/cgroup/memory/memory.limit_in_bytes "
        "/sys/fs/cgroup/memory.max 2>/dev/null; ls /sys/class/net\n")
    return str(tmp_path)


def refused(url, client, *words, by):
    done = docker(url, *words, client=client, check=False)
    assert done.returncode != 0
    assert f"sockwarden: {by}: " in done.stdout + done.stderr


@pytest.mark.parametrize("client", CLIENTS)
def test_names(engine, maker, client):
    docker(maker.url, "tag", "busybox", "localhost/mine:1", client=client)
    was = docker(engine.url, "inspect", "-f", "{{.Id}}", "busybox").stdout
    try:
        for name in ("busybox", "docker.io/library/alpine:3", "cafe",
                     "localhost.example/x"):
            refused(maker.url, client, "tag", "localhost/mine:1", name,
                    by="repositories")
        for words in (["rmi", "-f", "busybox"], ["rmi", was.strip()]):
            refused(maker.url, client, *words, by="repositories")
        refused(maker.url, client, "push", "localhost/mine:1",
                by="registries")
    finally:
        docker(maker.url, "rmi", "localhost/mine:1", client=client)
    assert docker(engine.url, "inspect", "-f", "{{.Id}}",
                  "busybox").stdout == was


@pytest.mark.parametrize("client", CLIENTS)
def test_nobody_else_is_dialled(maker, client):
    for words in (["pull", f"{NOWHERE}/x"],
                  ["push", f"{NOWHERE}/x"],
                  ["search", f"{NOWHERE}/x"],
                  ["login", "-u", "a", "-p", "b", NOWHERE],
                  ["import", f"http://{NOWHERE}/x.tar", "localhost/x"]):
        refused(maker.url, client, *words, by="registries")


@pytest.mark.parametrize("client", CLIENTS)
def test_builds_are_bounded(engine, maker, client, context):
    words = ["build", "--no-cache", "--network=none", "-t", "localhost/b:1",
             "--memory=8g", "--cgroup-parent=/", context]
    out = docker(maker.url, *words, client=client).stdout
    try:
        assert str(128 << 20) in out.split()
        assert "eth0" not in out.split()
        labels = json.loads(docker(
            engine.url, "inspect", "-f", "{{json .Config.Labels}}",
            "localhost/b:1").stdout)
        assert labels == {"team": "web"}
    finally:
        docker(maker.url, "rmi", "localhost/b:1", client=client)


@pytest.mark.parametrize("client", CLIENTS)
def test_builds_are_refused(maker, client, context):
    for flag in ("--network=host", "--network=container:x",
                 "--add-host=h:10.0.0.1"):
        refused(maker.url, client, "build", flag, context, by="build")
    refused(maker.url, client, "build", "-t", "busybox", context,
            by="repositories")


@pytest.mark.parametrize("client", CLIENTS)
def test_imports(engine, maker, client, tmp_path):
    tar = tmp_path / "root.tar"
    tar.write_bytes(bytes(10240))
    docker(maker.url, "import", "-c", "CMD x", str(tar), "localhost/i:1",
           client=client)
    docker(maker.url, "rmi", "localhost/i:1", client=client)
    refused(maker.url, client, "import", str(tar), "busybox",
            by="repositories")
    refused(maker.url, client, "import", "-c", "ONBUILD RUN x", str(tar),
            "localhost/i:1", by="repositories")
