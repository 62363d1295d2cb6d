# SPDX-License-Identifier: Apache-2.0
"""The program under test: started and killed again and again, and measured."""
import json
import os
import pathlib
import signal
import socket
import subprocess
import time

import guard

PATIENCE = 30
ALL = {"unlisted": "off", "filters": {"calls": {"allow": ["*"]}}}


def configuration(folder, tier="all", **more):
    """Whoever comes through the guard's own socket may make every call, others
    have the tier; more: members of the file."""
    config = {"upstream": f"unix://{folder}/engine.sock",
              "listeners": [{"name": "guard",
                             "address": f"unix://{folder}/guard.sock"}],
              "tiers": {"all": ALL},
              "audit": {"path": f"{folder}/log/audit"},
              "log": {"level": "error"}} | more
    config["identities"] = [
        {"match": {"listener": listener["name"]}, "team": "t",
         "tier": "all" if listener["name"] == "guard" else tier}
        for listener in config["listeners"]]
    return config


class Program:
    def __init__(self, folder, faults=None, **more):
        self.folder = folder
        self.config = folder / "config.json"
        self.config.write_text(json.dumps(configuration(folder, **more)))
        (folder / "log").mkdir(exist_ok=True)
        self.environment = os.environ | (
            {} if faults is None else faults.environment())
        self.process = None

    @property
    def audit(self):
        return self.folder / "log" / "audit"

    def launch(self):
        # After a kill the socket is still there.
        (self.folder / "guard.sock").unlink(missing_ok=True)
        with open(self.folder / "said", "ab") as said:
            self.process = subprocess.Popen(
                [guard.PROGRAM, "run", "--config", str(self.config)],
                stdin=subprocess.DEVNULL, stdout=said, stderr=said,
                env=self.environment, start_new_session=True)

    def start(self):
        self.launch()
        self.await_that(self.listens)
        return self

    def listens(self):
        try:
            self.connect().close()
        except OSError:
            return False
        return True

    def said(self):
        return (self.folder / "said").read_text(errors="replace")

    def await_that(self, condition):
        end = time.monotonic() + PATIENCE
        while not condition():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < end, "it never came true: " + self.said()
            time.sleep(0.002)

    def connect(self, name="guard.sock"):
        sock = socket.socket(socket.AF_UNIX)
        sock.settimeout(PATIENCE)
        try:
            sock.connect(f"{self.folder}/{name}")
        except OSError:
            sock.close()
            raise
        return sock

    def kill(self):
        """All of it, at once: nobody has time for a last word."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE)

    def close(self):
        if self.process.poll() is None:
            self.process.terminate()
            assert self.process.wait(PATIENCE) == 0, self.said()

    # --- what it has ----------------------------------------------------------

    def processes(self):
        """It and its children, and theirs."""
        found, new = [], [self.process.pid]
        while new:
            pid = new.pop()
            found.append(pid)
            try:
                new += map(int, pathlib.Path(
                    f"/proc/{pid}/task/{pid}/children").read_text().split())
            except FileNotFoundError:
                pass
        return found

    def sum_up(self, measure):
        """Of all that is there; one that ends meanwhile has nothing."""
        total = 0
        for pid in self.processes():
            try:
                total += measure(pathlib.Path(f"/proc/{pid}"))
            except (FileNotFoundError, ProcessLookupError):
                pass
        return total

    def memory(self):
        """Its share of the machine's memory, in KiB."""
        return self.sum_up(lambda proc: sum(
            int(line.split()[1])
            for line in (proc / "smaps_rollup").read_text().splitlines()
            if line.startswith("Pss:")))

    def descriptors(self):
        return self.sum_up(lambda proc: len(os.listdir(proc / "fd")))

    def records(self):
        return [json.loads(line)
                for line in self.audit.read_bytes().splitlines()]


class Caller:
    """One connection, and the calls on it, one after the other."""

    def __init__(self, sock):
        self.sock = sock
        self.read = b""

    def more(self):
        got = self.sock.recv(65536)
        if not got:
            raise ConnectionError("it ended")
        self.read += got

    def call(self, target, method="GET", body=None):
        self.ask(target, method, body)
        return self.answer()

    def ask(self, target, method="GET", body=None):
        head = f"{method} {target} HTTP/1.1\r\nHost: x\r\n"
        if body is not None:
            head += ("Content-Type: application/json\r\n"
                     f"Content-Length: {len(body)}\r\n")
        self.sock.sendall(head.encode() + b"\r\n" + (body or b""))

    def answer(self):
        """The status and the body."""
        while b"\r\n\r\n" not in self.read:
            self.more()
        head, _, self.read = self.read.partition(b"\r\n\r\n")
        length = int(head.partition(b"\r\nContent-Length: ")[2]
                     .partition(b"\r\n")[0])
        while len(self.read) < length:
            self.more()
        body, self.read = self.read[:length], self.read[length:]
        return int(head.split(b" ", 2)[1]), body
