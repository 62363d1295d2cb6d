# SPDX-License-Identifier: Apache-2.0
"""Images that are loaded get no names but those that their tier may give."""
import gzip
import json
import lzma
import subprocess

import pytest

from conftest import CLIENTS, PATIENCE, Guard, docker, docker_env


@pytest.fixture(scope="module")
def guard(engine):
    one = Guard.__new__(Guard)
    one.make_folder()
    config = {
        "upstream": engine.url,
        "listeners": [{"name": "l", "address": one.url}],
        "tiers": {"loaders": {"extends": "developer", "filters": {
            "calls": {"allow+": ["image.load"]}}}},
        "identities": [{"match": {"listener": "l"}, "team": "t",
                        "tier": "loaders"}],
        "audit": {"path": str(one.folder / "audit")}}
    (one.folder / "config").write_text(json.dumps(config))
    one.start("--config", one.folder / "config")
    yield one
    one.close()


def save(engine, *names):
    for name in names:
        docker(engine.url, "tag", "busybox", name)
    done = subprocess.run([CLIENTS[0], "save", *names],
                          env=docker_env(engine.url), capture_output=True,
                          timeout=PATIENCE, check=True)
    docker(engine.url, "rmi", *names)
    return done.stdout


def load(guard, tar, client=CLIENTS[0]):
    return subprocess.run([client, "load"], input=tar, timeout=PATIENCE,
                          env=docker_env(guard.url), capture_output=True)


def has(engine, name):
    return docker(engine.url, "image", "inspect", name,
                  check=False).returncode == 0


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("squeeze", [bytes, gzip.compress, lzma.compress],
                         ids=["plain", "gzip", "xz"])
def test_load(engine, guard, client, squeeze):
    name = "localhost/loaded:1"
    done = load(guard, squeeze(save(engine, name)), client)
    assert done.returncode == 0, done.stderr
    assert has(engine, name)
    docker(engine.url, "rmi", name)


def test_foreign_names(engine, guard):
    names = ["localhost/loaded:2", "registry.example.com/other:1"]
    done = load(guard, save(engine, *names))
    assert b"sockwarden: load: " in done.stderr
    assert b"registry.example.com/other" in done.stderr
    assert not any(has(engine, name) for name in names)


def test_images_without_a_name(engine, guard):
    done = subprocess.run([CLIENTS[0], "save", docker(
        engine.url, "image", "inspect", "-f", "{{.Id}}",
        "busybox").stdout.strip()], env=docker_env(engine.url),
        capture_output=True, timeout=PATIENCE, check=True)
    assert b"without a name" in load(guard, done.stdout).stderr
