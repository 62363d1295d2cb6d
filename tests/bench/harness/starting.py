# SPDX-License-Identifier: Apache-2.0
"""What needs a process of its own: start-up, instructions, and the binary."""
import glob
import os
import statistics
import time

import calls
from load import Load


def start_up(bench, competitor):
    """Milliseconds from its start to its first answer."""
    if not competitor.pids:
        return None
    took = []
    for _ in range(bench.size["starts"]):
        competitor.stop()
        began = time.perf_counter()
        competitor.start()
        competitor.await_answer(0.0002)
        took.append((time.perf_counter() - began) * 1e3)
    return {"start_ms": statistics.median(took)}


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
                         if line.startswith(("summary:", "totals:"))) // 2
        os.unlink(name)
    return total


def instructions(bench, competitor):
    """A _ping on an open connection: the difference of a long run and a short
    one.  The same on every machine, however busy."""
    if not competitor.pids:
        return None
    few = bench.size["instructions"]
    short = counted(bench, competitor, few)
    long = counted(bench, competitor, 3 * few)
    competitor.start()
    competitor.await_answer()
    return {"instructions": (long - short) / (2 * few)}
