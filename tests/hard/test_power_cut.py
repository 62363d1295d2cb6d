# SPDX-License-Identifier: Apache-2.0
"""With `durability: fsync` a call is on disk, and not only on its way there,
before it reaches the engine.  A power cut takes what no sync had put there."""
import contextlib
import errno
import random
import signal
import time

import pytest

from faults import Faults
from program import Caller, Program
from recorder import Recorder
from test_nothing_lost import SEED, Load, asked

ROUNDS = 20


@pytest.fixture(name="field")
def make_field(folder):
    audit = {"path": f"{folder}/log/audit", "durability": "fsync"}
    faults = Faults(folder / "faults")
    engine = Recorder(folder / "engine.sock",
                      lambda target: (target, faults.durable))
    program = Program(folder, faults, audit=audit)
    yield engine, program, faults
    if program.process is not None and program.process.poll() is None:
        program.close()
    engine.close()


def cut_power(program, faults):
    """The end of the program, and of what it had not brought to disk."""
    program.kill()
    with open(program.audit, "r+b") as file:
        file.truncate(faults.durable)


def test_power_cut(field):
    engine, program, faults = field
    chance = random.Random(SEED)
    reached = 0
    with contextlib.closing(Load(program)):
        for _ in range(ROUNDS):
            program.start()
            program.await_that(lambda: engine.arrived)
            time.sleep(chance.uniform(0, 0.05))
            cut_power(program, faults)
            text = program.audit.read_bytes()
            for target, durable in engine.settle():
                at = text.find(b'"' + target + b'"')
                assert 0 <= at < durable, target
                reached += 1
            engine.arrived.clear()
            # Every line is a record, for none was synced in parts.
            asked(text.split(b"\n"))
    print(f"{ROUNDS} rounds, {reached} calls")
    assert reached >= ROUNDS


def test_error_on_sync(field):
    """Nobody knows what is on disk then: refused, until a sync works again."""
    engine, program, faults = field
    program.start()
    caller = Caller(program.connect())
    assert caller.call("/v1.41/containers/before/json")[0] == 200
    faults.sync_error = errno.EIO
    status, body = caller.call("/v1.41/containers/during/json")
    assert status == 503
    assert b"could not be recorded" in body
    faults.sync_error = 0
    assert caller.call("/v1.41/containers/after/json")[0] == 200
    assert [target for target, _ in engine.arrived if b"during" in target] == []


def test_reload(field):
    """Who becomes durable later, is."""
    engine, program, faults = field
    config = program.config.read_text()
    program.config.write_text(config.replace('"fsync"', '"write"'))
    program.start()
    faults.sync_error = errno.EIO
    caller = Caller(program.connect())
    assert caller.call("/v1.41/containers/before/json")[0] == 200
    program.config.write_text(config)
    program.process.send_signal(signal.SIGHUP)
    program.await_that(
        lambda: caller.call("/v1.41/containers/during/json")[0] == 503)
    faults.sync_error = 0
    assert caller.call("/v1.41/containers/after/json")[0] == 200
    assert b"after" in engine.arrived[-1][0]
