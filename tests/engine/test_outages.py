# SPDX-License-Identifier: Apache-2.0
"""The engine dies and comes back; the guard is told to end while calls run."""
import contextlib
import os
import pathlib
import select
import shutil
import signal

import pytest

from conftest import CLIENTS, PATIENCE, Engine, Guard, docker, running

TALKER = ("trap 'echo last; exit 0' TERM; echo begun;"
          "while :; do sleep 0.1; done")


class MortalEngine(Engine):
    def kill(self):
        """dockerd alone is killed; what it was the reason for ends with it."""
        pidfile = pathlib.Path(self.folder) / "engine.pid"
        top = int(pidfile.read_text())
        init = children(top)[0]
        [daemon] = [pid for pid in children(init) if name(pid) == "dockerd"]
        watched = os.pidfd_open(top)
        os.kill(daemon, signal.SIGKILL)
        assert select.select([watched], [], [], PATIENCE)[0]
        os.close(watched)
        # Until somebody reaps it, it still counts as one that runs.
        pidfile.unlink()
        # As after a reboot.  What is left there names processes by ids that
        # mean others in the next PID namespace.
        shutil.rmtree(pathlib.Path(self.folder) / "exec")


def children(pid):
    path = f"/proc/{pid}/task/{pid}/children"
    return [int(word) for word in pathlib.Path(path).read_text().split()]


def name(pid):
    return pathlib.Path(f"/proc/{pid}/comm").read_text().strip()


@pytest.fixture(scope="module")
def mortal():
    one = MortalEngine()
    yield one
    one.close()


@pytest.fixture(scope="module")
def survivor(mortal):
    one = Guard("admin", mortal.url)
    yield one
    one.close()


def ends_of(guard, *calls):
    """How the calls of these names ended, by the record."""
    records = guard.records()
    ids = {r["id"] for r in records if r.get("call") in calls}
    return [(r["status"], r["end"]) for r in records
            if r["event"] == "response" and r["id"] in ids]


FOLLOWED = ("container.logs", "exec.start", "system.events")


def talker(url):
    return docker(url, "run", "-d", "--network=none", "busybox", "sh", "-c",
                  TALKER).stdout.strip()


@pytest.mark.parametrize("client", CLIENTS)
def test_the_engine_dies_and_comes_back(mortal, survivor, client):
    before = ends_of(survivor, *FOLLOWED)
    box = talker(mortal.url)
    with contextlib.ExitStack() as stack:
        calls = [stack.enter_context(running(survivor.url, *words,
                                             client=client))
                 for words in (["logs", "-f", box],
                               ["exec", "-i", box, "sh", "-c",
                                "echo begun; cat"],
                               ["events", "--since=0", "--filter",
                                f"container={box}"])]
        for call in calls:
            assert call.stdout.readline() != ""
        mortal.kill()
        try:
            for call in calls:
                call.communicate(timeout=PATIENCE)
            done = docker(survivor.url, "ps", client=client, check=False)
        finally:
            mortal.run("start")
    assert done.returncode != 0
    assert "sockwarden: the Docker Engine does not answer" in done.stderr
    assert ends_of(survivor, "container.list")[-1][0] in (502, 503)
    ended = ends_of(survivor, *FOLLOWED)[len(before):]
    assert (200, "the engine's answer was cut short") in ended
    assert len(ended) == len(FOLLOWED)
    # The guard is the same, and so is its address.
    assert docker(survivor.url, "run", "--rm", "--network=none", "busybox",
                  "echo", "back", client=client).stdout == "back\n"


@pytest.fixture
def ending(engine):
    """A guard, and what follows a container's output through it."""
    guard = Guard("admin", engine.url)
    box = talker(engine.url)
    try:
        with running(guard.url, "logs", "-f", box) as follower:
            assert follower.stdout.readline() == "begun\n"
            yield guard, box, follower
    finally:
        docker(engine.url, "rm", "-f", box)
        guard.close()


def test_draining(engine, ending):
    guard, box, follower = ending
    guard.process.terminate()
    guard.await_said("draining: 1 calls are running")
    assert docker(guard.url, "ps", check=False).returncode != 0
    docker(engine.url, "stop", box)
    assert follower.communicate(timeout=PATIENCE)[0] == "last\n"
    assert follower.returncode == 0
    assert guard.process.wait(PATIENCE) == 0
    assert ends_of(guard, "container.logs") == [(200, "complete")]


def test_ending_at_once(ending):
    guard, box, follower = ending
    guard.process.terminate()
    guard.await_said("draining: 1 calls are running")
    guard.process.terminate()
    assert guard.process.wait(PATIENCE) == 0
    assert follower.communicate(timeout=PATIENCE)[0] == ""
    assert ends_of(guard, "container.logs") == [(200, "shutting down")]
