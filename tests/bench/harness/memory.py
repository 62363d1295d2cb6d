# SPDX-License-Identifier: Apache-2.0
"""Memory: of a proxy that has just been started, and with many idle streams."""
import calls
import probes
from load import Load


def idle(bench, competitor):
    """After one call, so that nothing is left to be set up."""
    if not competitor.pids:
        return None
    competitor.restart()
    return {"pss_mib": probes.pss_kib(competitor.pids) / 1024}


def idle_unix(bench, competitor):
    """The same with nothing but a unix socket: no TLS."""
    ways = competitor.ways
    if not competitor.pids:
        return None
    competitor.restart(ways[:1])
    figures = {"pss_mib": probes.pss_kib(competitor.pids) / 1024}
    competitor.restart(ways)
    return figures


def events(count):
    """With so many open at once: what each costs, and how many really are."""
    def run(bench, competitor):
        if not competitor.pids:
            return None
        competitor.restart()
        before = probes.pss_kib(competitor.pids)
        with Load(bench, "hold", competitor.address["unix"], calls.EVENTS, 200,
                  connections=count) as load:
            load.read()
            result = load.told()
            after = probes.pss_kib(competitor.pids)
        competitor.forget()
        return {"pss_mib": after / 1024, "open": result["open"],
                "kib_each": (after - before) / max(result["open"], 1)}
    return run
