# SPDX-License-Identifier: Apache-2.0
"""Sockets that a service manager opened (LISTEN_FDS, sd_listen_fds(3))."""
import os
import signal
import socket
import subprocess
import time

import pytest

from conftest import PATIENCE, PROGRAM

CONFIG = """\
upstream: "unix:///nowhere"
listeners: [{{name: a, address: "systemd:a", mode: "{mode}"}}]
identities: [{{match: {{listener: a}}, team: t, tier: ci}}]
audit: {{path: "{folder}/audit"}}
"""


def start(folder, listening):
    """The guard, with the socket as descriptor 3."""
    (folder / "config").write_text(CONFIG.format(mode="0600", folder=folder))
    command = (f"exec 3<&{listening.fileno()}; export LISTEN_FDS=1 "
               f"LISTEN_FDNAMES=a LISTEN_PID=$$; exec {PROGRAM} run "
               f"--config {folder}/config 2>{folder}/log")
    return subprocess.Popen(["bash", "-c", command],
                            pass_fds=[listening.fileno()])


def await_text(path, text):
    end = time.monotonic() + PATIENCE
    while not path.exists() or text not in path.read_text():
        assert time.monotonic() < end, path.read_text()
        time.sleep(0.01)


def ask(address):
    """The status line of a ping; the engine is not there."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(PATIENCE)
        client.connect(address)
        client.sendall(b"GET /_ping HTTP/1.1\r\nHost: d\r\n\r\n")
        return client.recv(12)


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_tcp_for_everyone_needs_tls(tmp_path, host):
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listening:
        listening.bind((host, 0))
        listening.listen()
        guard = start(tmp_path, listening)
        assert guard.wait(PATIENCE) == 1
    assert "TCP beyond loopback needs TLS" in (tmp_path / "log").read_text()


def test_the_socket_stays_through_reloads(tmp_path):
    address = str(tmp_path / "s")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(address)
        listening.listen()
        guard = start(tmp_path, listening)
    try:
        await_text(tmp_path / "log", "ready")
        assert ask(address) == b"HTTP/1.1 502"
        (tmp_path / "config").write_text(
            CONFIG.format(mode="0660", folder=tmp_path))
        guard.send_signal(signal.SIGHUP)
        await_text(tmp_path / "log", "reloaded")
        assert ask(address) == b"HTTP/1.1 502"
    finally:
        guard.terminate()
        assert guard.wait(PATIENCE) == 0
    assert os.path.exists(address)  # the manager's, not ours
