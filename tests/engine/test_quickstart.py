# SPDX-License-Identifier: Apache-2.0
"""The first of the README's two commands keeps its promises."""
import shutil
import subprocess

from conftest import ROOT

PATIENCE = 600


def test_once(tmp_path):
    # In a tree of its own, because it builds.
    tree = tmp_path / "tree"
    shutil.copytree(ROOT, tree, symlinks=True, ignore=shutil.ignore_patterns(
        "build", "build-*", ".git", "tests", "__pycache__"))
    (tree / "tests").mkdir()
    (tree / "tests" / "CMakeLists.txt").write_text("")
    done = subprocess.run([tree / "packaging" / "quickstart", "--once"],
                          stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    assert "all as promised" in done.stdout
