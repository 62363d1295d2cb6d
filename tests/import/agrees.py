#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""agrees.py PROGRAM -- no import allows more, or less, than the proxy did.

The rules of the two HAProxy configurations, as regular expressions here, are
asked about every path of the API for many choices of variables.
"""
import itertools
import os
import re
import subprocess
import sys

SECTIONS = ("AUTH BUILD COMMIT CONFIGS CONTAINERS DISTRIBUTION EVENTS EXEC GRPC "
            "IMAGES INFO NETWORKS NODES PING PLUGINS SECRETS SERVICES SESSION "
            "SWARM SYSTEM TASKS VERSION VOLUMES").split()
ACTIONS = {"ALLOW_RESTARTS": "(stop|restart|kill)", "ALLOW_START": "start",
           "ALLOW_STOP": "stop", "ALLOW_PAUSE": "pause",
           "ALLOW_UNPAUSE": "unpause"}
ON = {"EVENTS": "1", "PING": "1", "VERSION": "1"}
# One name, two paths of which only the shorter is asked for.
ALIASES = {("network.list", "/networks/")}


def allowed(flavour, variables, method, path):
    def on(name):
        return variables.get(name, ON.get(name, "0")) == "1"

    reads = method in ("GET", "HEAD")
    action = any(on(name) and re.match(f"/containers/[\\w.-]+/{what}", path)
                 for name, what in ACTIONS.items())
    if flavour == "linuxserver" and action:
        return True
    if not reads and not on("POST"):
        return False
    return action or any(
        on(name) and path.startswith("/" + (
            "_ping" if name == "PING" else name.lower()))
        for name in SECTIONS)


def choices():
    names = SECTIONS + list(ACTIONS)
    for name in names:
        for post in ("0", "1"):
            yield {name: "1", "POST": post}
    for name in ON:
        yield {name: "0"}
    yield {name: "1" for name in names + ["POST"]}
    for some in itertools.islice(itertools.combinations(names, 6), 0, None,
                                 40009):
        yield dict.fromkeys(some, "1") | {"POST": str(len(some[0]) % 2)}


def imported(program, flavour, variables):
    done = subprocess.run([program, "import", flavour], text=True, check=True,
                          capture_output=True, env=variables)
    return set(re.findall(r"^          - (\S+)", done.stdout, re.M))


def main(program):
    calls = [line.split()[:3] for line in subprocess.run(
        [program, "calls"], text=True, check=True,
        capture_output=True, env=os.environ).stdout.splitlines()]
    checked = 0
    for variables in choices():
        for flavour in ("tecnativa", "linuxserver"):
            is_now = imported(program, flavour, variables)
            was = {name for name, method, path in calls
                   if (name, path) not in ALIASES and
                   allowed(flavour, variables, method,
                           re.sub("{[a-z]+}", "web", path))}
            assert is_now == was, (flavour, variables, is_now ^ was)
            checked += 1
    assert checked > 100, checked
    print(f"[       OK ] import_agrees ({checked} configurations)")


main(sys.argv[1])
