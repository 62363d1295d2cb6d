# SPDX-License-Identifier: Apache-2.0
"""Attackers, each a process of its own, and a well-behaved caller who is timed
while they are at it."""
import contextlib
import multiprocessing
import os
import resource
import socket
import time

from program import Caller

fork = multiprocessing.get_context("fork")
CALL = "/v1.41/containers/honest/json"


def raise_files():
    """As many descriptors as we may have."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def attack(work, arguments, begun, over):
    # The attacker gives way, as one on another machine would.
    os.nice(5)
    work(begun, over, *arguments)


@contextlib.contextmanager
def attackers(work, *arguments, n=1):
    """work(begun, over, ...): release begun once the attack runs, end it when
    over is set."""
    begun, over = fork.Semaphore(0), fork.Event()
    processes = [fork.Process(target=attack, daemon=True,
                              args=(work, arguments, begun, over))
                 for _ in range(n)]
    for process in processes:
        process.start()
    try:
        for _ in processes:
            assert begun.acquire(timeout=60), "the attack does not begin"
        yield
    finally:
        over.set()
        for process in processes:
            process.join(60)
            if process.exitcode is None:
                process.kill()
        assert all(process.exitcode == 0 for process in processes)


def hold(begun, over, work, *arguments):
    """Attack once, keep what came of it until the end."""
    kept = work(*arguments)
    begun.release()
    over.wait()
    del kept


def repeat(begun, over, work, *arguments):
    """Attack until the end, whatever becomes of it."""
    begun.release()
    while not over.is_set():
        with contextlib.suppress(OSError):
            work(*arguments)


class Witness:
    """Calls for some seconds, on one connection and on new ones in turn."""

    def __init__(self, program):
        self.program = program
        self.kept = Caller(program.connect())
        assert self.kept.call(CALL)[0] == 200

    def time(self, caller):
        begun = time.monotonic()
        caller = caller or Caller(self.program.connect())
        status, body = caller.call(CALL)
        assert status == 200, body
        return time.monotonic() - begun

    def watch(self, seconds):
        """The longest that one call in a hundred takes, in milliseconds."""
        times = []
        end = time.monotonic() + seconds
        while time.monotonic() < end or len(times) < 100:
            times += [self.time(self.kept), self.time(None)]
            time.sleep(0.001)
        times.sort()
        return 1000 * times[len(times) * 99 // 100]


def tcp(port, source="127.0.0.2"):
    """A connection from another address, so of another caller."""
    sock = socket.socket()
    sock.settimeout(10)
    try:
        sock.bind((source, 0))
        sock.connect(("127.0.0.1", port))
    except OSError:
        sock.close()
        raise
    return sock


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]
