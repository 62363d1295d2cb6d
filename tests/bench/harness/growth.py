# SPDX-License-Identifier: Apache-2.0
"""How the cost of a call grows with the number of rules: identities, tiers,
entries of allow-lists.  What matches stands last, behind all that does not."""
import time

import calls
from competitors import Sockwarden


class Grown(Sockwarden):
    """A sockwarden whose configuration has so many of something."""

    def __init__(self, name, bench, change):
        super().__init__(name, bench)
        self.change = change

    def configuration(self):
        whole = super().configuration()
        for identity in whole["identities"]:
            identity["tier"] = "grown"
        whole["tiers"] = {"grown": {"extends": "ci", "filters": {}}}
        self.change(whole)
        return whole


def identities(bench, count):
    def change(whole):
        whole["identities"][:0] = [
            {"match": {"listener": "unix", "uid": 100000 + i},
             "team": f"team-{i}", "tier": "ci"} for i in range(count)]
    return change


def images(bench, count):
    def change(whole):
        whole["tiers"]["grown"]["filters"]["images"] = {"allow": [
            f"registry.example.com/team-{i}/**" for i in range(count)]
            + ["docker.io/library/busybox"]}
    return change


def mounts(bench, count):
    """The directories are below one that is there, as the mounted one has to
    be."""
    def change(whole):
        top = bench.directory("mounts")
        whole["tiers"]["grown"]["filters"]["mounts"] = {"allow": [
            {"source": f"{top}/data-{i}", "read_only": True}
            for i in range(count)] + [{"source": bench.directory(MOUNTED),
                                       "read_only": True}]}
    return change


def tiers(bench, count):
    def change(whole):
        whole["tiers"].update({f"tier-{i}": {"extends": "ci"}
                               for i in range(count)})
    return change


def ping(bench):
    return calls.PING, 200


def create(bench):
    return calls.CREATE, 201


def create_with_mount(bench):
    source = bench.directory(MOUNTED)
    return calls.create({"Binds": [f"{source}:/data:ro"]}), 201


MOUNTED = "mounts/last"
# What there are many of, the call, and whether it is on a connection of its own.
KINDS = {
    "identities": (identities, ping, True),
    "images.allow": (images, create, False),
    "mounts.allow": (mounts, create_with_mount, False),
    "tiers": (tiers, create, False),
}
TIERS_MOST = 1000  # of some kilobytes each


def growth_row(kind, count, run_load, row):
    change, call, close = KINDS[kind]

    def run(bench, competitor):
        if competitor.name != "ci":
            return None
        grown = Grown(f"grown-{kind}-{count}", bench, change(bench, count))
        grown.configure()
        began = time.perf_counter()
        grown.start()
        try:
            grown.await_answer()
            took = time.perf_counter() - began
            request, expect = call(bench)
            result = run_load(bench, grown, "unix", "requests", request,
                              expect, connections=50, close=close,
                              seconds=bench.size["seconds"])
        finally:
            grown.stop()
        return {"cpu_us": result["cpu_ns"] / 1e3 / result["requests"],
                "start_ms": took * 1e3}

    return row(f"{count:,} {kind}", run, rounds=3)


def growth_rows(bench, run_load, row):
    return [growth_row(kind, count, run_load, row) for kind in KINDS
            for count in bench.size["growth"]
            if kind != "tiers" or count <= TIERS_MOST]
