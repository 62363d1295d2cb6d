# SPDX-License-Identifier: Apache-2.0
"""Services of a real swarm, made through filters of containers: what the
engine stores, and what its tasks run with."""
import json
import uuid

import pytest

from conftest import CLIENTS, Engine, Guard, docker

# An engine of API 1.41 has no no-new-privileges for services.
TIER = {
    "unknown_fields": "reject",
    "filters": {
        "calls": {"allow": ["*"]},
        "owner": {"action": "off"},
        "security_options": {"no_new_privileges": False},
        "services": {"secrets": ["web_*"], "ports": ["8000-8999"],
                     "constraints": ["node.role==manager"]}}}


class ServiceGuard(Guard):
    def __init__(self, upstream):
        self.make_folder()
        (self.folder / "config").write_text(json.dumps({
            "upstream": upstream,
            "listeners": [{"name": "s", "address": self.url}],
            "identities": [{"match": {"listener": "s"}, "team": "web",
                            "tier": "services"}],
            "tiers": {"services": TIER},
            "audit": {"path": str(self.folder / "audit")}}))
        self.start("--config", self.folder / "config")


@pytest.fixture(scope="module")
def swarm():
    one = Engine()
    docker(one.url, "swarm", "init", "--advertise-addr", "127.0.0.1")
    docker(one.url, "network", "create", "-d", "overlay", "front")
    docker(one.url, "secret", "create", "web_key", "-", stdin="k")
    docker(one.url, "secret", "create", "db_key", "-", stdin="k")
    yield one
    one.close()


@pytest.fixture(scope="module")
def guard(swarm):
    one = ServiceGuard(swarm.url)
    yield one
    one.close()


@pytest.fixture(params=CLIENTS)
def create(request, guard):
    """docker service create ... busybox sleep 600, by each client."""
    def run(*words, check=True):
        name = f"s{uuid.uuid4().hex[:8]}"
        done = docker(guard.url, "service", "create", "-d",
                      "--no-resolve-image", "--name", name, *words,
                      "busybox", "sleep", "600", client=request.param,
                      check=check)
        return name if check else done
    return run


def template(swarm, name):
    [service] = json.loads(
        docker(swarm.url, "service", "inspect", name).stdout)
    return service["Spec"]["TaskTemplate"]


def test_stored(swarm, create):
    spec = template(swarm, create("--network", "front", "--secret", "web_key"))
    container = spec["ContainerSpec"]
    assert container["User"] == "65534:65534"
    assert container["ReadOnly"] is True
    assert container["CapabilityDrop"] == ["ALL"]
    assert {m["Type"] for m in container["Mounts"]} == {"tmpfs"}
    assert spec["Resources"]["Limits"]["Pids"] == 512
    assert spec["Resources"]["Limits"]["MemoryBytes"] == 2 << 30
    assert spec["Placement"]["Constraints"] == ["node.role==manager"]
    assert [s["SecretName"] for s in container["Secrets"]] == ["web_key"]


def test_taken_out(swarm, create):
    name = create("--mount", "type=bind,source=/,target=/h", "--cap-add",
                  "SYS_ADMIN", "--user", "0")
    container = template(swarm, name)["ContainerSpec"]
    assert {m["Type"] for m in container["Mounts"]} == {"tmpfs"}
    assert not container.get("CapabilityAdd")
    assert container["User"] == "65534:65534"


@pytest.mark.parametrize("words, reason", [
    (("--network", "host"), "network: "),
    (("--secret", "db_key"), "services: "),
    (("-p", "22:22"), "services: "),
    (("-p", "published=8080,target=80,mode=host"), "services: "),
    (("--mode", "global"), "services: "),
    (("--mount", "type=volume,source=data,target=/d"), "services: "),
    (("--env", 'A={{printf "%9d" 1}}'), "services: ")])
def test_refused(create, words, reason):
    done = create(*words, check=False)
    assert done.returncode != 0
    assert f"sockwarden: {reason}" in done.stderr


def test_update(swarm, guard, create):
    name = create()
    docker(guard.url, "service", "update", "-d", "--no-resolve-image",
           "--mount-add", "type=bind,source=/,target=/h", "--args", "sleep 601",
           name)
    container = template(swarm, name)["ContainerSpec"]
    assert container["Args"] == ["sleep", "601"]
    assert {m["Type"] for m in container["Mounts"]} == {"tmpfs"}
    done = docker(guard.url, "service", "update", "-d", "--rollback", name,
                  check=False)
    assert "sockwarden: services: ?rollback" in done.stderr


