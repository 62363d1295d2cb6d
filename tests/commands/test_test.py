# SPDX-License-Identifier: Apache-2.0
"""`sockwarden test`: what passes, what fails, and what is wrong with a file."""
import xml.etree.ElementTree as xml

import pytest

from conftest import needs_docker

PRIVILEGED = """\
tier: ci
tests:
  - name: {name}
    call: POST /v1.41/containers/create
    body: {{Image: alpine, HostConfig: {{Privileged: true}}}}
    expect: {expect}
"""


def write(folder, text, name="tests.yaml"):
    path = folder / name
    path.write_text(text)
    return name


def test_tap(run, tmp_path):
    done = run("test", write(
        tmp_path, PRIVILEGED.format(name="a", expect="rewrite")))
    assert done.returncode == 0
    assert done.stdout == ("TAP version 14\n1..1\nok 1 - tests.yaml: a\n"
                           "# 1 passed, 0 failed\n")


def test_tap_of_a_failure(run, tmp_path):
    done = run("test", write(
        tmp_path, PRIVILEGED.format(name='"a # b"', expect="deny")))
    assert done.returncode == 1
    assert "not ok 1 - tests.yaml: a \\# b\n  ---\n" in done.stdout
    assert 'message: "want deny, is changed, first by privileged' in done.stdout
    assert "    line: 3\n    column: 5\n" in done.stdout


@pytest.mark.parametrize("ways", [("--format", "junit"), ("--junit", "out.xml")])
def test_junit(run, tmp_path, ways):
    files = [
        write(tmp_path, PRIVILEGED.format(
            name='"<a> & \\"b\\" \\u0001"', expect="deny"), "bad.yaml"),
        write(tmp_path, PRIVILEGED.format(name="c", expect="rewrite"),
              "good.yaml"),
    ]
    done = run("test", *ways, *files)
    assert done.returncode == 1
    text = done.stdout
    if ways[0] == "--junit":
        assert text.startswith("TAP version 14\n")
        text = (tmp_path / "out.xml").read_text()
    root = xml.fromstring(text)
    assert (root.get("tests"), root.get("failures")) == ("2", "1")
    bad, good = root
    assert bad.get("name") == "bad.yaml" and good.get("failures") == "0"
    assert bad[0].get("name") == '<a> & "b" ?'
    assert bad[0].find("failure").get("message").startswith("want deny")
    assert good[0].find("failure") is None


@pytest.mark.parametrize("member, says", [
    ("filter: mounts", 'no change is by filter "mounts"'),
    ("field: User", None),
    ("reason: nobody says this", "because nobody says this"),
    ("reason: '*are not allowed*'", None),
    ("changed: {HostConfig.Privileged: true}", "HostConfig.Privileged: want"),
    ("changed: {Image: alpine}", "want it changed from"),
    ("unchanged: [HostConfig.Privileged]", "it to stay true"),
    ("unchanged: [Image]", None),
])
def test_expectations(run, tmp_path, member, says):
    """Every member can fail."""
    text = PRIVILEGED.format(name="a", expect="rewrite") + f"    {member}\n"
    done = run("test", write(tmp_path, text))
    assert done.returncode == (0 if says is None else 1), done.stdout
    if says is not None:
        assert says in done.stdout.replace('\\"', '"')


CASE = "tier: ci\ntests:\n  - {name: a, call: GET /version, expect: allow%s}\n"


