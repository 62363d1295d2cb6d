# SPDX-License-Identifier: Apache-2.0
"""The program is killed at any moment, under load: what reached the engine is
on record, and of a record only the last one may be torn."""
import json
import multiprocessing
import os
import random
import time

import pytest

from faults import Faults
from program import Caller, Program
from recorder import Recorder

# With one worker, and again with several.
ROUNDS = int(os.environ.get("KILL_ROUNDS", "100"))
CALLERS = 8
SEED = 20
fork = multiprocessing.get_context("fork")


def insist(connect, number, over):
    """Call, each time for another thing, whenever the guard is there."""
    n = 0
    while not over.is_set():
        try:
            caller = Caller(connect())
            while True:
                n += 1
                caller.call(f"/v1.41/containers/c{number}n{n}/json")
        except OSError:
            time.sleep(0.002)


class Load:
    """Several callers at once, which do nothing but call."""

    def __init__(self, program):
        self.over = fork.Event()
        self.callers = [
            fork.Process(target=insist, args=(program.connect, i, self.over))
            for i in range(CALLERS)]
        for caller in self.callers:
            caller.start()

    def close(self):
        self.over.set()
        for caller in self.callers:
            caller.join(30)
            assert caller.exitcode == 0


@pytest.fixture(name="field")
def make_field(folder, request):
    """A program in its place, not started yet, and callers at its door."""
    faults = Faults(folder / "faults")
    engine = Recorder(folder / "engine.sock")
    program = Program(folder, faults, **getattr(request, "param", {}))
    load = Load(program)
    yield engine, program, faults
    if program.process.poll() is None:
        program.kill()
    load.close()
    engine.close()


def asked(lines):
    """The targets that there are records of; a line that is none may only be
    the last, without its end."""
    targets = set()
    for line in lines[:-1]:
        record = json.loads(line)
        if record["event"] == "request":
            targets.add(record["target"].encode())
    return targets


class Reader:
    """Reads what a life of the program has added to the record."""

    def __init__(self, path):
        self.path = path
        self.size = 0
        self.torn = 0

    def read(self):
        with open(self.path, "rb") as file:
            file.seek(self.size)
            text = file.read()
        self.size += len(text)
        if self.torn:  # what the last life left unfinished ends here
            assert text.startswith(b"\n"), text[:200]
            text = text[1:]
        lines = text.split(b"\n")
        self.torn = len(lines[-1])
        return asked(lines)


def check(engine, reader):
    """Nothing lost?  How much reached the engine."""
    arrived = set(engine.settle())
    lost = arrived - reader.read()
    assert not lost, sorted(lost)[:5]
    engine.arrived.clear()
    return len(arrived)


@pytest.mark.parametrize("field", [{"workers": 1}, {"workers": 3}],
                         ids=["one", "three"], indirect=True)
def test_killed_at_random_moments(field):
    engine, program, _ = field
    chance = random.Random(SEED)
    reader = Reader(program.audit)
    reached = 0
    for _ in range(ROUNDS):
        program.start()
        program.await_that(lambda: engine.arrived)
        time.sleep(chance.uniform(0, 0.05))
        program.kill()
        reached += check(engine, reader)
    print(f"{ROUNDS} rounds, {reached} calls")
    assert reached >= ROUNDS


# A worker that is walled in may not kill.
@pytest.mark.parametrize("field", [{"confine": "off"}], ids=["one"],
                         indirect=True)
def test_killed_in_the_middle_of_a_record(field):
    """What a kill hardly ever hits: a record of which only half is written."""
    engine, program, faults = field
    chance = random.Random(SEED)
    reader = Reader(program.audit)
    torn = 0
    for _ in range(10):
        faults.tear = chance.randint(1, 40)
        program.launch()
        program.process.wait(30)
        check(engine, reader)
        torn += reader.torn > 0
    # The half of two lines may be one.
    assert torn >= 5
