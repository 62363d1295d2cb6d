# SPDX-License-Identifier: Apache-2.0
"""conf/examples: each with the calls of its application, as its source makes
them, and with the calls that it would be a danger with."""
import io
import json
import pathlib
import shutil
import subprocess
import tarfile
import urllib.parse

import docker as docker_py
import pytest

from conftest import PATIENCE, docker, docker_env
from example import Caller, Example, frames, refuses

HERE = pathlib.Path(__file__).parent
CREATE = "/containers/create"
HOST = {"Image": "busybox", "HostConfig": {
    "Binds": ["/:/host"], "Privileged": True, "PidMode": "host"}}


def filters(**some):
    return urllib.parse.quote(json.dumps(
        {key: {value: True} for key, value in some.items()}))


def inspect(engine, name):
    return json.loads(docker(engine.url, "inspect", name).stdout)[0]


@pytest.fixture
def guard(engine, request):
    """The example that the test names, in folders of its own."""
    made = []

    def start(name, **more):
        made.append(Example(name, engine.url, **more))
        return made[-1]

    yield start
    for one in made:
        one.close()


@pytest.fixture
def web(engine):
    """A container of somebody else's."""
    name = docker(engine.url, "run", "-d", "--network=none", "--label",
                  "traefik.enable=true", "--label", "sockwarden.team=shop",
                  "-e", "SECRET=1", "busybox", "sleep", "1000").stdout.strip()
    yield name
    docker(engine.url, "rm", "-f", name, check=False)


def is_unhurt(engine, made):
    """The container has nothing of the host's."""
    it = inspect(engine, made)
    assert it["HostConfig"]["Privileged"] is False
    assert it["HostConfig"]["PidMode"] == ""
    assert "/" not in [mount["Source"] for mount in it["Mounts"]]


def makes_harmless(engine, guard, name="", body=HOST):
    """What asks for the host is made without it."""
    status, made = guard.call("POST", CREATE + name, body)
    assert status == 201, made
    is_unhurt(engine, made["Id"])
    assert guard.call("DELETE", f"/containers/{made['Id']}?force=1")[0] == 204


# --- programs that watch -------------------------------------------------------

def test_traefik(engine, guard, web):
    traefik = guard("traefik")
    assert traefik.call("GET", "/version")[1]["ApiVersion"]
    listed = traefik.call("GET", "/containers/json")[1]
    assert web in [one["Id"] for one in listed]
    seen = traefik.call("GET", f"/containers/{web}/json")[1]
    assert seen["Config"]["Labels"]["traefik.enable"] == "true"
    with Caller(traefik.url) as caller:
        caller.send("GET", "/events?filters=" + filters(type="container"))
        reply = caller.connection.getresponse()
        docker(engine.url, "restart", "-t", "0", web)
        event = json.loads(reply.readline())
    assert event["Actor"]["ID"] == web
    refuses(traefik, ("POST", CREATE, HOST),
            ("POST", f"/containers/{web}/exec", {"Cmd": ["id"]}),
            ("GET", f"/containers/{web}/logs?stdout=1", None),
            ("GET", f"/containers/{web}/archive?path=/", None),
            ("POST", f"/containers/{web}/stop", None),
            ("GET", "/info", None), ("GET", "/secrets", None))


# --- programs that manage ------------------------------------------------------

