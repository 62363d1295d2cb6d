# SPDX-License-Identifier: Apache-2.0
"""The program under test, between a client of raw bytes and the stand-in."""
import json
import os
import pathlib
import re
import socket
import subprocess
import time

import engine
import strict

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("SOCKWARDEN", str(ROOT / "build" / "sockwarden"))
DEADLINE = 20


def configuration(folder, tier):
    return {
        "upstream": f"unix://{folder}/engine.sock",
        "listeners": [{"name": "guard",
                       "address": f"unix://{folder}/guard.sock"}],
        "identities": [{"match": {"listener": "guard"}, "team": "attack",
                        "tier": "case"}],
        "tiers": {"case": tier},
        "audit": {"path": f"{folder}/audit.log"},
        # An incomplete request ends by its timeout, so they are short.
        "timeouts": {"head": "500ms", "body": "500ms", "idle": "2s"},
    }


class Guard:
    def __init__(self, folder, tier):
        self.folder = folder
        self.engine = engine.Engine(f"{folder}/engine.sock")
        config = folder / "config.json"
        config.write_text(json.dumps(configuration(folder, tier)))
        self.log = open(folder / "guard.log", "wb")
        self.process = subprocess.Popen(
            [PROGRAM, "run", "--config", str(config)],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        self.await_ready()

    def await_ready(self):
        end = time.monotonic() + DEADLINE
        while time.monotonic() < end:
            assert self.process.poll() is None, self.said()
            try:
                self.connect().close()
                return
            except OSError:
                time.sleep(0.01)
        raise AssertionError("the program does not listen: " + self.said())

    def said(self):
        return (self.folder / "guard.log").read_text(errors="replace")

    def connect(self):
        sock = socket.socket(socket.AF_UNIX)
        sock.settimeout(DEADLINE)
        try:
            sock.connect(f"{self.folder}/guard.sock")
        except OSError:
            sock.close()
            raise
        return sock

    def attack(self, raw, hold_open=False):
        """Send raw bytes; the answer, and the requests that arrived."""
        since = len(self.engine.connections)
        answer = self.converse(raw, hold_open)
        assert self.process.poll() is None, "it died: " + self.said()
        made = self.engine.settle(since)
        return answer, [c.raw for c in made if c.raw]

    def converse(self, raw, hold_open):
        with self.connect() as sock:
            answer = b""
            try:
                sock.sendall(raw)
                if not hold_open:
                    answer = self.first_answer(sock)
                    sock.shutdown(socket.SHUT_WR)
                while True:
                    more = sock.recv(65536)
                    if not more:
                        return answer
                    answer += more
            except OSError as error:
                assert not isinstance(error, TimeoutError), "it hangs"
                return answer

    @staticmethod
    def first_answer(sock):
        """Only once an answer is here does the client end its side: a request
        must not be spared by looking abandoned.  An upload that is cut short
        has no answer."""
        answer = b""
        sock.settimeout(3)
        try:
            while not is_answer(answer):
                more = sock.recv(65536)
                if not more:
                    break
                answer += more
        except TimeoutError:
            pass
        sock.settimeout(DEADLINE)
        return answer

    def audit(self):
        with open(self.folder / "audit.log", encoding="ascii") as file:
            return [strict.loads(line.encode()) for line in file]

    def close(self):
        self.process.terminate()
        ended = self.process.wait(DEADLINE)
        self.engine.close()
        self.log.close()
        assert ended == 0, self.said()  # a sanitizer has its say here too


def is_answer(raw):
    """Has a final answer come, whole?"""
    while raw.startswith(b"HTTP/1.1 100"):
        raw = raw.partition(b"\r\n\r\n")[2]
    head, found, body = raw.partition(b"\r\n\r\n")
    if not found:
        return False
    length = re.search(rb"\r\nContent-Length: ([0-9]+)", head)
    return length is None or len(body) >= int(length.group(1))


def status(answer):
    """The status of the first final answer, or 0."""
    while answer.startswith(b"HTTP/1.1 100"):
        answer = answer.partition(b"\r\n\r\n")[2]
    match = re.match(rb"HTTP/1\.1 ([0-9]{3}) ", answer)
    return 0 if match is None else int(match.group(1))
