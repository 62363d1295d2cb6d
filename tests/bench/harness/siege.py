# SPDX-License-Identifier: Apache-2.0
"""How a well-behaved caller fares while others attack: others by their user,
or by their certificate."""
import os

import calls
from load import Broken, Load

PACE_US = 2000
NOBODY = 65534
PATIENCE = 20  # seconds; without an answer until then it was not served


def attackers_user():
    """Only root can be somebody else."""
    return NOBODY if os.getuid() == 0 else None


def quiet(bench, competitor):
    return []


def idle(bench, competitor):
    """10,000 connections that say nothing."""
    return [Load(bench, "hold", competitor.address["unix"], b"", 0,
                 user=attackers_user(), connections=bench.size["idle"])]


def half_heads(bench, competitor):
    """Heads that begin, and do not go on."""
    return [Load(bench, "hold", competitor.address["unix"], calls.LIST[:-2], 0,
                 user=attackers_user(), connections=bench.size["idle"] // 10)]


def refused_flood(bench, competitor):
    """Others who are refused as fast as they can ask, each time anew."""
    return [Load(bench, "requests", competitor.address["unix"], calls.REFUSED,
                 403, user=attackers_user(), connections=50, close=True,
                 seconds=60)]


def handshakes(bench, competitor):
    """Others who do nothing but shake hands."""
    if "mtls" not in competitor.ways:
        return None
    return [Load(bench, "requests", competitor.address["mtls"], calls.PING,
                 200, connections=50, close=True, seconds=60,
                 tls=bench.certificates("client"))]


ATTACKS = {
    "in peace": (quiet, ""),
    "idle connections": (idle, ""),
    "half heads": (half_heads, ""),
    "refusals": (refused_flood, "policy"),
    "handshakes": (handshakes, ""),
}


def behave(bench, competitor):
    """A caller who asks now and then, and how it fares."""
    try:
        with Load(bench, "requests", competitor.address["unix"], calls.PING,
                  200, patience=PATIENCE, pace=PACE_US,
                  seconds=bench.size["seconds"]) as load:
            load.ready()
            result = load.go()
    except Broken:
        return {"unserved": 1}
    return {"p50_us": result["p50_us"], "p99_us": result["p99_us"],
            "unserved": 0}


def siege_row(name, row):
    attack, needs = ATTACKS[name]

    def run(bench, competitor):
        if not competitor.pids:
            return None
        competitor.fortify()
        competitor.restart(competitor.ways)
        attackers = attack(bench, competitor)
        if attackers is None:
            return None
        try:
            for attacker in attackers:
                attacker.begin()
            figures = behave(bench, competitor)
        finally:
            for attacker in attackers:
                attacker.end()
        return figures

    return row(name, run, needs)


def siege_rows(bench, row):
    return [siege_row(name, row) for name in ATTACKS]