def test_task(swarm, guard):
    """Without -d the client waits until the task runs."""
    docker(guard.url, "service", "create", "--no-resolve-image", "-q",
           "--name", "runs", "busybox", "sleep", "600")
    [task] = docker(swarm.url, "ps", "-q", "--filter",
                    "label=com.docker.swarm.service.name=runs"
                    ).stdout.split()
    [container] = json.loads(docker(swarm.url, "inspect", task).stdout)
    host = container["HostConfig"]
    assert container["Config"]["User"] == "65534:65534"
    assert host["ReadonlyRootfs"] is True
    assert host["CapDrop"] == ["ALL"]
    assert host["PidsLimit"] == 512
    assert host["Memory"] == 2 << 30
    assert not host["Binds"]
    assert host["NetworkMode"] in ("default", "bridge")


@pytest.mark.parametrize("words", [
    ("node", "update", "--availability", "drain"), ("swarm", "leave", "-f"),
    ("swarm", "update", "--autolock=true"),
    ("swarm", "join-token", "--rotate", "worker")])
def test_cluster(swarm, guard, words):
    nodes = docker(swarm.url, "node", "ls", "-q").stdout.split()
    done = docker(guard.url, *words, *(nodes if words[0] == "node" else ()),
                  check=False)
    assert "sockwarden: swarm: " in done.stderr
    assert docker(swarm.url, "node", "ls", "-q").stdout.split() == nodes


@pytest.fixture(scope="module")
def teams(swarm):
    """Two teams of one tier, with a socket each."""
    one = Guard.__new__(Guard)
    one.make_folder()
    tier = {**TIER, "filters": {**TIER["filters"], "owner": {}, "services": {
        **TIER["filters"]["services"], "secrets": ["*"], "configs": ["*"]}}}
    urls = {team: f"unix://{one.folder}/{team}" for team in ("red", "blue")}
    (one.folder / "config").write_text(json.dumps({
        "upstream": swarm.url,
        "listeners": [{"name": "first", "address": one.url}, *(
            {"name": team, "address": url} for team, url in urls.items())],
        "identities": [{"match": {"listener": team}, "team": team,
                        "tier": "services"} for team in urls],
        "tiers": {"services": tier},
        "audit": {"path": str(one.folder / "audit")}}))
    one.start("--config", one.folder / "config")
    yield urls
    one.close()


def lines(url, *words):
    return docker(url, *words).stdout.split()


@pytest.mark.parametrize("client", CLIENTS)
def test_owner(swarm, teams, client):
    red, blue = teams["red"], teams["blue"]
    name = f"o{uuid.uuid4().hex[:8]}"
    mine = docker(red, "secret", "create", f"{name}k", "-", stdin="k",
                  client=client).stdout.strip()
    docker(red, "config", "create", f"{name}c", "-", stdin="c", client=client)
    docker(red, "service", "create", "-d", "--no-resolve-image", "--name",
           name, "--secret", f"{name}k", "--config", f"{name}c", "busybox",
           "sleep", "600", client=client)
    stored = json.loads(docker(swarm.url, "service", "inspect",
                               name).stdout)[0]["Spec"]
    assert stored["Labels"]["sockwarden.team"] == "red"
    assert stored["TaskTemplate"]["ContainerSpec"]["Secrets"][0][
        "SecretID"] == mine

    docker(red, "service", "update", "-d", "--no-resolve-image", "--env-add",
           "A=1", name, client=client)
    # Its name is looked for in a list, its tasks by its id.
    assert docker(red, "service", "ps", name, client=client).stdout
    for what in ("service", "secret", "config"):
        ours, theirs = (lines(url, what, "ls", "-q") for url in (red, blue))
        assert ours and not theirs, what
        every = lines(blue, what, "ls", "-q", "--filter",
                      "label=sockwarden.team=red", "--filter",
                      "label=sockwarden.team")
        assert not every, what
    for words in (["service", "inspect", name], ["service", "ps", name],
                  ["service", "rm", name], ["secret", "inspect", mine],
                  ["secret", "rm", f"{name}k"], ["config", "rm", f"{name}c"],
                  ["service", "scale", "-d", f"{name}=2"]):
        done = docker(blue, *words, client=client, check=False)
        assert done.returncode != 0, words
    docker(red, "service", "rm", name, client=client)
    docker(red, "secret", "rm", f"{name}k", client=client)
