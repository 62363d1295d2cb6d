# SPDX-License-Identifier: Apache-2.0
"""The guard in a container that may do nothing, and what its processes may."""
import io
import os
import pathlib
import re
import shutil
import subprocess
import tarfile
import tempfile
import time

import pytest

from conftest import PATIENCE, PROGRAM, Guard, docker

SIEVE = str(pathlib.Path(PROGRAM).with_name("sockwarden-sieve"))
IMAGE = "guard:test"


def libraries(program):
    """What the loader of a program opens."""
    listed = subprocess.run(["ldd", program], check=True, text=True,
                            capture_output=True).stdout
    return set(re.findall(r"(/\S+) \(0x", listed))


def pack(image, path, name):
    info = image.gettarinfo(os.path.realpath(path), name.lstrip("/"))
    info.uid = info.gid = 0
    with open(path, "rb") as content:
        image.addfile(info, content)


@pytest.fixture(scope="module")
def image(engine):
    """The program, its sieve, their libraries, and a shell to look around."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as root:
        pack(root, PROGRAM, "/bin/sockwarden")
        pack(root, SIEVE, "/bin/sockwarden-sieve")
        pack(root, "/bin/busybox", "/bin/busybox")
        for path in sorted(libraries(PROGRAM) | libraries(SIEVE)):
            pack(root, path, path)
    subprocess.run(["docker", "-H", engine.url, "import", "-", IMAGE],
                   input=packed.getvalue(), check=True, capture_output=True,
                   timeout=PATIENCE)
    return IMAGE


class Contained:
    """A guard in a container, on a socket in a folder that it is given."""

    def __init__(self, engine, *flags):
        self.engine = engine
        self.folder = tempfile.mkdtemp(prefix="con-")
        os.chmod(self.folder, 0o777)
        self.url = f"unix://{self.folder}/s"
        self.name = docker(
            engine.url, "run", "-d", "--cap-drop", "ALL", "--read-only",
            "--network", "none", "-v", f"{self.folder}:/run/guard",
            "-v", f"{engine.folder}/docker.sock:/run/docker.sock", *flags,
            IMAGE, "/bin/sockwarden", "run", "--tier", "ci", "--listen",
            "unix:///run/guard/s", "--mode", "0666", "--upstream",
            "unix:///run/docker.sock", "--audit",
            "/run/guard/audit").stdout.strip()
        end = time.monotonic() + PATIENCE
        while "ready: " not in self.log():
            assert time.monotonic() < end, self.log()
            time.sleep(0.05)

    def log(self):
        said = docker(self.engine.url, "logs", self.name)
        return said.stdout + said.stderr

    def close(self):
        docker(self.engine.url, "rm", "-f", self.name)
        shutil.rmtree(self.folder)


def statuses(text):
    """Of processes, as {name: {field: value}}."""
    found = {}
    for block in re.split(r"(?m)^(?=Name:)", text):
        fields = dict(re.findall(r"(?m)^(\w+):\s*(.*)$", block))
        if fields.get("Name", "").startswith("sockwarden"):
            found[fields["Name"]] = fields
    return found


def check(found, capabilities):
    """Is each process as small as it should be?"""
    assert set(found) == {"sockwarden", "sockwarden-1"}
    for name, fields in found.items():
        assert fields["NoNewPrivs"] == "1"
        for kind in ("CapInh", "CapBnd", "CapAmb"):
            assert int(fields[kind], 16) == 0, (name, kind)
        for kind in ("CapPrm", "CapEff"):
            assert int(fields[kind], 16) == capabilities[name], (name, kind)
    assert found["sockwarden-1"]["Seccomp"] == "2"


@pytest.mark.parametrize("user", ["root", "nobody"])
def test_in_a_container_without_rights(engine, image, user):
    group = os.stat(f"{engine.folder}/docker.sock").st_gid
    flags = [] if user == "root" else ["--user", "65534:65534",
                                       "--group-add", str(group)]
    guard = Contained(engine, *flags)
    try:
        done = docker(guard.url, "run", "--rm", "busybox", "echo", "served")
        assert done.stdout == "served\n"
        # A sieve can be started, too.
        text = docker(guard.url, "build", "-", check=False,
                      stdin="FROM busybox\n")
        assert "cannot be judged" not in text.stderr
        looked = docker(engine.url, "exec", guard.name, "/bin/busybox", "sh",
                        "-c", "/bin/busybox cat /proc/[0-9]*/status")
        # A kernel that has none in its bounding set left counts as well.
        check(statuses(looked.stdout), {"sockwarden": 0, "sockwarden-1": 0})
        killed = docker(guard.url, "ps").returncode
        assert killed == 0
    finally:
        guard.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="is about root")
def test_root_keeps_little(engine):
    guard = Guard("ci", engine.url)
    pid = guard.process.pid
    children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text()
    text = "".join(pathlib.Path(f"/proc/{one}/status").read_text()
                   for one in [pid, *children.split()])
    # CHOWN, DAC_OVERRIDE, DAC_READ_SEARCH, FOWNER, NET_BIND_SERVICE.
    check(statuses(text), {"sockwarden": 0x40f, "sockwarden-1": 0x4})
    guard.close()
