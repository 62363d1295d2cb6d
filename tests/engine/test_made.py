# SPDX-License-Identifier: Apache-2.0
"""Images and plugins that are made of archives: what is in those is read while
it streams."""
import io
import json
import subprocess
import tarfile

import pytest

from conftest import CLIENTS, PATIENCE, Guard, docker, docker_env

TIER = {
    "extends": "developer",
    "filters": {
        "calls": {"allow+": ["image.import", "plugin.create"]},
        "plugins": {"create": ["docker.io/acme/**"],
                    "privileges": ["capabilities=CAP_NET_ADMIN"]}}}


@pytest.fixture(scope="module")
def guard(engine):
    one = Guard.__new__(Guard)
    one.make_folder()
    (one.folder / "config").write_text(json.dumps({
        "upstream": engine.url,
        "listeners": [{"name": "l", "address": one.url}],
        "tiers": {"makers": TIER},
        "identities": [{"match": {"listener": "l"}, "team": "t",
                        "tier": "makers"}],
        "audit": {"path": str(one.folder / "audit")}}))
    one.start("--config", one.folder / "config")
    yield one
    one.close()


def run(guard, *words, client=CLIENTS[0], **more):
    return subprocess.run([client, *words], env=docker_env(guard.url),
                          capture_output=True, timeout=PATIENCE, **more)


def pack(*entries):
    """A tar of (name, type, text)."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, kind, text in entries:
            entry = tarfile.TarInfo(name)
            entry.type, entry.size, entry.mode = kind, len(text), 0o755
            tar.addfile(entry, io.BytesIO(text))
    return out.getvalue()


@pytest.fixture(scope="module")
def root(engine):
    """The files of busybox, as docker export gives them."""
    made = docker(engine.url, "create", "busybox").stdout.strip()
    done = subprocess.run([CLIENTS[0], "export", made],
                          env=docker_env(engine.url), capture_output=True,
                          timeout=PATIENCE, check=True)
    docker(engine.url, "rm", made)
    return done.stdout


@pytest.mark.parametrize("client", CLIENTS)
def test_import(engine, guard, root, client):
    done = run(guard, "import", "-", "localhost/imported:1", input=root,
               client=client)
    assert done.returncode == 0, done.stderr
    said = docker(engine.url, "run", "--rm", "localhost/imported:1", "echo",
                  "hi").stdout
    docker(engine.url, "rmi", "localhost/imported:1")
    assert said.strip() == "hi"


def test_import_device(engine, guard):
    done = run(guard, "import", "-", "localhost/imported:2",
               input=pack(("dev/sda", tarfile.BLKTYPE, b"")))
    assert b"sockwarden: import: dev/sda: device nodes" in done.stderr
    assert docker(engine.url, "image", "inspect", "localhost/imported:2",
                  check=False).returncode != 0


def create(guard, folder, config, client):
    (folder / "rootfs").mkdir(exist_ok=True)
    (folder / "rootfs" / "disk").write_text("#!/bin/sh\n")
    (folder / "config.json").write_text(json.dumps({
        "entrypoint": ["/disk"],
        "interface": {"types": ["docker.volumedriver/1.0"],
                      "socket": "disk.sock"}, **config}))
    return run(guard, "plugin", "create", "acme/disk", folder, client=client)


@pytest.mark.parametrize("client", CLIENTS)
def test_plugin(engine, guard, tmp_path, client):
    done = create(guard, tmp_path,
                  {"linux": {"capabilities": ["CAP_NET_ADMIN"]}}, client)
    assert done.returncode == 0, done.stderr
    stored = json.loads(docker(engine.url, "plugin", "inspect",
                               "acme/disk").stdout)[0]
    docker(engine.url, "plugin", "rm", "acme/disk")
    assert stored["Config"]["Linux"]["Capabilities"] == ["CAP_NET_ADMIN"]


def test_plugin_privilege(engine, guard, tmp_path):
    done = create(guard, tmp_path, {"PidHost": True}, CLIENTS[0])
    assert b'"host pid namespace" (true) may not be granted' in done.stderr
    assert docker(engine.url, "plugin", "inspect", "acme/disk",
                  check=False).returncode != 0
