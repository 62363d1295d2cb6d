# SPDX-License-Identifier: Apache-2.0
"""What is talked to while it runs: containers on a terminal, live events."""
import fcntl
import os
import pty
import select
import struct
import subprocess
import termios

import pytest

from conftest import CLIENTS, PATIENCE, docker, docker_env, running

SIZE = (40, 100)


class Terminal:
    """A client on a terminal of its own."""

    def __init__(self, url, client, *words):
        self.ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("4H", *SIZE, 0, 0))
        self.process = subprocess.Popen([client, *words], stdin=theirs,
                                        stdout=theirs, stderr=theirs,
                                        env=docker_env(url),
                                        start_new_session=True)
        os.close(theirs)
        self.text = ""

    def read(self):
        """Some more of what it shows; "" at the end."""
        ready = select.select([self.ours], [], [], PATIENCE)[0]
        assert ready, self.text
        try:
            more = os.read(self.ours, 4096).decode(errors="replace")
        except OSError:  # so Linux says that the other side is closed
            more = ""
        self.text += more
        return more

    def expect(self, text):
        while text not in self.text:
            assert self.read() != "", self.text
        self.text = self.text.partition(text)[2]

    def say(self, text):
        os.write(self.ours, text.encode())

    def ends(self):
        """What else it showed, and its status."""
        while self.read() != "":
            pass
        return self.text, self.process.wait(PATIENCE)

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self.ours)


@pytest.fixture
def terminal(admin):
    opened = []

    def start(client, *words):
        opened.append(Terminal(admin.url, client, *words))
        return opened[-1]

    yield start
    for one in opened:
        one.close()


@pytest.fixture
def box(engine):
    """A container on a terminal, which says back what it is told."""
    name = "on-tty"
    docker(engine.url, "run", "-dit", "--name", name, "--network=none",
           "busybox", "sh", "-c",
           "while read x; do echo got:$x; [ $x != bye ] || exit 5; done")
    yield name
    docker(engine.url, "rm", "-f", name)


# The client tells the size after the start, so the container waits for it.
SIZED = ("until [ \"$(stty size)\" = '40 100' ]; do sleep 0.1; done;"
         "echo sized; read x; echo got:$x; exit 5")


@pytest.mark.parametrize("client", CLIENTS)
def test_run_on_a_terminal(terminal, client):
    one = terminal(client, "run", "-it", "--rm", "--network=none", "busybox",
                   "sh", "-c", SIZED)
    one.expect("sized")
    one.say("hello\n")
    one.expect("got:hello")
    assert one.ends() == ("\r\n", 5)


@pytest.mark.parametrize("client", CLIENTS)
def test_exec_on_a_terminal(terminal, box, client):
    one = terminal(client, "exec", "-it", box, "sh", "-c", SIZED)
    one.expect("sized")
    one.say("hello\n")
    one.expect("got:hello")
    assert one.ends() == ("\r\n", 5)


@pytest.mark.parametrize("client", CLIENTS)
def test_interrupt_on_a_terminal(terminal, client):
    one = terminal(client, "run", "-it", "--rm", "--network=none", "busybox",
                   "sh", "-c", "trap 'echo told; exit 6' INT; echo ready;"
                   "while :; do sleep 0.1; done")
    one.expect("ready")
    one.say("\x03")
    one.expect("told")
    assert one.ends()[1] == 6


@pytest.mark.parametrize("client", CLIENTS)
def test_detach_and_attach_again(engine, terminal, box, client):
    for turn in ("first", "second"):
        one = terminal(client, "attach", "--detach-keys=ctrl-x,y", box)
        one.say(turn + "\n")
        one.expect("got:" + turn)
        one.say("\x18y")
        text, status = one.ends()
        assert "read escape sequence" in text
        assert docker(engine.url, "inspect", "-f", "{{.State.Running}}",
                      box).stdout == "true\n"
    one = terminal(client, "attach", box)
    one.say("bye\n")
    assert one.ends()[1] == 5


@pytest.mark.parametrize("client", CLIENTS)
def test_live_events(engine, admin, client):
    """They come while they happen, not at the end."""
    name = "lively" + str(CLIENTS.index(client))
    with running(admin.url, "events", "--since=0", "--filter",
                 f"container={name}", "--format", "{{.Action}}",
                 client=client) as events:
        docker(engine.url, "create", "--network=none", "--name", name,
               "busybox")
        assert events.stdout.readline() == "create\n"
        docker(engine.url, "rm", name)
        assert events.stdout.readline() == "destroy\n"
