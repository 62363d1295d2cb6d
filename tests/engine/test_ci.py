# SPDX-License-Identifier: Apache-2.0
"""What a CI job asks for becomes a hardened container, and it is felt there."""
import json

import pytest

from conftest import CLIENTS, Guard, docker

EVIL = ["--privileged", "-v", "/:/host", "--pid=host", "--ipc=host",
        "--uts=host", "--network=host", "--cap-add=ALL",
        "--security-opt=seccomp=unconfined", "--restart=always"]


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("flags", [[], EVIL], ids=["plain", "evil"])
def test_controls_on_the_container(engine, ci, client, flags):
    network = [] if flags else ["--network=none"]
    made = docker(ci.url, "create", *network, *flags, "busybox", "true",
                  client=client).stdout.strip()
    try:
        it = json.loads(docker(engine.url, "inspect", made).stdout)[0]
    finally:
        docker(engine.url, "rm", "-f", made)
    host = it["HostConfig"]
    assert host["Privileged"] is False
    assert host["ReadonlyRootfs"] is True
    assert host["CapDrop"] == ["ALL"] and not host["CapAdd"]
    assert host["SecurityOpt"] == ["no-new-privileges"]
    assert not host["Binds"] and not host.get("Mounts")
    assert host["PidMode"] == "" and host["UTSMode"] == ""
    assert host["IpcMode"] == "private"
    assert host["UsernsMode"] == ""
    assert host["NetworkMode"] in ("none", "default")
    assert host["Memory"] == host["MemorySwap"] == 2 << 30
    assert host["PidsLimit"] == 512 and host["CpuQuota"] > 0
    assert host["RestartPolicy"]["Name"] in ("", "no")
    assert host["MaskedPaths"] and host["ReadonlyPaths"]
    assert it["Config"]["User"] == "65534:65534"


@pytest.mark.parametrize("client", CLIENTS)
def test_the_container_feels_it(ci, client):
    done = docker(ci.url, "run", "--rm", "--privileged", "-v", "/:/host",
                  "--network=none", "busybox", "sh", "-c",
                  "touch /x; ls /host; cat /proc/self/status; "
                  "echo fine >/tmp/t && cat /tmp/t", client=client)
    assert "touch: /x: Read-only file system" in done.stderr
    assert "/host: No such file" in done.stderr
    for line in ("CapEff:\t0000000000000000", "CapBnd:\t0000000000000000",
                 "NoNewPrivs:\t1", "fine"):
        assert line in done.stdout
    assert "sockwarden: HostConfig.Privileged" in done.stderr


@pytest.mark.parametrize("client", CLIENTS)
def test_refusals_say_why(ci, client):
    for words in (["swarm", "leave"], ["info"], ["plugin", "ls"]):
        done = docker(ci.url, *words, client=client, check=False)
        assert "sockwarden: calls: the call " in done.stdout + done.stderr


def test_records(ci):
    docker(ci.url, "run", "--rm", "--privileged", "--network=none", "busybox",
           "true")
    created = [r for r in ci.records() if r.get("call") == "container.create"]
    assert created[-1]["verdict"] == "rewrite"
    assert "HostConfig.Privileged" in [
        c["field"] for c in created[-1]["changes"]]


def test_user_namespaces_stay(remapping_engine):
    guard = Guard("ci", remapping_engine.url)
    try:
        done = docker(guard.url, "run", "--rm", "--userns=host",
                      "--privileged", "-v", "/:/host", "--pid=host",
                      "--network=none", "busybox", "cat",
                      "/proc/self/uid_map")
        assert done.stdout.split()[1] != "0"
    finally:
        guard.close()
