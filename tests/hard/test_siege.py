# SPDX-License-Identifier: Apache-2.0
"""Callers who do their worst.  In all of it a well-behaved caller is served in
time, memory stays below a figure, and comes back, and so do descriptors."""
import json
import resource
import socket
import time

import pytest

import siege
from faults import Faults
from program import PATIENCE, Caller, Program
from recorder import Recorder

# Of a well-behaved caller one call in a hundred may take so long (ms); a noisy
# machine has a part in that.
P99 = 500
# KiB more than at the start that an attack may cost, and that may stay.
MOST = 64 * 1024
LEFT = 4 * 1024
SECONDS = 2

PING = b"GET /_ping HTTP/1.1\r\nHost: x\r\n\r\n"
CREATE = (b"POST /v1.41/containers/create HTTP/1.1\r\nHost: x\r\n"
          b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n")


class Field:
    """The program, its engine, a well-behaved caller, and an open port."""

    def __init__(self, folder, faults=None, **more):
        self.port = siege.free_port()
        self.engine = Recorder(folder / "engine.sock")
        listeners = [
            {"name": "guard", "address": f"unix://{folder}/guard.sock"},
            {"name": "open", "address": f"tcp://127.0.0.1:{self.port}"}]
        self.program = Program(folder, faults, listeners=listeners, **more)
        self.program.start()
        self.witness = siege.Witness(self.program)
        for _ in range(200):  # what is made once is made
            self.witness.time(None)
        self.memory = self.program.memory()
        self.descriptors = self.program.descriptors()

    def endure(self, seconds=SECONDS, most=MOST, p99=P99):
        """The well-behaved caller is served while the attack goes on."""
        is_p99 = self.witness.watch(seconds)
        grown = self.program.memory() - self.memory
        print(f"p99 {is_p99:.1f} ms, {grown} KiB more")
        assert is_p99 <= p99
        assert grown <= most

    def recover(self, left=LEFT):
        """Nothing of the attack is left."""
        self.program.await_that(
            lambda: self.program.descriptors() <= self.descriptors)
        self.program.await_that(
            lambda: self.program.memory() <= self.memory + left)
        assert self.witness.time(None) < 1
        self.program.close()

    def close(self):
        if self.program.process.poll() is None:
            self.program.kill()
        self.engine.close()


@pytest.fixture(name="field")
def make_field(folder):
    siege.raise_files()
    fields = []

    def make(**more):
        fields.append(Field(folder, **more))
        return fields[-1]

    yield make
    for one in fields:
        one.close()


# --- slow ---------------------------------------------------------------------

def trickle(begun, over, port, first, n):
    """n connections that send a byte now and then, begun anew when they end."""
    socks = []
    while not over.is_set():
        while len(socks) < n:
            try:
                socks.append(siege.tcp(port))
                socks[-1].sendall(first)
            except OSError:
                break
        begun.release()
        for sock in list(socks):
            try:
                sock.sendall(b"a")
            except OSError:
                socks.remove(sock)
                sock.close()
        over.wait(0.1)


TIMEOUTS = {"timeouts": {"head": "500ms", "body": "500ms"}}


@pytest.mark.parametrize("first", [b"GET /", CREATE % 1000],
                         ids=["heads", "bodies"])
def test_slow(field, first):
    here = field(**TIMEOUTS)
    with siege.attackers(trickle, here.port, first, 250):
        here.endure()
    here.recover()
    ended = [r["status"] for r in here.program.records()
             if r["event"] == "response"]
    assert ended.count(408) >= 250


# --- many ---------------------------------------------------------------------

def connect_many(port, n):
    """From one address, and keep them; the others are turned away."""
    return [siege.tcp(port, f"127.0.1.{1 + i // 250}") for i in range(n)]


def test_idle_connections(field):
    """10,000, or as many as the machine lets us have."""
    n = min(10000, siege.raise_files() // 2 - 200)
    here = field(limits={"connections": 20000,
                         "connections_per_caller": 20000})
    with siege.attackers(siege.hold, connect_many, here.port, n):
        here.program.await_that(lambda: here.program.descriptors() >= n)
        print(f"{n} connections")
        here.endure(most=n * 4)
    # libevent remembers how many descriptors there were.
    here.recover(left=4 * 1024)


def crowd(port, n):
    """Of one caller, who may not have so many, and again and again."""
    socks = []
    try:
        for _ in range(n):
            socks.append(siege.tcp(port))
    finally:
        time.sleep(0.2)
        for sock in socks:
            sock.close()


def test_connections_of_one_caller(field):
    here = field()
    with siege.attackers(siege.repeat, crowd, here.port, 2000, n=2):
        here.endure()
    here.recover()


# --- much ---------------------------------------------------------------------

def pipeline(port, n):
    """All calls at once, and no answer is read before all are sent."""
    with siege.tcp(port) as sock:
        sent, text = 0, PING * n
        sock.settimeout(0.2)
        try:
            while sent < len(text):
                sent += sock.send(text[sent:sent + 65536])
        except TimeoutError:
            pass  # it takes no more before it is heard
        sock.settimeout(10)
        answers = b""
        while answers.count(b"\r\nOK") < sent // len(PING):
            more = sock.recv(65536)
            assert more
            answers += more
            try:
                sent += sock.send(text[sent:sent + 65536],
                                  socket.MSG_DONTWAIT)
            except BlockingIOError:
                pass


def test_pipelining(field):
    here = field()
    with siege.attackers(siege.repeat, pipeline, here.port, 5000, n=2):
        here.endure()
    here.recover()


BOMBS = {
    "line": b"GET /" + b"a" * 40000 + b" HTTP/1.1\r\n\r\n",
    "fields": b"GET /_ping HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 9000,
    "field": b"GET /_ping HTTP/1.1\r\nHost: x\r\nA: " + b"b" * (1 << 20),
    "query": b"GET /v1.41/containers/json?" + b"a=b&" * 8000 +
             b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "percent": b"GET /v1.41/containers/json?filters=" + b"%7b" * 10000 +
               b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "blank": b"\r\n" * 100000,
}


def throw(port, bomb):
    with siege.tcp(port) as sock:
        sock.sendall(bomb)
        status = sock.recv(4096)[9:12]
        assert status in (b"400", b"405", b"414", b"431", b"200"), status


@pytest.mark.parametrize("name", BOMBS)
def test_header_bombs(field, name):
    here = field()
    with siege.attackers(siege.repeat, throw, here.port, BOMBS[name], n=2):
        here.endure(1)
    here.recover()


MIB = (1 << 20) - 100


def many(text, size=MIB):
    return text * (size // len(text))


def items(text):
    return many(text + ",")[:-1]


def members(value, name="k"):
    one = len(f'"{name}0000000":{value},')
    return ",".join(f'"{name}{i:07}":{value}' for i in range(MIB // one))


JSON = {
    "deep": many("["),
    "deep-objects": many('{"a":'),
    "wide": "{" + members("0") + "}",
    "wide-labels": '{"Labels":{' + members('""') + "}}",
    "long": '{"Image":"' + many("a") + '"}',
    "escapes": '{"Image":"' + many("\\u0001") + '"}',
    "env": '{"Env":[' + items('"A=b"') + "]}",
    "binds": '{"HostConfig":{"Binds":[' + items('"/a:/b"') + "]}}",
    "mounts": '{"HostConfig":{"Mounts":[' +
              items('{"Type":"bind","Source":"/a","Target":"/b"}') + "]}}",
    "ports": '{"HostConfig":{"PortBindings":{' +
             members('[{"HostPort":"1"}]', "1") + "}}}",
    "capabilities": '{"HostConfig":{"CapAdd":[' + items('"SYS_ADMIN"') + "]}}",
    "security": '{"HostConfig":{"SecurityOpt":[' + items('"a=b"') + "]}}",
    "command": '{"Cmd":[' + items('""') + "]}",
    "numbers": '{"Cmd":[' + items("1") + "]}",
}
# One call of 1 MiB keeps the others waiting no longer than this (ms).
TURN = 1000


@pytest.mark.parametrize("tier", ["all", "ci", "developer"])
def test_large_json(field, tier):
    """A body as large as one may be is judged in one turn of the loop, so how
    long that takes is how long others wait."""
    here = field(tier=tier)
    took = {}
    for name, text in JSON.items():
        body = text.encode()
        with siege.tcp(here.port) as sock:
            sock.settimeout(PATIENCE)
            begun = time.monotonic()
            status, _ = Caller(sock).call("/v1.41/containers/create", "POST",
                                          body)
            took[name] = int(1000 * (time.monotonic() - begun))
            assert status in (201, 400, 403, 500), (name, status)
    print(took)
    assert max(took.values()) <= TURN, took
    here.recover(left=16 * 1024)


# --- an engine that misbehaves ------------------------------------------------

def ask(port, target, n):
    """Calls whose answers nobody reads."""
    socks = [siege.tcp(port) for _ in range(n)]
    for sock in socks:
        sock.sendall(b"%s HTTP/1.1\r\nHost: x\r\n\r\n" % target)
    return socks


@pytest.mark.parametrize("name", ["silent", "endless-head", "endless-body"])
def test_engine(field, name):
    here = field()
    target = b"GET /v1.41/containers/%s/json" % name.encode()
    with siege.attackers(siege.hold, ask, here.port, target, 50):
        # What we hold of each answer that nobody reads, and no more.
        here.endure(most=50 * 512)
    here.recover()


def test_endless_json(field):
    """An answer that would be rewritten is collected, so it has a limit."""
    here = field()
    caller = Caller(siege.tcp(here.port))
    status, body = caller.call(
        "/v1.41/containers/create?name=endless-json", "POST", b"{}")
    assert status == 502
    assert b"too long" in body
    caller.sock.close()
    here.recover()


# --- descriptors --------------------------------------------------------------

def test_no_descriptors(field):
    """While there are none, nobody new is served; who is in stays."""
    here = field()
    pid = here.program.process.pid
    was = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    resource.prlimit(pid, resource.RLIMIT_NOFILE,
                     (here.descriptors + 2, was[1]))
    with siege.attackers(siege.hold, ask, here.port,
                         b"GET /v1.41/containers/silent/json", 20):
        time.sleep(0.3)
        status, body = here.witness.kept.call(siege.CALL)
        assert status in (200, 502), body
    resource.prlimit(pid, resource.RLIMIT_NOFILE, was)
    here.witness.kept = Caller(here.program.connect())
    here.endure(1)
    here.recover()


# --- time ---------------------------------------------------------------------

@pytest.mark.parametrize("seconds", [10 ** 8, -10 ** 8])
def test_clock_jumps(field, folder, seconds):
    """Only records tell the time of day; limits run by another clock."""
    faults = Faults(folder / "faults")
    here = field(faults=faults, timeouts={"head": "500ms", "idle": "5s"})
    idle = Caller(siege.tcp(here.port))
    assert idle.call(siege.CALL)[0] == 200
    slow = siege.tcp(here.port)
    slow.sendall(b"GET ")
    faults.ahead = seconds
    # The slow one ends when it would have, neither at once nor never.
    begun = time.monotonic()
    assert slow.recv(100).startswith(b"HTTP/1.1 408 ")
    assert 0.1 < time.monotonic() - begun < 3
    assert idle.call(siege.CALL)[0] == 200
    here.endure(1)
    times = [record["time"] for record in here.program.records()]
    assert abs(int(times[-1][:4]) - int(times[0][:4])) >= 3
    assert all(record.get("ms", 0) < 10000
               for record in here.program.records())
    slow.close()
    idle.sock.close()
    here.recover()