def test_portainer(engine, guard, web):
    portainer = guard("portainer")
    for path in ("/_ping", "/info", "/version", "/containers/json?all=1",
                 "/images/json?all=0", "/volumes", "/networks",
                 "/events?since=1&until=2", f"/containers/{web}/json",
                 f"/containers/{web}/logs?stdout=1&stderr=1&tail=100",
                 f"/containers/{web}/stats?stream=false",
                 f"/containers/{web}/top"):
        assert portainer.call("GET", path)[0] == 200, path
    status, made = portainer.call("POST", f"{CREATE}?name=p1", {
        "Image": "busybox", "Cmd": ["sleep", "1000"], "Env": [],
        "ExposedPorts": {"80/tcp": {}},
        "HostConfig": {"Binds": ["p1:/data"], "PublishAllPorts": False,
                       "RestartPolicy": {"Name": "unless-stopped"},
                       "PortBindings": {"80/tcp": [
                           {"HostIp": "127.0.0.1", "HostPort": "8089"}]}},
        "Volumes": {"/data": {}}})
    assert status == 201, made
    try:
        one = f"/containers/{made['Id']}"
        assert portainer.call("POST", f"{one}/start")[0] == 204
        status, run = portainer.call("POST", f"{one}/exec", {
            "AttachStdout": True, "Tty": True, "Cmd": ["echo", "in"]})
        assert status == 201, run
        with Caller(portainer.url) as caller:
            stream = caller.hijack(f"/exec/{run['Id']}/start",
                                   {"Detach": False, "Tty": True})
            assert stream.recv(100) == b"in\r\n"
        assert portainer.call("POST", f"{one}/restart?t=0")[0] == 204
        assert portainer.call("POST", f"{one}/stop?t=0")[0] == 204
    finally:
        assert portainer.call("DELETE", f"{one}?v=1&force=true")[0] == 204
        assert portainer.call("DELETE", "/volumes/p1")[0] == 204
    makes_harmless(engine, portainer)
    refuses(portainer, ("POST", "/swarm/init", {"ListenAddr": "0.0.0.0"}),
            ("POST", "/volumes/create", {
                "Name": "x", "DriverOpts": {
                    "type": "none", "o": "bind", "device": "/"}}),
            ("GET", "/plugins", None), ("GET", "/secrets", None))


def renewed(it, image):
    """The body that Watchtower makes a container anew with: what an inspection
    showed, without what the old image said."""
    config = dict(it["Config"])
    for key in ("WorkingDir", "User", "Entrypoint", "Volumes"):
        if config.get(key) == image["Config"].get(key):
            config.pop(key)
    config["Env"] = [one for one in config["Env"]
                     if one not in image["Config"]["Env"]]
    config["Image"] = "docker.io/library/shop:latest"
    ends = it["NetworkSettings"]["Networks"]
    for end in ends.values():
        end["Aliases"] = [alias for alias in end["Aliases"] or []
                          if alias != it["Id"][:12]]
    return config | {"HostConfig": it["HostConfig"],
                     "NetworkingConfig": {"EndpointsConfig": ends}}, ends


def test_watchtower(engine, guard, tmp_path):
    (tmp_path / "shop").mkdir()
    watchtower = guard("watchtower", places={"/srv/data": tmp_path})
    docker(engine.url, "tag", "busybox", "shop")
    docker(engine.url, "network", "create", "shop")
    try:
        old = docker(engine.url, "run", "-d", "--name=shop", "--network=shop",
                     "-v", f"{tmp_path}/shop:/data", "-p", "8088:80", "-e",
                     "PRICE=1", "--restart=unless-stopped", "--label",
                     "com.centurylinklabs.watchtower.enable=true", "shop",
                     "sleep", "1000").stdout.strip()
        docker(engine.url, "commit", "-m", "newer", old, "shop")

        listed = watchtower.call(
            "GET", "/containers/json?filters=" + filters(status="running"))[1]
        assert old in [one["Id"] for one in listed]
        it = watchtower.call("GET", f"/containers/{old}/json")[1]
        was = watchtower.call("GET", f"/images/{it['Image']}/json")[1]
        new = watchtower.call("GET", "/images/shop:latest/json")[1]
        assert was["Id"] != new["Id"]

        path = f"/containers/{old}"
        assert watchtower.call("POST", f"{path}/kill?signal=SIGKILL")[0] == 204
        assert watchtower.call("DELETE", f"{path}?force=1")[0] == 204
        body, ends = renewed(it, was)
        status, made = watchtower.call("POST", f"{CREATE}?name=shop", body)
        assert status == 201, made
        for name, end in ends.items():
            for verb, more in (("disconnect", {"Force": True}),
                               ("connect", {"EndpointConfig": end})):
                status, said = watchtower.call(
                    "POST", f"/networks/{name}/{verb}",
                    {"Container": made["Id"]} | more)
                assert status == 200, said
        status, said = watchtower.call(
            "POST", f"/containers/{made['Id']}/start")
        assert status == 204, said

        now = inspect(engine, "shop")
        assert now["Image"] == new["Id"] and now["State"]["Running"]
        for key in ("Binds", "PortBindings", "RestartPolicy", "NetworkMode"):
            assert now["HostConfig"][key] == it["HostConfig"][key], key
        assert now["Config"]["Labels"] == it["Config"]["Labels"]
        assert "PRICE=1" in now["Config"]["Env"]

        body["HostConfig"] = {"Binds": ["/:/host"]}
        refuses(watchtower, ("POST", CREATE, body),
                ("POST", CREATE, {"Image": "evil.example.net/x"}),
                ("POST", "/images/create?fromImage=evil.example.net/x", None),
                ("POST", "/containers/shop/exec", {"Cmd": ["id"]}),
                ("GET", "/containers/shop/archive?path=/", None),
                ("GET", "/info", None))
        made = watchtower.call("POST", CREATE, {
            "Image": "docker.io/library/busybox",
            "HostConfig": {"Privileged": True, "PidMode": "host"}})[1]
        is_unhurt(engine, made["Id"])
        docker(engine.url, "rm", made["Id"])
    finally:
        docker(engine.url, "rm", "-f", "shop", check=False)
        docker(engine.url, "rmi", "-f", "shop", check=False)
        docker(engine.url, "network", "rm", "shop", check=False)


