# SPDX-License-Identifier: Apache-2.0
"""Files that are put into containers are judged while they stream."""
import io
import os
import subprocess
import tarfile

import pytest

from conftest import CLIENTS, PATIENCE, Guard, docker, docker_env

BIG = 40 << 20


@pytest.fixture(scope="module")
def guard(engine):
    one = Guard("developer", engine.url)
    yield one
    one.close()


@pytest.fixture
def container(engine, guard):
    made = docker(guard.url, "create", "--network=none", "busybox",
                  "sleep", "1000").stdout.strip()
    yield made
    docker(engine.url, "rm", "-f", made)


def archive(*members):
    """A tar of (name, bytes, what else a header has)."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, data, more in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            for key, value in more.items():
                setattr(info, key, value)
            tar.addfile(info, io.BytesIO(data))
    return out.getvalue()


def put(url, container, tar, where="/tmp", client=CLIENTS[0]):
    """docker cp - container:where"""
    return subprocess.run([client, "cp", "-", f"{container}:{where}"],
                          input=tar, env=docker_env(url), timeout=PATIENCE,
                          capture_output=True)


def inside(engine, container, path):
    """What the engine has at path: a list of entries and their bytes."""
    done = subprocess.run([CLIENTS[0], "cp", f"{container}:{path}", "-"],
                          env=docker_env(engine.url), capture_output=True,
                          timeout=PATIENCE)
    if done.returncode != 0:
        return {}
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as tar:
        return {one.name: (one, tar.extractfile(one).read()
                           if one.isreg() else b"") for one in tar}


def take(url, container):
    """docker cp container:/bin -"""
    return subprocess.run([CLIENTS[0], "cp", f"{container}:/bin", "-"],
                          env=docker_env(url), capture_output=True, timeout=PATIENCE)


def test_mounts(engine, guard):
    for flag, refused in (("--volume=/x/y", True), ("--tmpfs=/tmp", False),
                          ("--mount=type=tmpfs,target=/x/y", False)):
        box = docker(guard.url, "create", "--network=none", flag, "busybox",
                     "true").stdout.strip()
        done = take(guard.url, box)
        docker(engine.url, "rm", "-v", box)
        assert (b'mount on "/x/y"' in done.stderr) == refused
        assert (done.returncode != 0) == refused


@pytest.mark.parametrize("client", CLIENTS)
def test_cp_of_a_folder(engine, guard, container, client, tmp_path):
    folder = tmp_path / "app"
    (folder / "sub").mkdir(parents=True)
    (folder / "sub" / "big").write_bytes(os.urandom(BIG))
    (folder / ("long" * 60)).write_text("long")
    (folder / "n\u00e9").write_text("utf-8")
    (folder / "link").symlink_to("sub/big")
    os.link(folder / ("long" * 60), folder / "same")
    (folder / "run").write_text("#!/bin/sh\n")
    (folder / "run").chmod(0o4755)
    docker(guard.url, "cp", str(folder), f"{container}:/opt", client=client)
    there = inside(engine, container, "/opt/app")
    if not there:  # /opt was made from the folder
        there = inside(engine, container, "/opt")
    names = {name.split("/", 1)[-1]: both for name, both in there.items()}
    assert names["sub/big"][1] == (folder / "sub" / "big").read_bytes()
    assert names["n\u00e9"][1] == b"utf-8"
    assert names["link"][0].linkname == "sub/big"
    assert names["long" * 60][0].size == 4 or names["same"][0].size == 4
    assert names["run"][0].mode & 0o7777 == 0o755


BAD = {
    "device": ("sda", b"", {"type": tarfile.BLKTYPE, "devmajor": 8}),
    "pipe": ("pipe", b"", {"type": tarfile.FIFOTYPE}),
    "up": ("../../etc/x", b"x", {}),
    "absolute": ("/etc/x", b"x", {}),
    "link out": ("out", b"", {"type": tarfile.SYMTYPE, "linkname": "/etc"}),
    "hard link out": ("hard", b"", {"type": tarfile.LNKTYPE,
                                    "linkname": "../../etc/passwd"}),
    "whiteout": (".wh.passwd", b"", {}),
}


@pytest.mark.parametrize("what", BAD)
def test_refused(engine, guard, container, what):
    before = len(guard.records())
    done = put(guard.url, container,
               archive(BAD[what], ("after", b"x", {})))
    assert done.returncode != 0
    assert b"sockwarden: archive: " + BAD[what][0].encode() in done.stderr
    assert not any("after" in name or BAD[what][0] in name
                   for name in inside(engine, container, "/tmp"))
    answers = [r for r in guard.records()[before:] if r.get("status") == 403]
    assert answers[-1]["upload"]["verdict"] == "deny"
    assert answers[-1]["upload"]["entry"] == BAD[what][0]


@pytest.mark.parametrize("squeeze", ["gzip", "bzip2", "xz"])
def test_compressed(engine, guard, container, squeeze):
    tar = subprocess.run([squeeze, "-c"], input=archive(("x", b"x", {})),
                         capture_output=True, check=True).stdout
    done = put(guard.url, container, tar)
    assert b"not an archive that can be read" in done.stderr
    assert not any("x" in name for name in inside(engine, container, "/tmp"))


def test_links_are_not_followed(engine, guard, container):
    done = put(guard.url, container, archive(
        ("there", b"", {"type": tarfile.SYMTYPE, "linkname": "."}),
        ("there/x", b"x", {})))
    assert b'"there" is two different things' in done.stderr
    assert "tmp/x" not in inside(engine, container, "/tmp")


def test_kernels_files(guard, container):
    done = put(guard.url, container,
               archive(("proc/sys/kernel/x", b"x", {})), "/")
    assert b"/proc is the kernel's" in done.stderr


def test_running_containers_get_nothing(engine, guard, container):
    docker(engine.url, "start", container)
    done = put(guard.url, container, archive(("x", b"x", {})))
    assert done.returncode != 0
    assert b"writable root" in take(guard.url, container).stderr
