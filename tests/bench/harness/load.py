# SPDX-License-Identifier: Apache-2.0
"""The load generator, as a process that is told when to begin."""
import json
import select
import subprocess


PATIENCE = 300  # seconds, for a gigabyte on a busy machine


class Broken(Exception):
    """It could not do what it should: no figure is had from that."""


class Load:
    """One run: made, go() once, result in .result."""

    def __init__(self, bench, mode, address, request, expect,
                 patience=PATIENCE, user=None, **options):
        self.patience = patience
        words = [bench.program("load"), mode, "--to", address, "--request",
                 bench.file(request), "--expect", str(expect)]
        for name, value in options.items():
            if value is True:
                words.append(f"--{name}")
            elif value:
                words += [f"--{name}", str(value)]
        self.process = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, user=user)
        self.result = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.process.stderr.close()

    def read(self):
        """A line; it never says two without being told to go on."""
        if not select.select([self.process.stdout], [], [],
                             self.patience)[0]:
            self.process.kill()
            raise Broken(f"nothing after {self.patience} s")
        line = self.process.stdout.readline()
        if not line:
            raise Broken(self.process.stderr.read().strip() or "it ended")
        return line

    def ready(self):
        if self.read() != "ready\n":
            raise Broken("it is not ready")

    def told(self):
        """Tell it to go on; what it says then."""
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return json.loads(self.read())

    def go(self):
        self.result = self.told()
        if self.result.get("unexpected"):
            raise Broken("unexpected replies: "
                         + self.process.stderr.readline().strip())
        return self.result

    def begin(self):
        """Start what is to go on beside the measuring."""
        if self.read() == "ready\n":
            self.process.stdin.write("\n")
            self.process.stdin.flush()

    def end(self):
        """End it, whatever it does."""
        self.process.kill()
        self.__exit__()