# --- runners -------------------------------------------------------------------

def script(gitlab, container, text):
    """One stage of a job: attach, start, the script goes in, the log comes out,
    and the end is waited for."""
    one = f"/containers/{container}"
    with Caller(gitlab.url) as caller:
        stream = caller.hijack(
            f"{one}/attach?stream=1&stdin=1&stdout=1&stderr=1")
        assert gitlab.call("POST", f"{one}/start")[0] == 204
        stream.sendall(text.encode())
        stream.shutdown(1)
        log = frames(stream)
    status = gitlab.call("POST", f"{one}/wait?condition=not-running")[1]
    return log, status["StatusCode"]


def test_gitlab_runner(engine, guard, web):
    gitlab = guard("gitlab-runner")
    name = "runner-abc-project-1-concurrent-0"
    assert gitlab.call("GET", "/info")[1]["OSType"] == "linux"
    image = gitlab.call("GET", "/images/busybox:latest/json")[1]["Id"]
    status, network = gitlab.call("POST", "/networks/create", {
        "Name": f"{name}-net", "CheckDuplicate": True, "Driver": "",
        "EnableIPv6": False, "Labels": {"com.gitlab.gitlab-runner.type": "x"}})
    assert status == 201, network
    assert gitlab.call("POST", "/volumes/create", {
        "Name": f"{name}-cache", "Labels": {}})[0] == 201

    def make(kind, aliases):
        status, made = gitlab.call("POST", f"{CREATE}?name={name}-{kind}", {
            "Image": image, "Hostname": name, "Cmd": ["sh"], "Tty": False,
            "AttachStdin": True, "AttachStdout": True, "AttachStderr": True,
            "OpenStdin": True, "StdinOnce": True, "Env": ["CI=true"],
            "Labels": {"com.gitlab.gitlab-runner.type": kind},
            "HostConfig": {
                "Binds": [f"{name}-cache:/builds"], "Privileged": False,
                "NetworkMode": f"{name}-net", "RestartPolicy": {"Name": "no"},
                "LogConfig": {"Type": "json-file"}},
            "NetworkingConfig": {"EndpointsConfig": {
                f"{name}-net": {"Aliases": aliases}}}})
        assert status == 201, made
        assert gitlab.call("GET", f"/containers/{made['Id']}/json")[0] == 200
        return made["Id"]

    try:
        helper = make("predefined", [f"{name}-predefined"])
        assert script(gitlab, helper, "chown 0:0 /builds\n"
                      "echo source >/builds/file\n") == ("", 0)
        job = make("build", ["build"])
        assert script(gitlab, job, "cat /builds/file; exit 3\n") == (
            "source\n", 3)
        is_unhurt(engine, job)
        for one in (helper, job):
            assert gitlab.call("DELETE", f"/containers/{one}?force=1&v=1")[
                0] == 204
    finally:
        assert gitlab.call("DELETE", f"/networks/{name}-net")[0] == 204
        assert gitlab.call("DELETE", f"/volumes/{name}-cache")[0] == 204
    makes_harmless(engine, gitlab)
    refuses(gitlab, ("DELETE", f"/containers/{web}?force=1", None),
            ("GET", f"/containers/{web}/logs?stdout=1", None),
            ("POST", "/images/create?fromImage=evil.example.net/x", None),
            ("POST", "/build", None), ("GET", "/secrets", None))


