# SPDX-License-Identifier: Apache-2.0
"""Each allocation of the program fails in turn, on the way of a call from accept
to its end.  That call may fail; the next one does not, none reaches the engine
without its record, and nothing is left behind."""
import contextlib
import pathlib
import signal
import ssl
import sys
import time

import pytest

import siege
from faults import Faults
from program import Caller, Program
from recorder import Recorder

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "engine"))
from authority import Authority  # noqa: E402

MOST = 60000  # allocations; a way that has more fails the test
# Of the thousands of a handshake, and of a reload, not each, but at any distance.
STEPS = {"handshake": 29, "reload": 997}
# Allocations that may be left: of things that are made once, whenever that is.
LEFT = 30
CREATE = b'{"Image":"busybox","Env":["A=b"],"HostConfig":{"Binds":["/a:/b"]}}'


class Field:
    def __init__(self, folder, authority):
        self.port = siege.free_port()
        server = authority.issue_server()
        self.tls = ssl.create_default_context(cafile=str(authority.ca))
        ada = authority.issue_client("ada", "/O=tests/CN=ada")
        self.tls.load_cert_chain(ada / "cert.pem", ada / "key.pem")
        self.faults = Faults(folder / "faults")
        self.engine = Recorder(folder / "engine.sock")
        self.program = Program(folder, self.faults, listeners=[
            {"name": "guard", "address": f"unix://{folder}/guard.sock"},
            {"name": "judged", "address": f"unix://{folder}/judged.sock"},
            {"name": "teams", "address": f"tcp://127.0.0.1:{self.port}",
             "tls": {"certificate": str(server / "cert.pem"),
                     "key": str(server / "key.pem"),
                     "client_ca": str(authority.ca),
                     "crl": [str(authority.crl)]}}],
            tier="ci", log={"level": "info"})
        self.program.start()
        for way in WAYS.values():
            for _ in range(3):
                way(self)
        self.engine.settle()
        self.descriptors = self.program.descriptors()
        self.rest()
        self.live = self.faults.live

    def rest(self):
        """Until there is no more than at the beginning; connections to the
        engine that are kept, their engine ends."""
        def at_rest():
            self.engine.hang_up()
            return self.program.descriptors() <= self.descriptors
        self.program.await_that(at_rest)

    def sound(self):
        with contextlib.closing(self.program.connect()) as sock:
            assert Caller(sock).call("/v1.41/containers/sound/json")[0] == 200

    def check(self):
        """Whatever failed, it is over, and all that arrived is on record."""
        self.sound()
        self.rest()
        arrived = set(self.engine.settle())
        asked = {r["target"].encode() for r in self.program.records()
                 if r["event"] == "request"}
        # What the program asks for itself has no version.
        assert {t for t in arrived if t.startswith(b"/v1.")} <= asked
        self.engine.arrived.clear()

    def close(self):
        self.faults.countdown = 0
        self.program.close()
        self.engine.close()


def get(field):
    with contextlib.closing(field.program.connect()) as sock:
        caller = Caller(sock)
        caller.call("/v1.41/containers/first/json?size=1")
        caller.call("/v1.41/containers/second/json")


def create(field):
    with contextlib.closing(field.program.connect()) as sock:
        Caller(sock).call("/v1.41/containers/create?name=x", "POST", CREATE)


def judged(field):
    """By every filter of a tier, with questions to the engine."""
    sock = field.program.connect("judged.sock")
    with contextlib.closing(sock):
        Caller(sock).call("/v1.41/containers/create?name=x", "POST", CREATE)


def handshake(field):
    with siege.tcp(field.port) as plain:
        with field.tls.wrap_socket(plain, server_hostname="127.0.0.1") as sock:
            Caller(sock).call("/v1.41/containers/third/json")


def reload(field):
    before = len(field.program.said())
    field.program.process.send_signal(signal.SIGHUP)
    field.program.await_that(
        lambda: "reload" in field.program.said()[before:])


WAYS = {"get": get, "create": create, "judged": judged,
        "handshake": handshake, "reload": reload}


@contextlib.contextmanager
def may_break():
    """The connection may end, but not stand still."""
    try:
        yield
    except TimeoutError:
        raise
    except OSError:
        pass


@pytest.fixture(name="field")
def make_field(folder):
    authority = Authority()
    one = Field(folder, authority)
    yield one
    one.close()
    authority.close()


@pytest.mark.parametrize("name", WAYS)
def test_each_allocation(field, name):
    n, failed = 0, True
    while failed:
        n += STEPS.get(name, 1)
        assert n < MOST
        field.faults.failures = 1
        before = field.faults.failed
        field.faults.countdown = n
        with may_break():
            WAYS[name](field)
        field.rest()
        field.faults.countdown = 0
        failed = field.faults.failed > before
        if n % 50 < STEPS.get(name, 1):
            field.check()
    field.check()
    left = field.faults.live - field.live
    print(f"{name}: {n} allocations, {left} left")
    # A worker that cannot follow is ended and replaced, and what it had is counted
    # for ever.
    assert left <= LEFT or name == "reload"


def test_no_memory_at_all(field):
    """For a while; then it is there again."""
    for n in range(0, 200, 20):
        field.faults.failures = 1 << 40
        field.faults.countdown = n + 1
        end = time.monotonic() + 0.2
        while time.monotonic() < end:
            with contextlib.suppress(OSError):
                sock = field.program.connect()
                sock.settimeout(0.05)
                with contextlib.closing(sock):
                    Caller(sock).call("/v1.41/containers/none/json")
        field.faults.countdown = 0
        field.check()
    assert field.faults.live - field.live <= LEFT
