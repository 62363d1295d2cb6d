# SPDX-License-Identifier: Apache-2.0
"""The classic builder under `developer`: what a Dockerfile says is judged before
the engine sees it."""
import gzip
import http.client
import io
import json
import socket
import subprocess
import tarfile

import pytest

from conftest import CLIENTS, PATIENCE, Guard, docker, docker_env

TAG = "localhost/made"
PLAIN = """# syntax=docker/dockerfile:1
ARG BASE=busybox
FROM $BASE AS one
COPY data /data
RUN cat /data \\
    # a comment
    && echo made > /made
FROM busybox
COPY --from=one /made /data /srv/
USER 1000
"""


@pytest.fixture(scope="module")
def guard(engine):
    one = Guard("developer", engine.url)
    yield one
    one.close()


@pytest.fixture
def context(tmp_path):
    folder = tmp_path / "context"
    folder.mkdir()
    (folder / "Dockerfile").write_text(PLAIN)
    (folder / "data").write_text("data\n")
    return folder


def build(url, *words, client=CLIENTS[0], check=True, stdin=None):
    return docker(url, "build", "--network=none", "-t", TAG, *words,
                  client=client, check=check, stdin=stdin)


def answer(url, path, body, **headers):
    """POST a body; the status and the text of the answer."""
    class Local(http.client.HTTPConnection):
        def connect(self):
            self.sock = socket.socket(socket.AF_UNIX)
            self.sock.settimeout(PATIENCE)
            self.sock.connect(url.removeprefix("unix://"))

    one = Local("x")
    one.request("POST", path, body, headers)
    reply = one.getresponse()
    return reply.status, reply.read().decode()


def archive(*members):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, data, more in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            for key, value in more.items():
                setattr(info, key, value)
            tar.addfile(info, io.BytesIO(data))
    return out.getvalue()


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("flags", [[], ["--compress"]],
                         ids=["plain", "compressed"])
def test_build(engine, guard, context, client, flags):
    build(guard.url, *flags, str(context), client=client)
    made = json.loads(docker(engine.url, "image", "inspect", TAG).stdout)[0]
    assert made["Config"]["User"] == "1000"
    done = docker(engine.url, "run", "--rm", "--network=none", TAG, "cat",
                  "/srv/made", "/srv/data")
    assert done.stdout == "made\ndata\n"


def test_file_from_elsewhere(guard, context, tmp_path):
    other = tmp_path / "Other"
    other.write_text("FROM busybox\nCOPY data /x\n")
    build(guard.url, "-f", str(other), str(context))
    build(guard.url, "-", stdin="FROM busybox\nRUN true\n")
    build(guard.url, "-f", "-", str(context),
          stdin="FROM busybox\nCOPY data /x\n")


def test_tar_from_stdin(guard, context):
    tar = archive(("./Dockerfile", b"FROM busybox\nCOPY x /x\n", {}),
                  ("./x", b"x", {}))
    for squeeze in (lambda t: t, gzip.compress):
        done = subprocess.run(
            [CLIENTS[0], "build", "--network=none", "-t", TAG, "-"],
            input=squeeze(tar), env=docker_env(guard.url),
            capture_output=True, timeout=PATIENCE)
        assert done.returncode == 0, done.stderr


BAD = {
    "frontend": ("# syntax=evil/frontend\nFROM busybox\n", "another program"),
    "heredoc": ("FROM busybox\nRUN cat <<EOF\nx\nEOF\n", "here-documents"),
    "url": ("FROM busybox\nADD http://127.0.0.1:1/x /x\n", "fetch"),
    "mount": ("FROM busybox\nRUN --mount=type=bind,source=/ id\n", "flag"),
    "trigger": ("FROM busybox\nONBUILD RUN id\n", "ONBUILD"),
    "nothing": ("# empty\n", "no FROM"),
}


@pytest.mark.parametrize("what", BAD)
def test_refused(guard, context, what):
    text, why = BAD[what]
    (context / "Dockerfile").write_text(text)
    done = build(guard.url, str(context), check=False)
    assert done.returncode != 0
    assert "sockwarden: build_context: Dockerfile: " in done.stderr
    assert why in done.stderr


LINK = {"type": tarfile.SYMTYPE, "linkname": "other"}
FILE = ("Dockerfile", b"FROM busybox\n", {})
CONTEXTS = {
    "link": [("other", b"FROM busybox\n", {}), ("Dockerfile", b"", LINK)],
    "twice": [FILE, ("./Dockerfile", b"FROM busybox\n", {})],
    "none": [("other", b"FROM busybox\n", {})],
    "folder": [("Dockerfile/x", b"FROM busybox\n", {})],
    "device": [FILE, ("dev", b"", {"type": tarfile.CHRTYPE})],
    "up": [FILE, ("../x", b"", {})],
}


@pytest.mark.parametrize("what", CONTEXTS)
def test_bad_contexts(engine, guard, what):
    status, text = answer(guard.url, "/v1.41/build?networkmode=none",
                          archive(*CONTEXTS[what]))
    assert status == 403 and "build_context" in text


def test_lower_case(guard):
    """What the engine takes when there is no Dockerfile is judged, too."""
    good, bad = (archive(("dockerfile", text, {})) for text in
                 (b"FROM busybox\n", b"FROM busybox\nADD http://x/ /\n"))
    path = "/v1.41/build?networkmode=none"
    assert answer(guard.url, path, good)[0] == 200
    assert answer(guard.url, path, bad)[0] == 403


def test_form_behind_the_archive(engine, guard):
    """A tar that is a form as well is made anew, and is none."""
    file = ("Dockerfile", b"FROM busybox\nRUN ls /sys/class/net >/nets\n", {})
    tar = archive(file) + b"&networkmode=host&t=localhost/form"
    status, _ = answer(guard.url, f"/v1.41/build?networkmode=none&t={TAG}",
                       tar, **{"Content-Type": "application/x-tar"})
    assert status == 200
    done = docker(engine.url, "run", "--rm", "--network=none", TAG, "cat",
                  "/nets")
    assert done.stdout.split() == ["lo"]


def test_images(engine, context):
    guard = Guard.__new__(Guard)
    guard.make_folder()
    config = {
        "upstream": engine.url,
        "listeners": [{"name": "l", "address": guard.url}],
        "tiers": {"own": {"extends": "developer", "filters": {
            "images": {"allow": ["docker.io/library/busybox"]}}}},
        "identities": [{"match": {"listener": "l"}, "team": "t",
                        "tier": "own"}],
        "audit": {"path": str(guard.folder / "audit")}}
    (guard.folder / "config").write_text(json.dumps(config))
    guard.start("--config", guard.folder / "config")
    try:
        build(guard.url, str(context))
        for text in ("FROM alpine\n", "FROM busybox\nCOPY --from=alpine / /\n",
                     "ARG X=alpine\nFROM $X\n"):
            (context / "Dockerfile").write_text(text)
            done = build(guard.url, str(context), check=False)
            assert "not allowed" in done.stderr
        (context / "Dockerfile").write_text(PLAIN)
        done = build(guard.url, "--build-arg", "BASE=alpine", str(context),
                     check=False)
        assert "not allowed" in done.stderr
    finally:
        guard.close()
