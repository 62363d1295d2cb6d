# SPDX-License-Identifier: Apache-2.0
"""A stand-in for the Docker Engine that writes down every byte it is sent."""
import hashlib
import json
import re
import socket
import threading

import strict

MARK = b"MARK"
HEAD = ("HTTP/1.1 {} X\r\nApi-Version: 1.45\r\nServer: Docker/26.1.5 (linux)\r\n"
        "Connection: close\r\nContent-Type: {}\r\nContent-Length: {}\r\n\r\n")
ANSWERS = {
    "/_ping": (200, "text/plain", b"OK"),
    "/info": (200, "application/json",
              json.dumps({"ID": "x", "SecurityOptions":
                          ["name=seccomp,profile=builtin"]}).encode()),
    "/containers/create": (201, "application/json",
                           json.dumps({"Id": "a" * 64,
                                       "Warnings": None}).encode()),
}
# What the program asks about a thing; a call that it passes on has a version.
QUESTION = re.compile(
    r"/(containers|exec)/([\w.-]+)/json|"
    r"/(volumes|networks|services|secrets|configs|tasks)/([\w.-]+)")


def describe(target):
    """The JSON of a thing: the attacker's, but for what says otherwise."""
    match = QUESTION.fullmatch(target)
    kind, name = match[1] or match[3], match[2] or match[4]
    team = "other" if re.search("victim|other", name) else "attack"
    labels = {"sockwarden.team": team}
    number = hashlib.sha256(name.encode()).hexdigest()
    if len(name) == 64:
        number = name
    if kind == "exec":
        return {"ID": name, "ContainerID": team + number[:58]}
    if kind == "tasks":
        return {"ID": number[:25], "ServiceID": team + number[:19]}
    if kind in ("services", "secrets", "configs"):
        return {"ID": number[:25], "Spec": {"Name": name, "Labels": labels}}
    if kind == "containers":
        return {"Id": number, "Name": "/" + name,
                "Config": {"Labels": labels, "User": "1000:1000"},
                "State": {"Running": "running" in name},
                "HostConfig": {"ReadonlyRootfs": True, "Privileged": False,
                               "Memory": 1 << 29, "MemorySwap": 1 << 29,
                               "NanoCpus": 10 ** 9, "PidsLimit": 100},
                "Mounts": []}
    return {"Id": number, "Name": name, "Driver": "x", "Labels": labels}


class Connection:
    """What one connection has brought."""

    def __init__(self):
        self.raw = b""
        self.over = threading.Event()


class Engine:
    def __init__(self, path):
        self.path = path
        self.connections = []
        self.arrived = threading.Condition()
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen(128)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            connection = Connection()
            with self.arrived:
                self.connections.append(connection)
                self.arrived.notify_all()
            threading.Thread(target=self.serve, args=(sock, connection),
                             daemon=True).start()

    def serve(self, sock, connection):
        try:
            self.answer(sock, connection)
            while True:  # whatever else comes is written down too
                more = sock.recv(65536)
                if not more:
                    break
                connection.raw += more
        except OSError:
            pass
        sock.close()
        connection.over.set()

    def answer(self, sock, connection):
        while True:
            try:
                request, _ = strict.read(connection.raw)
                break
            except strict.Malformed:
                return
            except strict.Incomplete:
                more = sock.recv(65536)
                if not more:
                    return
                connection.raw += more
        if request.fields.get(b"Connection") == b"Upgrade":
            sock.sendall(b"HTTP/1.1 101 UPGRADED\r\nApi-Version: 1.45\r\n"
                         b"Connection: Upgrade\r\nUpgrade: "
                         + request.fields[b"Upgrade"] + b"\r\n\r\n")
        else:
            status, kind, body = ANSWERS.get(
                request.path, (200, "application/json", b"{}\n"))
            if QUESTION.fullmatch(request.target):
                body = json.dumps(describe(request.target)).encode()
            head = HEAD.format(status, kind, len(body)).encode()
            sock.sendall(head + (b"" if request.method == "HEAD" else body))
        sock.shutdown(socket.SHUT_WR)

    def settle(self, since, timeout=20):
        """All connections that were made before now, once they are over.

        The queue of a unix socket is in order, so when a connection of our own
        has been accepted, all before it have been.
        """
        before = len(self.connections)
        with socket.socket(socket.AF_UNIX) as marker:
            marker.connect(self.path)
            marker.sendall(MARK)
        while True:
            with self.arrived:
                assert self.arrived.wait_for(
                    lambda: len(self.connections) > before, timeout)
                made = self.connections[since:]
            for connection in made:
                assert connection.over.wait(timeout), "a connection stays open"
            if any(c.raw == MARK for c in made):
                break
            before = len(made) + since
        with self.arrived:
            self.connections = [c for c in self.connections if c.raw != MARK]
            return self.connections[since:]

    def close(self):
        self.listener.close()
