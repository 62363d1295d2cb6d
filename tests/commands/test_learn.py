# SPDX-License-Identifier: Apache-2.0
"""`sockwarden learn` and `diff`, from records that are written here."""
import json

import pytest

TARGET = "/v1.41/containers/create"


def record(i, **host):
    """A create that was made, and what was asked for."""
    return {"event": "request", "time": "2026-11-24T20:13:25.922Z",
            "id": "%024x" % i, "identity": {"uid": 1000}, "team": "web",
            "tier": "ci", "method": "POST", "target": TARGET,
            "call": "container.create", "verdict": "pass", "filter": None,
            "field": None, "reason": None, "changes": None, "dropped": None,
            "touches": {}, "asked": {
                "target": TARGET, "headers": {}, "facts": {},
                "body": {"Image": "busybox", "HostConfig": host}}}


@pytest.fixture
def audit(tmp_path):
    """Writes an audit log of those records."""
    def write(*records):
        (tmp_path / "log").write_text(
            "".join(json.dumps(one) + "\n" for one in records))
        return "log"
    return write


@pytest.fixture
def side(tmp_path):
    """Writes a configuration whose tier "x" is ci with those filters."""
    def write(name, filters):
        (tmp_path / name).write_text(f"""\
listeners: [{{name: ci, address: "unix://{tmp_path}/ci.sock"}}]
identities: [{{match: {{listener: ci}}, team: web, tier: x}}]
tiers:
  x: {{extends: ci, filters: {filters}}}
""")
        return name
    return write


def test_what_is_not_learned_can_be(run, audit, config):
    """What is said of a filter that must be off is what switches it off."""
    log = audit(record(1, Privileged=True), record(2, UsernsMode="host"))
    done = run("learn", "--team", "web", log)
    assert done.returncode == 0, done.stderr
    assert "# not learned: privileged.action: \"off\"\n" in done.stdout
    assert "# not learned: user_namespace.action: \"off\"\n" in done.stdout


def test_diff_of_values(run, audit, side):
    """Both change the same field: what to is the difference."""
    log = audit(record(1))
    a = side("a.yaml", '{user: {run_as: "7:7"}}')
    b = side("b.yaml", '{user: {run_as: "8:8"}}')
    done = run("diff", a, b, "--tier", "x", "--replay", log)
    assert done.returncode == 1, done.stderr
    assert '  - changes User to "7:7" (user)\n' in done.stdout
    assert '  + changes User to "8:8" (user)\n' in done.stdout
    # One does, the other does not: the field says enough.
    b = side("b.yaml", "{user: {action: \"off\"}}")
    done = run("diff", a, b, "--tier", "x", "--replay", log)
    assert "  - changes User (user)\n  + allowed\n" in done.stdout
    assert run("diff", a, a, "--tier", "x", "--replay", log).returncode == 0
