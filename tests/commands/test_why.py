# SPDX-License-Identifier: Apache-2.0
"""`sockwarden why`: the record, wherever the log was rotated to."""
import gzip
import json

import pytest

IDS = ["a1b2c3d4000000000000000%d" % i for i in range(4)]


def request(i, **members):
    return {"event": "request", "time": "2026-11-24T20:13:25.922Z",
            "id": IDS[i], "identity": {"uid": 1000}, "team": "web",
            "tier": "ci", "method": "POST", "target": "/v1.41/volumes/create",
            "call": "volume.create", "verdict": "deny", "filter": "mounts",
            "field": "DriverOpts", "reason": "no such thing", "changes": None,
            "dropped": None, "touches": {"name": "all"}, **members}


def response(i, status=403):
    return {"event": "response", "time": "2026-11-24T20:13:25.923Z",
            "id": IDS[i], "status": status, "bytes_in": 1, "bytes_out": 2,
            "ms": 3, "end": "complete"}


@pytest.fixture
def audit(tmp_path):
    """A log and what it was rotated into."""
    def lines(*records):
        return "".join(json.dumps(record) + "\n" for record in records)

    changes = [{"field": "HostConfig.Binds", "before": ["/:/h"], "after": [],
                "filter": "mounts", "why": "because"}]
    (tmp_path / "log").write_text(
        "not a record\n" + lines(request(0), response(0), response(1, 201)))
    (tmp_path / "log.1").write_text(lines(request(
        1, verdict="rewrite", call="container.create", filter=None, field=None,
        reason=None, changes=changes)))
    with gzip.open(tmp_path / "log.2.gz", "wt") as out:
        out.write(lines(request(2, filter="calls", field=None)))
    (tmp_path / "log-20261101").write_text(lines(request(
        3, team=None, tier=None, call=None, filter=None, field=None,
        reason="no identity rule matches")))
    return "log"


def test_refusal(run, audit):
    done = run("why", "--audit", audit, IDS[0])
    assert done.returncode == 0, done.stderr
    for line in ("team: web", "tier: ci", "verdict: deny", "filter: mounts",
                 "field: DriverOpts (-o, compose: driver_opts)",
                 "reason: no such thing",
                 "what happened: status 403, complete, after 3 ms",
                 "  mounts.driver_options: []  # default"):
        assert line + "\n" in done.stdout
    assert "to allow it: a tier that extends ci" in done.stdout


def test_change_and_late_response(run, audit):
    done = run("why", "--audit", audit, IDS[1])
    assert 'HostConfig.Binds (-v, compose: volumes): ["/:/h"] became []' in \
        done.stdout
    assert "status 201" in done.stdout


def test_compressed(run, audit):
    done = run("why", "--audit", audit, IDS[2])
    assert "{calls: {allow+: [volume.create]}}" in done.stdout
    assert "no end is on record" in done.stdout


def test_nobody(run, audit):
    done = run("why", "--audit", audit, IDS[3])
    assert "add one under \"identities\"" in done.stdout


def test_beginning(run, audit):
    done = run("why", "--audit", audit, "a1b2")
    assert done.returncode == 2
    assert all(i in done.stderr for i in IDS)
    assert run("why", "--audit", audit, "ffff").returncode == 1


def test_end(run, audit, tmp_path):
    done = run("why", "--json", "--audit", audit, IDS[2][-8:])
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["request"]["id"] == IDS[2]
    # Seven digits are no end; neither is what is longer than an id.
    assert run("why", "--audit", audit, IDS[2][-7:]).returncode == 1
    assert run("why", "--audit", audit, "0" + IDS[2]).returncode == 1
    # Another run has counted as far.
    other = "f" * 16 + IDS[2][-8:]
    with open(tmp_path / audit, "a") as log:
        log.write(json.dumps({**request(2), "id": other}) + "\n")
    done = run("why", "--audit", audit, IDS[2][-8:])
    assert done.returncode == 2
    assert IDS[2] in done.stderr and other in done.stderr


def test_json(run, audit, tmp_path, config):
    done = run("why", "--json", "--audit", audit, IDS[0])
    told = json.loads(done.stdout)
    assert told["request"] == request(0) and told["response"] == response(0)
    keys = [row["key"] for row in told["remedy"]["settings"]]
    assert "driver_options" in keys
    # The tier as the configuration has it.
    text = (tmp_path / "log").read_text().replace('"ci"', '"builders"')
    (tmp_path / "log").write_text(text)
    config.write_text(config.read_text() + "audit: {path: log}\n")
    told = json.loads(run(
        "why", "--json", "--config", config, IDS[0]).stdout)
    allow, = [row for row in told["remedy"]["settings"]
              if row["key"] == "allow"]
    assert allow["where"] == f"{config}:13:9"


@pytest.mark.parametrize("arguments, says", [
    ([], "want one ID"),
    (["xyz"], "digits"),
    (["ab"], "--audit FILE or --config FILE is missing"),
    (["--audit", "none", "ab"], "none"),
])
def test_wrong_use(run, arguments, says):
    done = run("why", *arguments)
    assert done.returncode == 2 and says in done.stderr