@pytest.mark.parametrize("text, says", [
    ("", "tests.yaml:1:1: the file is empty"),
    ("[]", "tests.yaml:1:1: want a map"),
    ("tests: []\ntier: ci", "tests.yaml:1:1: tests: want at least one"),
    ("tests: [{name: a, call: GET /x, expect: deny}]",
     'want "config" or "tier"'),
    ("teir: ci\n" + CASE % "",
     'tests.yaml:1:1: teir: unknown key; did you mean "tier"?'),
    (CASE % ", expekt: deny",
     'unknown key; did you mean "expect"?'),
    (CASE.replace("expect: allow%s", "expect: alow"),
     'tests.yaml:3:35: tests[0].expect: want allow, rewrite or deny; '
     'did you mean "allow"?'),
    (CASE.replace(", expect: allow%s", ""), "tests[0].expect: is missing"),
    (CASE.replace("GET /version", "GET"), 'want "METHOD /TARGET"'),
    (CASE % ", docker: ps", '"call" and "docker" do not go together'),
    (CASE.replace("call: GET /version, ", ""), 'want "call" or "docker"'),
    (CASE % ", filter: mount", 'did you mean "mounts"?'),
    (CASE % ", headers: {a: 1}", "headers: want a map of strings"),
    (CASE % ", as: 3", "as: want a map"),
    (CASE % ", as: {uid: x}", 'want a number, not "x"'),
    (CASE % ", as: {certificate: none.pem}", "none.pem: No such file"),
    (CASE % ", facts: {cat: 1}", "there is no such fact"),
    (CASE % ", reason: x", "what is allowed as it was asked needs none"),
    (CASE.replace("allow%s", "deny, changed: {a: 1}"),
     "what is refused is not sent at all"),
    (CASE.replace("tier: ci", "tier: x"), "tests.yaml:1:1: config: tier: no "
     "such tier"),
    (CASE.replace("tier: ci", "config: none.yaml"), "none.yaml: No such file"),
])
def test_problems(run, tmp_path, text, says):
    """What is wrong has a place, and nothing is ever ignored."""
    text = text % "" if "%s" in text else text
    done = run("test", write(tmp_path, text))
    assert done.returncode == 2
    assert done.stdout == ""
    assert says in done.stderr


def test_configuration(run, tmp_path, config, certificate):
    """Paths are below the folder of the file."""
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/a.yaml").write_text("""\
config: ../guard.yaml
as: {listener: ci}
tests:
  - name: the tier of the rule
    as: {uid: 7}
    call: GET /info
    expect: allow
  - name: nobody
    as: {uid: 8}
    call: GET /info
    expect: deny
    reason: no identity rule matches
  - name: a certificate
    as: {certificate: ../client.pem}
    call: GET /info
    expect: deny
    filter: calls
""")
    done = run("test", "tests/a.yaml")
    assert done.returncode == 0, done.stdout + done.stderr


@needs_docker
def test_docker(run, tmp_path):
    """The first call that is refused or changed counts."""
    (tmp_path / "Dockerfile").write_text("FROM scratch\n")
    done = run("test", write(tmp_path, """\
tier: ci
team: web
tests:
  - name: quotes are a shell's
    docker: run --privileged --name 'ab' -e "B=c d" alpine echo "e f"
    expect: rewrite
    filter: privileged
    changed: {HostConfig.Privileged: false}
    unchanged: [Cmd, Env]
  - name: another team's
    facts: {container:web: {Id: 0123456789ab, Name: /web,
            Labels: {sockwarden.team: other}}}
    docker: rm -f web
    expect: deny
    filter: owner
  - name: the file's folder is where it runs
    docker: build -t a .
    expect: deny
    filter: repositories
  - name: a quote that does not end
    docker: run 'a
    expect: deny
"""), DOCKER_BUILDKIT="0")
    assert done.returncode == 1
    lines = [line for line in done.stdout.splitlines() if "ok " in line]
    assert [line.startswith("ok") for line in lines] == [True] * 3 + [False], \
        done.stdout
    assert "a quote does not end" in done.stdout


def test_without_docker(run, tmp_path):
    done = run("test", write(tmp_path, CASE.replace(
        "call: GET /version, expect: allow%s", "docker: ps, expect: allow")),
        PATH=str(tmp_path))
    assert done.returncode == 1
    assert "there is no docker command" in done.stdout
