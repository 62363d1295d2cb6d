# SPDX-License-Identifier: Apache-2.0
"""Calls on containers that are there: what the tiers allow works with the
docker CLI as it is, and what the engine stores keeps within their limits."""
import http.client
import json
import secrets
import socket

import pytest

from conftest import CLIENTS, Guard, docker

GIB = 1 << 30


@pytest.fixture(scope="module")
def developer(engine):
    one = Guard("developer", engine.url)
    yield one
    one.close()


def inspect(engine, name):
    return json.loads(docker(engine.url, "inspect", name).stdout)[0]


def post(guard, target, body):
    """A call as no CLI makes it."""
    text = json.dumps(body)
    with socket.socket(socket.AF_UNIX) as sock:
        sock.connect(guard.url.removeprefix("unix://"))
        sock.sendall(f"POST {target} HTTP/1.1\r\nHost: d\r\n"
                     "Connection: close\r\nContent-Type: application/json\r\n"
                     f"Content-Length: {len(text)}\r\n\r\n{text}".encode())
        answer = http.client.HTTPResponse(sock)
        answer.begin()
        made = json.loads(answer.read())
    assert answer.status < 300, made
    return made


def refused(guard, *words, client, filter_name):
    done = docker(guard.url, *words, client=client, check=False)
    assert done.returncode != 0
    assert f"sockwarden: {filter_name}: " in done.stderr + done.stdout


@pytest.fixture(params=CLIENTS)
def client(request):
    return request.param


@pytest.fixture
def box(engine, ci, client):
    name = "box-" + secrets.token_hex(4)
    docker(ci.url, "run", "-d", "--name", name, "--network=none", "busybox",
           "sh", "-c", "trap exit TERM; while true; do sleep 0.1; done",
           client=client)
    yield name
    docker(engine.url, "rm", "-f", name)


@pytest.fixture
def privileged_box(engine):
    name = "privileged-" + secrets.token_hex(4)
    docker(engine.url, "run", "-d", "--name", name, "--network=none",
           "--privileged", "--label=sockwarden.team=anyone", "busybox",
           "sleep", "1000")
    yield name
    docker(engine.url, "rm", "-f", name)


def test_exec(ci, box, client):
    status = docker(ci.url, "exec", box, "cat", "/proc/self/status",
                    client=client).stdout
    assert "CapEff:\t0000000000000000" in status
    assert "Uid:\t65534\t" in status
    status = docker(ci.url, "exec", "--privileged", box, "cat",
                    "/proc/self/status", client=client).stdout
    assert "CapEff:\t0000000000000000" in status
    assert "NoNewPrivs:\t1" in status
    refused(ci, "exec", "-u", "0", box, "id", client=client,
            filter_name="user")


def test_exec_elsewhere(ci, developer, privileged_box, client):
    for guard in (ci, developer):
        refused(guard, "exec", privileged_box, "id", client=client,
                filter_name="privileged")


def test_update(engine, ci, box, client):
    docker(ci.url, "update", "--memory", "1g", box, client=client)
    docker(ci.url, "update", "--cpus", "64", "--pids-limit", "-1", box,
           client=client)
    docker(ci.url, "update", "--restart=always", box, client=client)
    host = inspect(engine, box)["HostConfig"]
    assert host["Memory"] == host["MemorySwap"] == GIB
    assert host["CpuQuota"] == 400000 and host["NanoCpus"] == 0
    assert host["PidsLimit"] == 4096
    assert host["RestartPolicy"]["Name"] in ("", "no")


def test_update_of_what_has_no_limits(engine, ci, privileged_box, client):
    refused(ci, "update", "--pids-limit", "100", privileged_box,
            client=client, filter_name="resources")
    assert not inspect(engine, privileged_box)["HostConfig"]["PidsLimit"]


def test_rename(ci, box, client):
    docker(ci.url, "rename", box, box + "2", client=client)
    docker(ci.url, "rename", box + "2", box, client=client)
    refused(ci, "rename", box, "f5f5b5bbec7a", client=client,
            filter_name="names")


def test_top(ci, developer, box, client):
    assert "sleep" in docker(developer.url, "top", box, "-o", "pid,args",
                             client=client).stdout
    assert "PID" in docker(ci.url, "top", box, client=client).stdout
    refused(developer, "top", box, "auxe", client=client, filter_name="top")


def test_copy_out(ci, box, client, tmp_path):
    docker(ci.url, "exec", box, "sh", "-c", "echo made >/tmp/out",
           client=client)
    docker(ci.url, "cp", f"{box}:/etc/passwd", str(tmp_path / "passwd"),
           client=client)
    assert "root:" in (tmp_path / "passwd").read_text()
    refused(ci, "cp", f"{box}:/proc/1/environ", str(tmp_path / "environ"),
            client=client, filter_name="files")


def test_commit(engine, developer, box, client):
    name = "localhost/made-" + box
    docker(developer.url, "commit", "-c", "ENV A=b", box, name, client=client)
    try:
        made = json.loads(docker(engine.url, "image", "inspect", name).stdout)
        assert "A=b" in made[0]["Config"]["Env"]
    finally:
        docker(engine.url, "rmi", name)
    refused(developer, "commit", box, "busybox", client=client,
            filter_name="repositories")
    refused(developer, "commit", "-c", "ONBUILD RUN id", box, name,
            client=client, filter_name="commit")


def test_stop(ci, box, client):
    docker(ci.url, "kill", "-s", "SIGCONT", box, client=client)
    docker(ci.url, "stop", "-t", "-1", box, client=client)
    refused(ci, "kill", "-s", "+9", box, client=client, filter_name="signals")


def test_a_negative_quota_is_no_way_out(engine, admin, ci):
    """The engine takes it beside NanoCpus, as no limit; no CLI sends it."""
    body = {"Image": "busybox", "HostConfig": {
        "NetworkMode": "none", "NanoCpus": 10**9, "CpuQuota": -1}}
    for guard, quota in ((admin, -1), (ci, 0)):
        made = post(guard, "/v1.41/containers/create", body)["Id"]
        try:
            host = inspect(engine, made)["HostConfig"]
        finally:
            docker(engine.url, "rm", "-f", made)
        assert host["NanoCpus"] == 10**9 and host["CpuQuota"] == quota