def test_github_actions(engine, guard, web, tmp_path):
    work = tmp_path / "runner" / "work"
    (work / "_temp").mkdir(parents=True)
    (tmp_path / "runner" / "externals").mkdir()
    runner = guard("github-actions", places={
        "/home/runner": tmp_path / "runner", "/opt/hosted": tmp_path / "h"})
    socket = runner.url.removeprefix("unix://")

    def cli(*words, **more):
        return docker(runner.url, *words, **more).stdout.strip()

    # In the order of the runner's own steps.
    assert cli("version", "--format", "{{.Server.APIVersion}}")
    assert cli("ps", "--all", "--quiet", "--no-trunc", "--filter",
               "label=a1b2c3") == ""
    cli("network", "prune", "--force", "--filter", "label=a1b2c3")
    cli("network", "create", "--label", "a1b2c3", "github_network_0")
    try:
        job = cli("create", "--name", "job", "--label", "a1b2c3", "--workdir",
                  "/__w/app", "--network", "github_network_0", "-e",
                  "HOME=/github/home", "-e", "GITHUB_ACTIONS=true", "-v",
                  "/var/run/docker.sock:/var/run/docker.sock", "-v",
                  f"{work}:/__w", "-v",
                  f"{tmp_path}/runner/externals:/__e:ro", "-v",
                  f"{work}/_temp:/__w/_temp", "--entrypoint", "tail",
                  "busybox", "-f", "/dev/null")
        cli("start", job)
        assert cli("ps", "--all", "--filter", f"id={job}", "--filter",
                   "status=running", "--no-trunc", "--format", "{{.ID}}") == job
        cli("exec", "-i", "--workdir", "/__w", "-e", "CI=true", job, "sh", "-e",
            stdin="echo built >result; stat -c %i /var/run/docker.sock >sock")
        assert (work / "result").read_text() == "built\n"
        # The socket in the job is the guard's.
        assert int((work / "sock").read_text()) == pathlib.Path(
            socket).stat().st_ino
        (work / "Dockerfile").write_text("FROM busybox\nRUN echo made >/m\n")
        cli("build", "-t", "a1b2c3:0f0e", "-f", f"{work}/Dockerfile", str(work))
        assert cli("run", "--name", "action", "--label", "a1b2c3", "--workdir",
                   "/github/workspace", "--rm", "-e", "CI=true", "--network",
                   "github_network_0", "-v", f"{work}:/github/workspace",
                   "a1b2c3:0f0e", "cat", "/m") == "made"
        cli("rm", "--force", job)
    finally:
        cli("network", "rm", "github_network_0")
        docker(engine.url, "rm", "-f", "job", "action", check=False)
        docker(engine.url, "rmi", "-f", "a1b2c3:0f0e", check=False)
    evil = cli("create", "--privileged", "-v", "/:/host", "--pid=host", "-v",
               f"{tmp_path}:/up", "busybox")
    is_unhurt(engine, evil)
    assert inspect(engine, evil)["Mounts"] == []
    cli("rm", evil)
    refuses(runner, ("DELETE", f"/containers/{web}?force=1", None),
            ("POST", f"/containers/{web}/exec", {"Cmd": ["id"]}),
            ("POST", "/images/busybox/push", None),
            ("GET", "/info", None))


