# SPDX-License-Identifier: Apache-2.0
"""The commands for people, run as people run them; SOCKWARDEN is the program."""
import os
import shutil
import subprocess

import pytest

PROGRAM = os.environ["SOCKWARDEN"]
PATIENCE = 60

needs_docker = pytest.mark.skipif(
    shutil.which("docker") is None, reason="no docker command line")


@pytest.fixture
def run(tmp_path):
    """Run the program in a folder of its own."""

    def run(*arguments, stdin="", **settings):
        environment = {**os.environ, "NO_COLOR": "1", **settings}
        return subprocess.run(
            [PROGRAM, *map(str, arguments)], input=stdin, text=True,
            cwd=tmp_path, env=environment, timeout=PATIENCE,
            capture_output=True, check=False)

    return run


@pytest.fixture
def config(tmp_path):
    """A configuration with two callers."""
    path = tmp_path / "guard.yaml"
    path.write_text(f"""\
listeners:
  - {{name: ci, address: "unix://{tmp_path}/ci.sock"}}
identities:
  - {{match: {{listener: ci, uid: 7}}, team: web, tier: builders}}
  - match: {{O: acme}}
    team: acme
    tier: observer
tiers:
  builders:
    extends: ci
    filters:
      mounts:
        allow: [{{source: /srv/builds, read_only: false}}]
      calls: {{allow+: [system.info]}}
""")
    return path


@pytest.fixture
def certificate(tmp_path):
    """A client's certificate of the organisation acme."""
    path = tmp_path / "client.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
         "/O=acme/CN=ci-7", "-addext", "extendedKeyUsage=clientAuth",
         "-addext", "basicConstraints=critical,CA:FALSE",
         "-keyout", tmp_path / "key.pem", "-out", path],
        check=True, capture_output=True)
    return path
