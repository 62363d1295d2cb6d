# SPDX-License-Identifier: Apache-2.0
"""What is measured.  A measure is a list of rows; a row is measured for one
competitor at a time, and gives figures by name, or None where that competitor
cannot do it."""
import dataclasses
import typing

import calls
import memory
import probes
import starting
from growth import growth_rows
from load import Load
from siege import siege_rows


@dataclasses.dataclass
class Row:
    name: str
    run: typing.Callable      # (bench, competitor) -> figures, or None
    needs: str = ""           # "policy", or what a policy may forbid
    way: str = "unix"
    rounds: int = 0           # at most; 0: as many as there are

    def applies(self, competitor):
        if self.way not in competitor.ways:
            return False
        if self.needs == "policy":
            return competitor.refuses
        return self.needs not in competitor.forbidden


def cpu_of(bench, competitor):
    engine = [bench.engine.pid] if bench.engine else []
    return probes.cpu_ns(competitor.pids), probes.cpu_ns(engine)


def run_load(bench, competitor, way, mode, request, expect, **options):
    """What the load generator says, with the CPU time that the proxy and the
    engine took meanwhile."""
    if way == "mtls":
        options["tls"] = bench.certificates("client")
    with Load(bench, mode, competitor.address[way], request, expect,
              **options) as load:
        load.ready()
        before = cpu_of(bench, competitor)
        result = load.go()
        after = cpu_of(bench, competitor)
    competitor.forget()
    if competitor.pids:
        result["cpu_ns"] = after[0] - before[0]
    result["engine_ns"] = after[1] - before[1]
    return result


# --- requests ------------------------------------------------------------------

def per_request(result):
    count = result["requests"]
    figures = {"rate": count / result["seconds"],
               "p50_us": result["p50_us"], "p99_us": result["p99_us"],
               "p999_us": result["p999_us"],
               "engine_us": result["engine_ns"] / 1e3 / count,
               "lost": result.get("lost", 0)}
    if "cpu_ns" in result:
        figures["cpu_us"] = result["cpu_ns"] / 1e3 / count
    return figures


KINDS = {
    "ping": ("_ping", calls.PING, 200, ""),
    "list": ("list 2 KiB", calls.LIST, 200, ""),
    "list-large": ("list 200 KiB", calls.LIST_LARGE, 200, ""),
    "create": ("create 2.7 KiB", calls.CREATE, 201, ""),
    "refused": ("refused", calls.REFUSED, 403, "policy"),
}


def request_row(kind, way="unix", connections=50, close=False):
    name, request, expect, needs = KINDS[kind]

    def run(bench, competitor):
        return per_request(run_load(
            bench, competitor, way, "requests", request, expect,
            connections=connections, close=close,
            seconds=bench.size["seconds"]))

    words = [name, way if way != "mtls" else "mTLS", str(connections),
             "connection per request" if close else "keep-alive"]
    return Row(", ".join(words), run, needs, way)


def request_rows(kind, every):
    """The base (50 connections, keep-alive, on a unix socket) with one thing
    changed at a time; or all that there are."""
    if every:
        return [request_row(kind, way, connections, close)
                for way in ("unix", "tcp", "mtls")
                for close in (False, True) for connections in (1, 50, 200)]
    rows = [request_row(kind, connections=n) for n in (1, 50, 200)]
    if kind == "ping":
        rows += [request_row(kind, connections=n, close=True)
                 for n in (1, 50, 200)]
        # Under TLS that is a full handshake each.
        rows += [request_row(kind, "tcp", close=True),
                 request_row(kind, "mtls", close=True)]
    else:
        rows.append(request_row(kind, close=True))
    rows += [request_row(kind, "tcp"), request_row(kind, "mtls")]
    return rows


# --- system calls ----------------------------------------------------------------

def syscall_row(kind, connections, close=False):
    name, request, expect, needs = KINDS[kind]

    def run(bench, competitor):
        if not competitor.pids or bench.syscalls is None:
            return None
        with Load(bench, "requests", competitor.address["unix"], request,
                  expect, connections=connections, close=close,
                  seconds=bench.size["seconds"] / 2) as load:
            load.ready()
            counter = bench.syscalls(competitor.pids)
            counter.start()
            result = load.go()
            count = counter.stop()
        competitor.forget()
        return {"syscalls": count / result["requests"]}

    words = [name, str(connections)] + (["connection per request"] if close
                                        else [])
    return Row(", ".join(words), run, needs)


def syscall_rows():
    return [syscall_row("ping", 50), syscall_row("ping", 1),
            syscall_row("ping", 50, True), syscall_row("create", 50),
            syscall_row("refused", 50), syscall_row("list-large", 50)]


# --- streams ---------------------------------------------------------------------

def per_byte(result):
    size = result["bytes"]
    figures = {"mb_s": size / 1e6 / result["seconds"]}
    if "cpu_ns" in result:
        figures["cpu_s_gib"] = result["cpu_ns"] / 1e9 / (size / 2**30)
    return figures


def bulk_row(name, mode, request, expect=200, needs="bulk", way="unix"):
    def run(bench, competitor):
        size = bench.size["bulk"]
        return per_byte(run_load(bench, competitor, way, mode, request(size),
                                 expect, bytes=size))
    return Row(name + ("" if way == "unix" else ", mTLS"), run, needs, way)


def export_rows():
    return [bulk_row("export, chunked", "get", lambda size: calls.EXPORT),
            bulk_row("save, with length", "get", lambda size: calls.SAVE),
            bulk_row("export, chunked", "get", lambda size: calls.EXPORT,
                     way="mtls")]


def load_rows():
    return [bulk_row("load, chunked", "put", lambda size: calls.load()),
            bulk_row("load, with length", "put", calls.load),
            bulk_row("load, chunked", "put", lambda size: calls.load(),
                     way="mtls")]


def echo_row(way="unix"):
    def run(bench, competitor):
        return per_request(run_load(
            bench, competitor, way, "echo", calls.ATTACH, 101,
            seconds=bench.size["seconds"]))
    return Row(f"a key and its echo, {way}", run, way=way)


def attach_rows():
    return [echo_row(), echo_row("tcp"),
            bulk_row("bytes there and back", "echo-bytes",
                     lambda size: calls.ATTACH, 101, needs="")]


# --- all of them -----------------------------------------------------------------

def real_rows():
    """Against dockerd, for sanity: there the engine is what takes time."""
    return [request_row("ping"), request_row("list"),
            request_row("create", connections=4)]


REAL = {"real": lambda bench, every: real_rows()}
MEASURES = {
    **{kind: (lambda bench, every, kind=kind: request_rows(kind, every))
       for kind in KINDS},
    "syscalls": lambda bench, every: syscall_rows(),
    "instructions": lambda bench, every: [
        Row("_ping", starting.instructions, rounds=1)],
    "attach": lambda bench, every: attach_rows(),
    "export": lambda bench, every: export_rows(),
    "load": lambda bench, every: load_rows(),
    "memory": lambda bench, every: [
        Row("idle, unix alone", memory.idle_unix, rounds=3),
        Row("idle, with TCP and TLS", memory.idle, rounds=3)] + [
        Row(f"{n} open /events", memory.events(n), "events", rounds=3)
        for n in bench.size["streams"]],
    "startup": lambda bench, every: [
        Row("to the first answer, unix alone", starting.start_up_unix),
        Row("to the first answer, with TCP and TLS", starting.start_up)],
    "size": lambda bench, every: [Row("binary", starting.size, rounds=1)],
    "growth": lambda bench, every: growth_rows(bench, run_load, Row),
    "siege": lambda bench, every: siege_rows(bench, Row),
}
