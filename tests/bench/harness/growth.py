# SPDX-License-Identifier: Apache-2.0
"""How the cost of a call grows with the number of rules: identities, tiers,
entries of allow-lists.  What matches stands last, behind all that does not."""
import time

import calls
from competitors import Sockwarden

ALLOWED = {"Binds": ["/srv/last:/srv/last:ro"]}


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


def identities(count):
    def change(whole):
        whole["identities"][:0] = [
            {"match": {"listener": "unix", "uid": 100000 + i},
             "team": f"team-{i}", "tier": "ci"} for i in range(count)]
    return change


def images(count):
    def change(whole):
        whole["tiers"]["grown"]["filters"]["images"] = {"allow": [
            f"registry.example.com/team-{i}/**" for i in range(count)]
            + ["busybox"]}
    return change


def mounts(count):
    def change(whole):
        whole["tiers"]["grown"]["filters"]["mounts"] = {"allow": [
            {"source": f"/srv/data-{i}", "read_only": True}
            for i in range(count)] + [{"source": "/srv/last",
                                       "read_only": True}]}
    return change


def tiers(count):
    def change(whole):
        whole["tiers"].update({f"tier-{i}": {"extends": "ci"}
                               for i in range(count)})
    return change


KINDS = {
    "identities": (identities, calls.PING, 200, True),
    "images.allow": (images, calls.CREATE, 201, False),
    "mounts.allow": (mounts, calls.create(ALLOWED), 201, False),
    "tiers": (tiers, calls.CREATE, 201, False),
}
TIERS_MOST = 1000  # of some kilobytes each


def growth_row(kind, count, run_load, row):
    change, request, expect, close = KINDS[kind]

    def run(bench, competitor):
        if competitor.name != "ci":
            return None
        grown = Grown(f"grown-{kind}-{count}", bench, change(count))
        grown.configure()
        began = time.perf_counter()
        grown.start()
        try:
            grown.await_answer()
            took = time.perf_counter() - began
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
