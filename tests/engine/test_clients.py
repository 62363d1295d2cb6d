# SPDX-License-Identifier: Apache-2.0
"""Other clients than the docker CLI, through the guard as they are."""
import os
import subprocess

import docker as docker_py
import pytest

from conftest import PATIENCE


def test_docker_py(admin):
    client = docker_py.DockerClient(base_url=admin.url)
    out = client.containers.run("busybox", "echo hello", remove=True,
                                network_mode="none")
    assert out == b"hello\n"
    one = client.containers.run("busybox", "sleep 1000", detach=True,
                                network_mode="none")
    try:
        assert one.exec_run("echo in").output == b"in\n"
        assert next(one.stats(stream=True, decode=True))["read"]
        one.stop(timeout=0)
    finally:
        one.remove(force=True)


def test_docker_py_under_ci(ci):
    client = docker_py.DockerClient(base_url=ci.url)
    out = client.containers.run(
        "busybox", "grep CapEff /proc/self/status", remove=True,
        privileged=True, network_mode="none")
    assert out == b"CapEff:\t0000000000000000\n"
    with pytest.raises(docker_py.errors.APIError, match="sockwarden: "):
        client.volumes.create("vol1", driver_opts={"type": "none"})


def test_compose(admin, tmp_path):
    (tmp_path / "docker-compose.yml").write_text(
        'version: "2.4"\nservices:\n  one:\n    image: busybox\n'
        "    command: sleep 1000\n    network_mode: none\n")
    env = {k: v for k, v in os.environ.items() if not k.startswith("DOCKER_")}
    env["DOCKER_HOST"] = admin.url

    def compose(*words):
        return subprocess.run(
            ["/usr/bin/docker-compose", "-p", "t", *words], cwd=tmp_path,
            env=env, check=True, text=True, capture_output=True,
            timeout=PATIENCE).stdout

    compose("up", "-d")
    try:
        assert "one" in compose("ps")
        assert compose("exec", "-T", "one", "echo", "in") == "in\n"
    finally:
        compose("down", "-t", "0")
