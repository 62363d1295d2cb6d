# SPDX-License-Identifier: Apache-2.0
"""Networks and volumes of a job's own: clients as they are make them, use them
and take them away; what would be the host's is never there."""
import json
import subprocess

import pytest

from conftest import CLIENTS, PATIENCE, Guard, docker, docker_env

COMPOSE = """version: "3.8"
services:
  web:
    image: busybox
    command: ["httpd", "-f", "-p", "8080", "-h", "/data"]
    volumes: ["data:/data:ro"]
  client:
    image: busybox
    depends_on: [web]
    command: ["sh", "-c", "for i in $$(seq 500); do
      wget -O- http://web:8080/ 2>&1 | grep 404 && exit 0; sleep 0.1; done;
      exit 1"]
    volumes: ["data:/data"]
volumes:
  data:
"""


@pytest.fixture(params=["ci", "developer"])
def guard(engine, request):
    one = Guard(request.param, engine.url)
    yield one
    one.close()


def inspect(engine, kind, name):
    """What the engine says of it, asked directly."""
    return json.loads(docker(engine.url, kind, "inspect", name).stdout)[0]


def names(engine, kind):
    return docker(engine.url, kind, "ls",
                  "--format={{.Name}}").stdout.splitlines()


@pytest.mark.parametrize("guard, words", [
    ("ci", ["run", "--rm", "-T", "client"]),
    # It asks for /info, too, which is not for jobs.
    ("developer", ["up", "--exit-code-from", "client"])], indirect=["guard"])
def test_compose(engine, guard, words, tmp_path):
    (tmp_path / "docker-compose.yml").write_text(COMPOSE)

    def compose(*words):
        done = subprocess.run(
            ["/usr/bin/docker-compose", "-p", "shop", *words], cwd=tmp_path,
            env=docker_env(guard.url), text=True, capture_output=True,
            timeout=PATIENCE)
        assert done.returncode == 0, done.stderr
        return done.stdout

    try:
        assert "404" in compose(*words)
        # Once more finds what is there.
        assert "404" in compose(*words)
        network = inspect(engine, "network", "shop_default")
        assert network["Driver"] == "bridge" and not network["Attachable"]
        assert "sockwarden.team" in network["Labels"]
        volume = inspect(engine, "volume", "shop_data")
        assert not volume["Options"] and "sockwarden.team" in volume["Labels"]
    finally:
        compose("down", "--volumes", "-t", "0")
    assert "shop_default" not in names(engine, "network")
    assert "shop_data" not in names(engine, "volume")


@pytest.mark.parametrize("client", CLIENTS)
def test_cli(engine, guard, client):
    def call(*words):
        return docker(guard.url, *words, client=client).stdout.strip()

    made = call("network", "create", "-o", "com.docker.network.driver.mtu=1400",
                "jobnet")
    assert call("volume", "create", "jobvol") == "jobvol"
    assert call("volume", "inspect", "-f", "{{.Driver}}", "jobvol") == "local"
    job = call("create", "-v", "jobvol:/data", "--network=jobnet", "busybox",
               "true")
    try:
        call("network", "disconnect", "jobnet", job)
        call("network", "connect", "--alias", "www", made[:12], job)
        joined = inspect(engine, "container", job)["NetworkSettings"]
        assert list(joined["Networks"]) == ["jobnet"]
        call("network", "disconnect", made, job)
    finally:
        call("rm", "-f", job)
        call("network", "rm", made)
        call("volume", "rm", "jobvol")
    assert "jobnet" not in names(engine, "network")
    assert "jobvol" not in names(engine, "volume")


def test_docker_py(engine, guard):
    """It connects and removes by full id."""
    client = pytest.importorskip("docker").DockerClient(guard.url)
    network = client.networks.create("pynet")
    volume = client.volumes.create("pyvol")
    job = client.containers.create("busybox", "true")
    try:
        with pytest.raises(Exception, match="not allowed"):
            client.networks.create("evil", driver="macvlan")
        assert "evil" not in names(engine, "network")
        network.connect(job, aliases=["www"])
        joined = inspect(engine, "container", job.id)["NetworkSettings"]
        assert "pynet" in joined["Networks"]
        network.disconnect(job)
        assert network.name == "pynet" and volume.name == "pyvol"
        assert inspect(engine, "network", "pynet")["Id"] == network.id
    finally:
        job.remove()
        network.remove()
        volume.remove()
        client.close()
    assert "pynet" not in names(engine, "network")


HOST_ROOT = [
    ["network", "create", "-d", "macvlan", "-o", "parent=lo", "bad"],
    ["network", "create", "-d", "ipvlan", "bad"],
    ["network", "create", "-o", "com.docker.network.bridge.name=docker0",
     "bad"],
    ["network", "create", "-o",
     "com.docker.network.bridge.host_binding_ipv4=0.0.0.0", "bad"],
    ["network", "create", "--subnet", "169.254.169.0/24", "bad"],
    ["network", "create", "--subnet", "10.9.8.0/24", "--gateway", "10.9.8.1",
     "bad"],
    ["network", "create", "--ipam-driver", "null", "bad"],
    ["network", "create", "--scope", "swarm", "bad"],
    ["network", "create", "--ingress", "bad"],
    ["network", "create", "--config-only", "bad"],
    ["volume", "create", "-o", "type=none", "-o", "o=bind", "-o", "device=/",
     "bad"],
    ["volume", "create", "-o", "type=proc", "-o", "device=proc", "bad"],
    ["volume", "create", "-d", "nfs", "bad"],
]


@pytest.mark.parametrize("words", HOST_ROOT, ids=" ".join)
def test_the_host_is_left_alone(engine, ci, words):
    done = docker(ci.url, *words, check=False)
    assert done.returncode != 0 and "sockwarden: " in done.stderr
    assert "bad" not in names(engine, words[0])


def test_the_network_of_the_host(engine, ci):
    """By name, and by what its id begins with."""
    host = inspect(engine, "network", "host")["Id"]
    job = docker(ci.url, "create", "--network=none", "busybox",
                 "true").stdout.strip()
    try:
        for ref in ("host", host, host[:12]):
            done = docker(ci.url, "network", "connect", ref, job, check=False)
            assert done.returncode != 0, ref
        joined = inspect(engine, "container", job)["NetworkSettings"]
        assert list(joined["Networks"]) == ["none"]
    finally:
        docker(ci.url, "rm", "-f", job)