def test_jenkins(engine, guard, web, tmp_path):
    space = tmp_path / "workspace" / "app"
    space.mkdir(parents=True)
    for folder in (tmp_path.parent.parent, tmp_path.parent, tmp_path, space):
        folder.chmod(0o777)
    (tmp_path / "workspace" / "app@tmp").mkdir()
    jenkins = guard("jenkins", places={
        "/var/lib/jenkins/workspace": tmp_path / "workspace"})

    def cli(*words, **more):
        return docker(jenkins.url, *words, **more).stdout.strip()

    assert cli("inspect", "-f", ".", "busybox") == "."
    job = cli("run", "-t", "-d", "-u", "1000:1000", "-w", str(space), "-v",
              f"{space}:{space}:rw,z", "-v", f"{space}@tmp:{space}@tmp:rw,z",
              "-e", "BUILD_NUMBER=1", "--network", "none", "busybox", "cat")
    try:
        assert "cat" in cli("top", job, "-eo", "pid,comm")
        cli("exec", "--env", "BUILD_NUMBER=1", job, "sh", "-c",
            "id -u >made; test ! -w /etc")
        assert (space / "made").read_text() == "1000\n"
        is_unhurt(engine, job)
        cli("stop", "--time=1", job)
    finally:
        cli("rm", "-f", "--volumes", job)
    evil = cli("create", "--privileged", "-u", "root", "-v", "/:/host",
               "busybox")
    is_unhurt(engine, evil)
    assert inspect(engine, evil)["Config"]["User"] == "65534:65534"
    cli("rm", evil)
    refuses(jenkins, ("DELETE", f"/containers/{web}?force=1", None),
            ("GET", f"/containers/{web}/json", None),
            ("POST", "/images/busybox/push", None),
            ("POST", "/volumes/create", {"Name": "x"}),
            ("GET", "/info", None))


def test_ci_agent(engine, guard, tmp_path):
    space = tmp_path / "space"
    space.mkdir()
    for folder in (tmp_path.parent.parent, tmp_path.parent, tmp_path, space):
        folder.chmod(0o777)
    agent = guard("ci-agent", places={"/srv/agents/7/workspace": space})
    docker(agent.url, "run", "--rm", "--network=none", "-v", "/workspace:/src",
           "busybox", "sh", "-c", "echo built >/src/result")
    assert (space / "result").read_text() == "built\n"
    makes_harmless(engine, agent)
    refuses(agent, ("GET", "/info", None), ("GET", "/events", None))


# --- libraries -----------------------------------------------------------------

@pytest.fixture(scope="module")
def modules(tmp_path_factory):
    """Testcontainers and what it needs, in the versions we lock."""
    folder = tmp_path_factory.mktemp("testcontainers")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / "testcontainers" / name, folder)
    subprocess.run(["npm", "ci", "--omit=optional", "--ignore-scripts",
                    "--no-audit", "--no-fund"], cwd=folder, check=True,
                   timeout=3 * PATIENCE)
    return folder / "node_modules"


def test_testcontainers(engine, guard, modules, web):
    """The library itself; its reaper is an image that is not to be had here,
    and so is made as it would make it."""
    tests = guard("testcontainers")
    env = docker_env(tests.url) | {
        "NODE_PATH": str(modules), "TESTCONTAINERS_RYUK_DISABLED": "true",
        "TESTCONTAINERS_HOST_OVERRIDE": "127.0.0.1"}
    pid = pathlib.Path(engine.folder, "engine.pid").read_text().strip()
    # Published ports are in the network namespace of the engine.
    done = subprocess.run(
        ["nsenter", f"--net=/proc/{pid}/ns/net", "node",
         HERE / "testcontainers" / "life.js"],
        env=env, text=True, capture_output=True, timeout=2 * PATIENCE)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "byPort": "hello", "byExec": "hello", "byNetwork": True}

    status, ryuk = tests.call("POST", f"{CREATE}?name=testcontainers-ryuk", {
        "Image": "busybox", "ExposedPorts": {"8080/tcp": {}},
        "Cmd": ["stat", "-c", "%i", "/var/run/docker.sock"],
        "Labels": {"org.testcontainers": "true"},
        "HostConfig": {
            "Privileged": True, "PortBindings": {"8080/tcp": [
                {"HostPort": "0"}]},
            "Binds": ["/var/run/docker.sock:/var/run/docker.sock:rw"]}})
    assert status == 201, ryuk
    is_unhurt(engine, ryuk["Id"])
    seen = docker(tests.url, "start", "-a", ryuk["Id"]).stdout
    assert int(seen) == pathlib.Path(
        tests.url.removeprefix("unix://")).stat().st_ino
    assert tests.call("DELETE", f"/containers/{ryuk['Id']}?v=1&force=1")[
        0] == 204
    makes_harmless(engine, tests)
    refuses(tests, ("DELETE", f"/containers/{web}?force=1&v=1", None),
            ("POST", "/build?t=busybox", None), ("GET", "/secrets", None))


