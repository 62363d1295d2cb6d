# SPDX-License-Identifier: Apache-2.0
"""The bench still runs, and says what it measured.  No figure is judged."""
import json
import os
import pathlib
import subprocess

HERE = pathlib.Path(__file__).parent
# Of each measure: its rows, and a figure of each.
WANTED = {
    "ping": ("_ping, unix, 50, keep-alive", "cpu_us"),
    "create": ("create 2.7 KiB, unix, 50, keep-alive", "rate"),
    "refused": ("refused, unix, 50, keep-alive", "p99_us"),
    "attach": ("bytes there and back", "mb_s"),
    "export": ("export, chunked", "cpu_s_gib"),
    "memory": ("idle, unix alone", "pss_mib"),
}


def test_quick_run(tmp_path):
    lines = tmp_path / "samples"
    done = subprocess.run(
        [HERE / "run", "--quick", "--build", os.environ["BUILD"], "--only",
         ",".join(WANTED), "--with", "relay,admin,ci", "--json", lines],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        timeout=200, check=False)
    assert done.returncode == 0, done.stdout
    samples = [json.loads(line) for line in lines.read_text().splitlines()]
    for measure, (row, figure) in WANTED.items():
        mine = [s for s in samples if s.get("measure") == measure
                and s["row"] == row]
        who = {"refused": {"admin", "ci"}, "export": {"relay", "admin"}}
        assert {s["with"] for s in mine} == who.get(
            measure, {"relay", "admin", "ci"}), measure
        assert all(s[figure] > 0 for s in mine), measure
        assert f"\n| {row} | " in done.stdout, measure
