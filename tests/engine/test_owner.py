# SPDX-License-Identifier: Apache-2.0
"""Two teams on one engine: each has its containers, volumes and networks for
itself, and works with the docker CLI as it is."""
import json
import secrets

import pytest

from conftest import CLIENTS, Guard, docker, running
from test_interactive import SIZED, Terminal

# What the presets leave out for now, too: ownership is to be seen alone.
FILTERS = {"calls": {"allow": ["*"]}, "owner": {}}


class Teams(Guard):
    """A listener for each of two teams."""

    def __init__(self, upstream):
        self.make_folder()
        names = ("blue", "red")
        self.urls = {n: f"unix://{self.folder}/{n}" for n in names}
        config = {
            "upstream": upstream,
            "listeners": [{"name": n, "address": self.urls[n]} for n in names],
            "identities": [{"match": {"listener": n}, "team": n, "tier": "own"}
                           for n in names],
            "tiers": {"own": {"unlisted": "off", "unknown_fields": "drop",
                              "filters": FILTERS}},
            "audit": {"path": str(self.folder / "audit")}}
        (self.folder / "config").write_text(json.dumps(config))
        self.start("--config", self.folder / "config")


@pytest.fixture(scope="module")
def guard(engine):
    one = Teams(engine.url)
    yield one
    one.close()


@pytest.fixture(params=CLIENTS)
def client(request):
    return request.param


@pytest.fixture
def blue(guard, client):
    return lambda *words, **more: docker(
        guard.urls["blue"], *words, client=client, **more)


@pytest.fixture
def red(guard, client):
    return lambda *words, **more: docker(
        guard.urls["red"], *words, client=client, **more)


@pytest.fixture
def things(engine, blue):
    """Names of a network, a volume and a running container of blue's."""
    tail = secrets.token_hex(4)
    names = {kind: f"{kind}-x{tail}" for kind in ("net", "vol", "box")}
    blue("network", "create", names["net"])
    blue("volume", "create", names["vol"])
    blue("run", "-d", "--name", names["box"], "--network", names["net"], "-v",
         names["vol"] + ":/data", "busybox", "sh", "-c",
         "echo secret; echo secret >/data/f; "
         "trap exit TERM; while true; do sleep 0.1; done")
    yield names
    docker(engine.url, "rm", "-f", names["box"])
    docker(engine.url, "volume", "rm", "-f", names["vol"])
    docker(engine.url, "network", "rm", names["net"])


def await_logs(guard, box, client):
    with running(guard.urls["blue"], "logs", "-f", box,
                 client=client) as process:
        assert process.stdout.readline() == "secret\n"


def test_a_team_works_as_usual(guard, blue, client, things):
    box = things["box"]
    await_logs(guard, box, client)
    assert blue("exec", box, "cat", "/data/f").stdout == "secret\n"
    assert box in blue("ps", "--format", "{{.Names}}").stdout.split()
    assert things["vol"] in blue("volume", "ls", "-q").stdout.split()
    listed = blue("network", "ls", "--format", "{{.Name}}").stdout.split()
    assert things["net"] in listed
    assert blue("inspect", "-f", "{{.Name}}", box).stdout.strip() == "/" + box
    short = blue("inspect", "-f", "{{.Id}}", box).stdout[:12]
    assert blue("port", short).stdout == ""
    blue("restart", "-t", "1", box)
    blue("rename", box, box + "2")
    blue("rename", box + "2", box)
    blue("stop", "-t", "1", box)
    assert blue("start", box).stdout.strip() == box
    # Read through another container, by what it has and by its name.
    for flags in (["--volumes-from", box], ["-v", things["vol"] + ":/data:ro"],
                  ["--mount", f"type=volume,src={things['vol']},dst=/data"]):
        out = blue("run", "--rm", "--network=none", *flags, "busybox", "cat",
                   "/data/f").stdout
        assert out == "secret\n"
    out = blue("run", "--rm", "--network", "container:" + box, "--pid",
               "container:" + box, "busybox", "ps").stdout
    assert "trap exit TERM" in out


def test_finds_each_other_in_their_network(blue, things):
    blue("run", "--rm", "--network", things["net"], "busybox", "ping", "-c",
         "1", things["box"])


def test_terminal(guard, client):
    one = Terminal(guard.urls["blue"], client, "run", "-it", "--rm",
                   "--network=none", "busybox", "sh", "-c", SIZED)
    try:
        one.expect("sized")
        one.say("hello\n")
        one.expect("got:hello")
        assert one.ends() == ("\r\n", 5)
    finally:
        one.close()


def test_input(blue, things):
    assert blue("run", "-i", "--rm", "--network=none", "busybox", "cat",
                stdin="hello").stdout == "hello"
    assert blue("exec", "-i", things["box"], "cat",
                stdin="hello").stdout == "hello"


