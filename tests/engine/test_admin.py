# SPDX-License-Identifier: Apache-2.0
"""Whatever passes directly, passes through the tier admin as well."""
import pytest

from conftest import CLIENTS, docker

pytestmark = pytest.mark.parametrize("client", CLIENTS)
RUN = ["run", "--rm", "--network=none"]
COMMANDS = {
    "output": [*RUN, "busybox", "echo", "hello"],
    "status": [*RUN, "busybox", "sh", "-c", "exit 7"],
    "unknown image": [*RUN, "nosuch:1", "true"],
    "privileged": [*RUN, "--privileged", "-v", "/:/host", "busybox", "ls",
                   "/host"],
    "much": [*RUN, "busybox", "head", "-c", "3000000", "/dev/zero"],
    "no such container": ["logs", "nosuch"],
    "no such command": [*RUN, "busybox", "nosuch"],
}


@pytest.mark.parametrize("name", COMMANDS)
def test_same_as_directly(engine, admin, client, name):
    words = COMMANDS[name]
    direct = docker(engine.url, *words, client=client, check=False)
    through = docker(admin.url, *words, client=client, check=False)
    assert through.returncode == direct.returncode
    assert through.stdout == direct.stdout


def test_stdin_ends(admin, client):
    done = docker(admin.url, "run", "-i", "--rm", "--network=none", "busybox",
                  "wc", "-c", client=client, stdin="x" * 2_000_000)
    assert done.stdout.strip() == "2000000"


def test_life_of_a_container(admin, client, tmp_path):
    name = "life"
    docker(admin.url, "run", "-d", "--name", name, "--network=none", "busybox",
           "sh", "-c", "echo begun; exec sleep 1000", client=client)
    try:
        assert docker(admin.url, "exec", name, "echo", "in",
                      client=client).stdout == "in\n"
        assert docker(admin.url, "exec", "-i", name, "cat", client=client,
                      stdin="through").stdout == "through"
        assert "begun" in docker(admin.url, "logs", name,
                                 client=client).stdout
        (tmp_path / "f").write_text("content")
        docker(admin.url, "cp", str(tmp_path / "f"), f"{name}:/tmp/f",
               client=client)
        docker(admin.url, "cp", f"{name}:/tmp/f", str(tmp_path / "g"),
               client=client)
        assert (tmp_path / "g").read_text() == "content"
        assert "sleep" in docker(admin.url, "top", name, client=client).stdout
        docker(admin.url, "stats", "--no-stream", name, client=client)
        docker(admin.url, "rename", name, name + "2", client=client)
        docker(admin.url, "rename", name + "2", name, client=client)
        docker(admin.url, "commit", name, "made:1", client=client)
        saved = tmp_path / "image.tar"
        docker(admin.url, "save", "-o", str(saved), "made:1", client=client)
        docker(admin.url, "load", "-i", str(saved), client=client)
        docker(admin.url, "rmi", "made:1", client=client)
    finally:
        docker(admin.url, "rm", "-f", name, client=client)


def test_build(admin, client, tmp_path):
    (tmp_path / "Dockerfile").write_text(
        "FROM busybox\nCOPY f /f\nRUN cat /f > /g\n")
    (tmp_path / "f").write_text("x" * 500_000)
    docker(admin.url, "build", "--network=none", "-t", "built:1",
           str(tmp_path), client=client)
    docker(admin.url, "rmi", "built:1", client=client)


def test_volumes_and_events(admin, client):
    docker(admin.url, "volume", "create", "vol1", client=client)
    docker(admin.url, "volume", "rm", "vol1", client=client)
    docker(admin.url, "events", "--since", "1m", "--until", "0s",
           client=client)
    for words in (["info"], ["version"], ["system", "df"], ["ps", "-a"],
                  ["images"], ["network", "ls"], ["volume", "ls"]):
        docker(admin.url, *words, client=client)
