# SPDX-License-Identifier: Apache-2.0
"""The configurations of conf/examples, as they are but for places."""
import http.client
import json
import re
import socket

from conftest import PATIENCE, ROOT, Guard


class Example(Guard):
    """One of them, in front of an engine; paths of the host that it names are
    below a folder of the test's."""

    def __init__(self, name, upstream, places=(), listener=None):
        self.make_folder()
        text = (ROOT / "conf" / "examples" / f"{name}.yaml").read_text()
        places = dict(places) | {
            "unix:///var/run/docker.sock\n": f"{upstream}\n",
            "/run/sockwarden/": f"{self.folder}/",
            "/var/log/sockwarden/audit.jsonl": f"{self.folder}/audit",
            "uid: 1000": "uid: 0"}
        for place, here in places.items():
            text = text.replace(place, str(here))
        # Users and groups that this host does not have.
        text = re.sub(r"^    (group|owner): .*\n", "", text, flags=re.M)
        (self.folder / "config").write_text(text)
        first = re.search(r"address: (\S+/\w+\.sock|tcp:\S+)", text)
        self.url = listener or first[1]
        self.start("--config", self.folder / "config")

    def call(self, method, path, body=None):
        """Status and value of a call; the API as clients speak it."""
        with Caller(self.url) as caller:
            return caller.call(method, path, body)


class Connection(http.client.HTTPConnection):
    """HTTP over a unix socket."""

    def __init__(self, path):
        super().__init__("docker", timeout=PATIENCE)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(PATIENCE)
        self.sock.connect(self.path)


class Caller:
    """One connection to a guard, or an engine."""

    def __init__(self, url):
        self.connection = Connection(url.removeprefix("unix://"))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()

    def send(self, method, path, body=None, headers=()):
        text = None if body is None else json.dumps(body)
        self.connection.request(
            method, "/v1.41" + path, text,
            dict(headers) | ({} if body is None else
                             {"Content-Type": "application/json"}))

    def call(self, method, path, body=None):
        self.send(method, path, body)
        reply = self.connection.getresponse()
        text = reply.read().decode()
        try:
            return reply.status, json.loads(text)
        except ValueError:
            return reply.status, text

    def hijack(self, path, body=None):
        """The socket of an attach or an exec, after the reply's head."""
        self.send("POST", path, body, {"Connection": "Upgrade",
                                       "Upgrade": "tcp"})
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            byte = self.connection.sock.recv(1)
            assert byte, head
            head += byte
        assert b" 101 " in head.splitlines()[0], head
        return self.connection.sock


def frames(stream):
    """What a stream of frames carries, until it ends."""
    text = b""
    while part := stream.recv(65536):
        text += part
    out = b""
    while text:
        size = int.from_bytes(text[4:8], "big")
        out += text[8:8 + size]
        text = text[8 + size:]
    return out.decode()


def refuses(guard, *calls):
    """Each is refused by the guard itself, in the client's words."""
    for method, path, body in calls:
        status, value = guard.call(method, path, body)
        assert status in (403, 404), (method, path, status, value)
        said = value["message"] if isinstance(value, dict) else value
        assert status == 404 or said.startswith("sockwarden: "), said