def test_a_volume_made_by_a_run_is_the_teams(engine, blue, red):
    name = "made-x" + secrets.token_hex(4)
    try:
        blue("run", "--rm", "--network=none", "-v", name + ":/d", "busybox",
             "touch", "/d/x")
        found = json.loads(docker(
            engine.url, "volume", "inspect", name).stdout)[0]
        assert found["Labels"] == {"sockwarden.team": "blue"}
        done = red("run", "--rm", "--network=none", "-v", name + ":/d",
                   "busybox", "ls", "/d", check=False)
        assert done.returncode != 0 and "your team has no" in done.stderr
        assert blue("run", "--rm", "--network=none", "-v", name + ":/d",
                    "busybox", "ls", "/d").stdout == "x\n"
    finally:
        docker(engine.url, "volume", "rm", "-f", name)


@pytest.mark.parametrize("flags", [
    [], ["--filter", "label=sockwarden.team=blue"],
    ["--filter", "label=sockwarden.team"]], ids=["plain", "forged", "any"])
def test_another_team_sees_nothing(red, things, flags):
    assert things["box"] not in red("ps", "-a", *flags).stdout
    assert things["vol"] not in red("volume", "ls", *flags).stdout
    assert things["net"] not in red("network", "ls", *flags).stdout


ON_BOX = [["stop", "-t", "0"], ["kill"], ["logs"], ["inspect"], ["pause"],
          ["restart"], ["rm", "-f"], ["attach", "--no-stdin"], ["top"],
          ["export"], ["diff"], ["port"], ["wait"], ["commit"],
          ["update", "--cpu-shares", "4"]]


@pytest.mark.parametrize("words", ON_BOX, ids=[w[0] for w in ON_BOX])
def test_another_team_does_nothing(engine, red, things, words):
    before = state(engine, things["box"])
    for name in (things["box"], before["Id"], before["Id"][:8]):
        done = red(*words, name, check=False)
        said = done.stderr.lower()
        assert done.returncode != 0 or words[0] == "rm", said
        assert "no such container" in said or "no such object" in said
        assert "secret" not in done.stdout
    assert state(engine, things["box"]) == before


def state(engine, box):
    found = json.loads(docker(engine.url, "inspect", box).stdout)[0]
    return {"Id": found["Id"], "State": found["State"],
            "Shares": found["HostConfig"]["CpuShares"]}


def test_another_team_does_not_enter(engine, red, things):
    box, net, vol = things["box"], things["net"], things["vol"]
    for words in (["exec", box, "id"], ["cp", box + ":/data/f", "-"],
                  ["rename", box, "mine"], ["volume", "rm", vol],
                  ["volume", "inspect", vol], ["network", "inspect", net],
                  ["network", "rm", net], ["network", "connect", net, box],
                  ["network", "disconnect", "-f", net, box],
                  ["volume", "create", vol], ["network", "create", net]):
        done = red(*words, check=False)
        assert done.returncode != 0 and "secret" not in done.stdout, words
    for flags in (["--volumes-from", box], ["-v", vol + ":/data"],
                  ["--mount", f"type=volume,src={vol},dst=/data"],
                  ["--network", net], ["--network", "container:" + box],
                  ["--pid", "container:" + box],
                  ["--ipc", "container:" + box], ["--link", box + ":x"]):
        done = red("run", "--rm", *flags, "busybox", "true", check=False)
        assert done.returncode != 0, flags
        assert "sockwarden: owner: " in done.stderr, flags
    assert state(engine, box)["State"]["Running"]


def test_a_prune_is_the_teams(engine, blue, red):
    name = "ended-x" + secrets.token_hex(4)
    blue("run", "--name", name, "--network=none", "busybox", "true")
    for flags in ([], ["--filter", "label=sockwarden.team=blue"],
                  ["--filter", "label!=x"]):
        red("container", "prune", "-f", *flags)
    assert name in docker(engine.url, "ps", "-a").stdout
    blue("container", "prune", "-f")
    assert name not in docker(engine.url, "ps", "-a").stdout


def test_a_name_that_became_anothers(engine, blue, red):
    """A container starts with what it was made with, or not at all."""
    tail = secrets.token_hex(4)
    net, box = "net-x" + tail, "box-x" + tail
    try:
        red("network", "create", net)
        red("create", "--name", box, "--network", net, "busybox", "true")
        red("network", "rm", net)
        blue("network", "create", net)
        done = red("start", box, check=False)
        assert done.returncode != 0
    finally:
        docker(engine.url, "rm", "-f", box, check=False)
        docker(engine.url, "network", "rm", net, check=False)


def test_the_label_is_not_the_callers(engine, red):
    name = "forged-x" + secrets.token_hex(4)
    try:
        red("create", "--name", name, "--label", "sockwarden.team=blue",
            "busybox")
        found = json.loads(docker(engine.url, "inspect", name).stdout)[0]
        assert found["Config"]["Labels"]["sockwarden.team"] == "red"
    finally:
        docker(engine.url, "rm", "-f", name)
