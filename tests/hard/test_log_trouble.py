# SPDX-License-Identifier: Apache-2.0
"""Without room for its record no call is made, the caller is told that and the
operator why, and as soon as there is room again calls are made again, without a
restart."""
import errno
import json
import os
import resource
import shutil
import subprocess

import pytest

from faults import Faults
from program import Caller, Program
from recorder import Recorder

TARGET = "/v1.41/containers/{}/json"
REFUSED = "sockwarden: the call could not be recorded"


@pytest.fixture(name="field")
def make_field(folder):
    (folder / "log").mkdir()
    faults = Faults(folder / "faults")
    engine = Recorder(folder / "engine.sock")
    program = Program(folder, faults)
    yield engine, program, faults
    program.close()
    engine.close()


def call(program, name):
    return Caller(program.connect()).call(TARGET.format(name))


def check_refused(engine, program, reason):
    """Calls are refused, in words that docker shows, and reach nobody."""
    engine.settle().clear()
    caller = Caller(program.connect())
    for _ in range(3):
        status, body = caller.call(TARGET.format("refused"))
        assert status == 503
        assert json.loads(body)["message"].startswith(REFUSED)
    caller.sock.close()
    assert engine.settle() == []
    assert reason in program.said()


def check_served(engine, program, name):
    assert call(program, name)[0] == 200
    target = TARGET.format(name)
    assert target.encode() in engine.arrived
    assert target in program.audit.read_text()


def whole_records(program):
    """All records; what is none is the beginning of one."""
    whole = []
    for line in program.audit.read_bytes().split(b"\n"):
        try:
            whole.append(json.loads(line))
        except ValueError:
            assert b'{"event":"re'.startswith(line[:12]), line
    return whole


def test_error_on_write(field):
    engine, program, faults = field
    program.start()
    check_served(engine, program, "before")
    faults.write_error = errno.EIO
    check_refused(engine, program, "Input/output error")
    faults.write_error = 0
    check_served(engine, program, "after")


def limit_files(program, limit):
    for pid in program.processes():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, limit)


def test_file_size_limit(field):
    """Room for the half of a record, say."""
    engine, program, _ = field
    program.start()
    check_served(engine, program, "before")
    was = resource.prlimit(program.process.pid, resource.RLIMIT_FSIZE)
    size = program.audit.stat().st_size
    for room in (100, 0):
        limit_files(program, (size + room, was[1]))
        check_refused(engine, program, "audit log")
    limit_files(program, was)
    check_served(engine, program, "after")
    assert len(whole_records(program)) >= 2


@pytest.fixture(name="small_disk")
def make_small_disk(field):
    log = field[1].audit.parent
    if os.geteuid() != 0 or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", log],
            capture_output=True, check=False).returncode != 0:
        pytest.skip("no right to mount")
    yield log
    field[1].close()
    subprocess.run(["umount", log], check=True)


def fill(folder):
    with open(folder / "ballast", "wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 512)
        except OSError as error:
            assert error.errno == errno.ENOSPC


def test_disk_full(field, small_disk):
    engine, program, _ = field
    program.start()
    check_served(engine, program, "before")
    for name in ("once", "twice"):
        fill(small_disk)
        # What is left of the last page is used up, too.
        for _ in range(20):
            call(program, "filler")
        check_refused(engine, program, "No space left")
        (small_disk / "ballast").unlink()
        check_served(engine, program, name)
    whole_records(program)


def test_directory_gone(field):
    """A file that nobody can find any more is no record."""
    engine, program, _ = field
    program.start()
    check_served(engine, program, "before")
    shutil.rmtree(program.audit.parent)
    check_refused(engine, program, "audit")
    program.audit.parent.mkdir()
    program.await_that(lambda: call(program, "soon")[0] == 200)
    check_served(engine, program, "after")


def test_file_removed(field):
    """It is made anew: nothing is written where nobody finds it.  Who opens
    files is another process, so that takes a moment."""
    engine, program, _ = field
    program.start()
    check_served(engine, program, "before")
    program.audit.unlink()
    program.await_that(lambda: call(program, "soon")[0] == 200)
    assert TARGET.format("soon") in program.audit.read_text()
    check_served(engine, program, "after")
    whole_records(program)


def test_rotated(field):
    """Until it is told, it writes into the file that was moved away."""
    engine, program, _ = field
    program.start()
    moved = program.audit.with_name("audit.1")
    program.audit.rename(moved)
    assert call(program, "after")[0] == 200
    assert TARGET.format("after") in moved.read_text()
    assert not program.audit.exists()
