# SPDX-License-Identifier: Apache-2.0
"""From samples to tables: medians, and from the least to the most."""
import statistics

FIGURES = {
    "cpu_us": "proxy CPU, µs per request",
    "ratio": "proxy CPU as a multiple of the relay's in the same round",
    "rate": "requests/s",
    "p50_us": "p50, µs",
    "p99_us": "p99, µs",
    "p999_us": "p99.9, µs",
    "syscalls": "system calls per request",
    "instructions": "user instructions per request",
    "mb_s": "MB/s",
    "cpu_s_gib": "proxy CPU, s/GiB",
    "pss_mib": "PSS, MiB",
    "kib_each": "KiB each",
    "open": "really open",
    "unserved": "rounds in which it was not served at all",
    "start_ms": "ms",
    "start_cpu_ms": "ms of CPU",
    "binary_kib": "KiB",
}
SPREAD = 1.02  # less than that is not worth its place


def number(value):
    if value >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def cell(values):
    if not values:
        return "-"
    least, most = min(values), max(values)
    text = number(statistics.median(values))
    if most > least * SPREAD:
        text += f" ({number(least)}..{number(most)})"
    return text


def add_ratios(samples):
    """Each sample of CPU time by the relay's of the same row and round."""
    floor = {(s["measure"], s["row"], s["round"]): s for s in samples
             if s["with"] == "relay"}
    for sample in samples:
        relay = floor.get((sample["measure"], sample["row"], sample["round"]))
        for figure in ("cpu_us", "cpu_s_gib"):
            if relay and relay.get(figure) and figure in sample:
                sample["ratio"] = sample[figure] / relay[figure]


def tables(samples, names):
    """A table a figure of each measure, in Markdown."""
    add_ratios(samples)
    measures = list(dict.fromkeys(s["measure"] for s in samples))
    for measure in measures:
        mine = [s for s in samples if s["measure"] == measure]
        yield f"\n### {measure}"
        for figure, title in FIGURES.items():
            having = [s for s in mine if figure in s]
            if having:
                yield from table(title, having, figure, names)


def table(title, samples, figure, names):
    shown = [n for n in names if any(s["with"] == n for s in samples)]
    yield ""
    yield f"| {title} | " + " | ".join(shown) + " |"
    yield "|---" * (len(shown) + 1) + "|"
    for row in dict.fromkeys(s["row"] for s in samples):
        cells = [cell([s[figure] for s in samples
                       if s["row"] == row and s["with"] == name])
                 for name in shown]
        yield f"| {row} | " + " | ".join(cells) + " |"
