# SPDX-License-Identifier: Apache-2.0
"""`sockwarden explain`: who, by what, what came of it, and what they read."""
import json
import os
import pty
import subprocess

from conftest import PROGRAM, needs_docker

CREATE = "POST /v1.41/containers/create"


def told(done):
    return json.loads(done.stdout)


def setting(call, filter_name, key):
    """Where a setting of a filter comes from."""
    settings = next(entry for entry in call["filters"]
                    if entry["name"] == filter_name)["settings"]
    return next(entry["where"] for entry in settings if entry["key"] == key)


def test_where_it_comes_from(run, config):
    """The rule, the tier, and each setting have a place."""
    body = {"Image": "a", "HostConfig": {"Binds": ["/etc:/e"],
                                         "CapAdd": ["ALL"]}}
    done = run("explain", "--json", "--config", config, "--as", "listener=ci",
               "--as", "uid=7", CREATE, stdin=json.dumps(body))
    assert done.returncode == 0
    account = told(done)
    assert account["rule"]["where"] == f"{config}:4:5"
    assert (account["team"], account["tier"]) == ("web", "builders")
    assert account["extends"] == ["ci"]
    call, = account["calls"]
    assert setting(call, "mounts", "allow") == f"{config}:13:9"
    assert setting(call, "capabilities", "drop").startswith("preset ci, line ")
    assert setting(call, "capabilities", "action") == "default"
    assert call["asked"]["HostConfig"]["Binds"] == ["/etc:/e"]
    assert call["sent"]["HostConfig"]["Binds"] == []
    flags = {change["field"]: change.get("flag") for change in call["changes"]}
    assert flags["HostConfig.CapAdd"] == "--cap-add"
    assert any("HostConfig.Binds (-v, compose: volumes)" in warning
               for warning in call["reads"]["warnings"])


def test_certificate(run, config, certificate):
    done = run("explain", "--config", config, "--certificate", certificate,
               "--json", "GET /info")
    assert done.returncode == 1
    account = told(done)
    assert account["caller"]["transport"] == "tls"
    assert account["caller"]["certificate"]["O"] == ["acme"]
    assert account["rule"]["number"] == 2
    call, = account["calls"]
    assert (call["verdict"], call["status"], call["filter"]) == \
        ("deny", 403, "calls")
    assert call["reads"]["error"].startswith("sockwarden: calls: the call")


def test_certificate_of_no_client(run, config, tmp_path):
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=a",
         "-keyout", tmp_path / "ca.key", "-out", tmp_path / "ca.pem"],
        check=True, capture_output=True)
    done = run("explain", "--config", config, "--certificate",
               tmp_path / "ca.pem", "GET /info")
    assert done.returncode == 2
    assert "a CA certificate is no client" in done.stderr


def test_nobody(run, config):
    done = run("explain", "--config", config, "--as", "uid=9", "GET /info")
    assert done.returncode == 1
    assert "no identity rule matches" in done.stdout


def test_tier_of_a_configuration(run, config):
    assert run("explain", "--config", config, "--tier", "builders",
               "GET /info").returncode == 0
    assert run("explain", "--config", config, "--tier", "ci",
               "GET /info").returncode == 1
    done = run("explain", "--config", config, "--tier", "bilders", "GET /info")
    assert done.returncode == 2 and 'did you mean "builders"?' in done.stderr


def test_body_file_and_header(run, tmp_path):
    (tmp_path / "body").write_text('{"Image": "alpine"}')
    done = run("explain", "--tier", "ci", "--body", "body", CREATE)
    assert done.returncode == 0
    assert '+     "PidsLimit": 512' in done.stdout
    assert "WARNING: sockwarden: added by the tier" in done.stdout
    done = run("explain", "--tier", "ci", "--body", "none", CREATE)
    assert done.returncode == 2 and "none: No such file" in done.stderr
    done = run("explain", "--tier", "ci", "--header", "Transfer-Encoding: x",
               "GET /version")
    assert done.returncode == 1 and "refused (501)" in done.stdout


def test_what_is_assumed(run):
    """A thing that no fact names is not there; facts know it by any name."""
    done = run("explain", "--tier", "ci", "GET /containers/web/json")
    assert done.returncode == 1
    assert "assumed: container:web is absent" in done.stdout
    fact = '{"Id": "0123456789ab", "Name": "/web", "Labels": ' \
        '{"sockwarden.team": "anyone"}}'
    for name in "web", "0123456789ab", "01234567":
        assert run("explain", "--tier", "ci", "--fact", f"container:x={fact}",
                   f"GET /containers/{name}/json").returncode == 0


def colour(*arguments, **settings):
    """What it prints on a terminal."""
    master, slave = pty.openpty()
    environment = {key: value for key, value in os.environ.items()
                   if key != "NO_COLOR"}
    environment.update(TERM="xterm", **settings)
    done = subprocess.run([PROGRAM, *arguments], stdout=slave,
                          stdin=subprocess.DEVNULL, env=environment,
                          check=False, timeout=60)
    os.close(slave)
    text = os.read(master, 65536).decode()
    os.close(master)
    assert done.returncode == 1
    return "\033[" in text


def test_colour(run):
    asked = "explain", "--tier", "ci", "GET /info"
    assert colour(*asked)
    assert not colour(*asked, NO_COLOR="1")
    assert "\033[" not in run(*asked, NO_COLOR="", TERM="xterm").stdout


@needs_docker
def test_docker(run):
    done = run("explain", "--tier", "ci", "--json", "--", "docker", "run",
               "--privileged", "-v", "/:/host", "-it", "alpine")
    account = told(done)
    assert done.returncode == 0 and account["verdict"] == "rewrite"
    calls = {call["call"]: call for call in account["calls"]}
    assert calls["container.create"]["sent"]["HostConfig"]["Binds"] == []
    assert calls["container.start"]["verdict"] in ("pass", "rewrite")
    assert "(--privileged)" in account["docker"]["output"]
    assert account["docker"]["exit_status"] == 0


@needs_docker
def test_docker_refused(run):
    """The client reads what the callers of the proxy read."""
    done = run("explain", "--tier", "observer", "--", "docker", "run", "alpine")
    assert done.returncode == 1
    assert "docker says: (exit status 125)" in done.stdout
    assert "Error response from daemon: sockwarden: calls: " in done.stdout


@needs_docker
def test_docker_exec(run):
    """What is made is there for the calls that follow."""
    fact = 'container:web={"Id": "0123456789ab", "Name": "/web", "Running": ' \
        'true, "Privileged": false, "User": "1:1", "Labels": ' \
        '{"sockwarden.team": "web"}}'
    done = run("explain", "--tier", "ci", "--team", "web", "--fact", fact,
               "--json", "--", "docker", "exec", "web", "id")
    calls = [call["call"] for call in told(done)["calls"]]
    assert "exec.start" in calls, done.stdout
    assert done.returncode == 0


def test_no_docker(run, tmp_path):
    done = run("explain", "--tier", "ci", "--", "docker", "ps",
               PATH=str(tmp_path))
    assert done.returncode == 2
    assert "there is no docker command on this machine" in done.stderr
