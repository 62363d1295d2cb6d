# SPDX-License-Identifier: Apache-2.0
"""What needs a process of its own: start-up, instructions, and the binary."""
import glob
import os
import statistics
import time

import calls
import probes
from load import Broken, Load


def one_start(competitor):
    """From its start to its first answer: milliseconds, and those in which it
    had a processor."""
    competitor.stop()
    began = time.perf_counter()
    competitor.start()
    competitor.await_answer(0.0002)
    return ((time.perf_counter() - began) * 1e3,
            probes.cpu_ns(competitor.pids) / 1e6)


def start_up(bench, competitor):
    if not competitor.pids:
        return None
    took = [one_start(competitor) for _ in range(bench.size["starts"])]
    return {"start_ms": statistics.median(clock for clock, _ in took),
            "start_cpu_ms": statistics.median(cpu for _, cpu in took)}


def start_up_unix(bench, competitor):
    """The same with nothing but a unix socket: no TLS."""
    ways = competitor.ways
    if not competitor.pids:
        return None
    competitor.restart(ways[:1])
    figures = start_up(bench, competitor)
    competitor.restart(ways)
    return figures


def size(bench, competitor):
    if not competitor.pids:
        return None
    return {"binary_kib": os.path.getsize(competitor.binary) / 1024}


# --- instructions ----------------------------------------------------------------

def counted(bench, competitor, requests):
    """Instructions in user space from the start to the end, with so many
    requests on the way."""
    out = competitor.path(f"callgrind.{requests}")
    competitor.stop()
    competitor.start(["valgrind", "--tool=callgrind", "-q",
                      f"--callgrind-out-file={out}.%p"])
    competitor.await_answer()
    with Load(bench, "requests", competitor.address["unix"], calls.PING, 200,
              connections=1, requests=requests) as load:
        load.ready()
        load.go()
    competitor.stop()
    total = 0
    for name in glob.glob(out + ".*"):
        with open(name) as file:
            total += sum(int(line.split()[1]) for line in file
                         if line.startswith("totals:"))
        os.unlink(name)
    if total == 0:
        raise Broken("valgrind counted nothing")
    return total


def instructions(bench, competitor):
    """A _ping on an open connection: the difference of a long run and a short
    one.  The same on every machine, however busy; without TLS, whose start
    takes another number of them each time."""
    ways = competitor.ways
    if not competitor.pids:
        return None
    competitor.restart(ways[:1])
    few = bench.size["instructions"]
    short = counted(bench, competitor, few)
    long = counted(bench, competitor, 3 * few)
    competitor.restart(ways)
    return {"instructions": (long - short) / (2 * few)}
