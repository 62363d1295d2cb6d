# SPDX-License-Identifier: Apache-2.0
"""dockerode, the client of Node programs, as it is."""
import json
import pathlib
import shutil
import subprocess

import pytest

from conftest import PATIENCE, docker_env

HERE = pathlib.Path(__file__).parent / "dockerode"


@pytest.fixture(scope="module")
def modules(tmp_path_factory):
    """A folder with dockerode and what it needs, in the versions we lock."""
    folder = tmp_path_factory.mktemp("dockerode")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, folder)
    subprocess.run(["npm", "ci", "--omit=optional", "--ignore-scripts",
                    "--no-audit", "--no-fund"], cwd=folder, check=True,
                   timeout=3 * PATIENCE)
    return folder / "node_modules"


def life(modules, form, url, certificates=None):
    env = docker_env(url, certificates) | {"NODE_PATH": modules}
    done = subprocess.run(["node", HERE / "life.js", form], env=env, text=True,
                          capture_output=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


EXPECTED = {
    "ping": "OK",
    "names": ["linux"] * 5,
    "at_once": 20,
    "attach": {"text": f"{1 << 20}\nafter\n", "status": 0},
    "life": {"event": ["start", True],
             "exec": {"text": "through exec", "status": 3},
             "logs": {"text": "begun\n", "status": 137},
             "gone": 404},
}


# dockerode sends what it was given twice, in the body and in the query.
FORMS = pytest.mark.parametrize("form", ["apart", "documented"])


@FORMS
def test_directly(modules, engine, form):
    """What is expected is what the engine does."""
    assert life(modules, form, engine.url) == EXPECTED


@FORMS
def test_unix_socket(modules, admin, form):
    assert life(modules, form, admin.url) == EXPECTED


@FORMS
def test_mutual_tls(modules, teams, ada, form):
    assert life(modules, form, teams.url, ada) == EXPECTED
    assert any(r.get("call") == "container.attach" and
               r["team"] == "platform" for r in teams.records())
