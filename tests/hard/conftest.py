# SPDX-License-Identifier: Apache-2.0
import pathlib
import shutil
import sys
import tempfile

import pytest

# The stand-ins of the attacks are ours, too.
sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "attacks"))


@pytest.fixture
def folder():
    """A short path, for sockets."""
    path = pathlib.Path(tempfile.mkdtemp(prefix="hard-"))
    yield path
    shutil.rmtree(path)
