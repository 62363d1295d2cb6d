# SPDX-License-Identifier: Apache-2.0
"""attach/ws: a browser's way to a container's input and output (RFC 6455)."""
import base64
import hashlib
import os
import socket

import pytest

from conftest import PATIENCE, docker

GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def shake_hands(address, target):
    """A connection on which the engine has agreed to speak WebSocket."""
    key = base64.b64encode(os.urandom(16)).decode()
    one = socket.socket(socket.AF_UNIX)
    one.settimeout(PATIENCE)
    one.connect(address)
    one.sendall((f"GET {target} HTTP/1.1\r\nHost: d\r\nUpgrade: websocket\r\n"
                 f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
                 "Sec-WebSocket-Version: 13\r\nOrigin: http://d\r\n\r\n"
                 ).encode())
    head = b""
    while b"\r\n\r\n" not in head:
        part = one.recv(1)
        assert part, head
        head += part
    accept = base64.b64encode(hashlib.sha1((key + GUID).encode()).digest())
    assert head.startswith(b"HTTP/1.1 101 "), head
    assert b": " + accept + b"\r\n" in head
    return one


def send_text(one, text):
    mask = os.urandom(4)
    masked = bytes(c ^ mask[i % 4] for i, c in enumerate(text))
    one.sendall(bytes([0x81, 0x80 | len(text)]) + mask + masked)


def hear_until(one, text):
    heard = b""
    while text not in heard:
        part = one.recv(4096)
        assert part, heard
        heard += part


@pytest.mark.parametrize("tier", ["admin", "ci"])
def test_attach(tier, request):
    guard = request.getfixturevalue(tier)
    name = f"ws-{tier}"
    docker(guard.url, "run", "-d", "-i", "--name", name, "--network=none",
           "busybox", "sh", "-c", "while read x; do echo heard $x; done")
    try:
        one = shake_hands(guard.url.removeprefix("unix://"),
                          f"/v1.41/containers/{name}/attach/ws"
                          "?stream=1&stdin=1&stdout=1")
        with one:
            for word in (b"one", b"two"):
                send_text(one, word + b"\n")
                hear_until(one, b"heard " + word)
    finally:
        docker(guard.url, "rm", "-f", name)
    assert "container.attach.ws" in [r.get("call") for r in guard.records()]