def archive(**files):
    """A tar of /job with these files, of nobody's."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        entries = [("job", None)] + [
            (f"job/{name}", text) for name, text in files.items()]
        for name, text in entries:
            info = tarfile.TarInfo(name)
            info.uid = info.gid = 65534
            info.mode = 0o755
            if text is None:
                info.type = tarfile.DIRTYPE
            else:
                info.size = len(text)
            tar.addfile(info, io.BytesIO((text or "").encode()))
    return out.getvalue()


def test_ai_sandbox(engine, guard, web):
    """By docker-py, as agents' tools do."""
    sandbox = guard("ai-sandbox")
    api = docker_py.DockerClient(base_url=sandbox.url, version="1.41").api
    made = api.create_container("busybox:latest", ["sleep", "1000"],
                                name="agent-1")["Id"]
    try:
        assert api.put_archive(made, "/tmp", archive(
            task="id -u; cat /proc/net/dev | wc -l; "
            "echo 42 >/tmp/job/result"))
        api.start(made)
        run = api.exec_create(made, ["sh", "/tmp/job/task"])["Id"]
        # Two lines of a head, and the loopback.
        assert api.exec_start(run) == b"65534\n3\n"
        assert api.exec_inspect(run)["ExitCode"] == 0
        host = inspect(engine, made)["HostConfig"]
        assert host["NetworkMode"] == "none" and host["PidsLimit"] == 64
        assert host["Memory"] == 512 << 20 and host["CapDrop"] == ["ALL"]
        api.stop(made, timeout=0)
        parts, _ = api.get_archive(made, "/tmp/job/result")
        with tarfile.open(fileobj=io.BytesIO(b"".join(parts))) as tar:
            assert tar.extractfile("result").read() == b"42\n"
    finally:
        api.remove_container(made, force=True)
    makes_harmless(engine, sandbox, "?name=agent-2", {
        "Image": "busybox:latest", "HostConfig": HOST["HostConfig"] | {
            "NetworkMode": "bridge"}})
    refuses(sandbox, ("POST", CREATE, {"Image": "evil"}),
            ("POST", f"{CREATE}?name=web", {"Image": "busybox:latest"}),
            ("POST", "/images/create?fromImage=busybox", None),
            ("POST", "/build", None), ("POST", "/networks/create",
                                       {"Name": "x"}),
            ("POST", "/volumes/create", {"Name": "x"}),
            ("POST", f"/containers/{web}/exec", {"Cmd": ["id"]}),
            ("GET", "/info", None))


# --- teams ---------------------------------------------------------------------

def test_remote_team(engine, guard, authority, web):
    from conftest import free_port
    server = authority.issue_server("examples")
    port = free_port()
    url = f"tcp://127.0.0.1:{port}"
    guard("remote-team", listener=url, places={
        "tcp://0.0.0.0:2376": url,
        "/etc/sockwarden/server.pem": server / "cert.pem",
        "/etc/sockwarden/server-key.pem": server / "key.pem",
        "/etc/sockwarden/clients-ca.pem": authority.ca})
    people = authority.issue_client("olga", "/O=acme/OU=platform/CN=olga")
    team = authority.issue_client("wim", "/O=acme/OU=web/CN=wim")
    other = authority.issue_client("eve", "/O=evil/OU=web/CN=eve")
    assert docker(url, "run", "--rm", "--network=none", "busybox", "echo", "in",
                  certificates=team).stdout == "in\n"
    assert "No such container" in docker(
        url, "stop", web, certificates=team, check=False).stderr
    docker(url, "restart", "-t", "0", web, certificates=people)
    for certificates, words in ((people, ["create", "busybox"]),
                                (other, ["ps"])):
        assert "sockwarden: " in docker(
            url, *words, certificates=certificates, check=False).stderr
