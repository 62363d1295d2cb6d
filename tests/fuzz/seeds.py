#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""seeds.py FOLDER -- what the fuzzers begin with, one folder a target: the
cases, the attacks, the configurations; and FOLDER/words, a dictionary of the
API's names."""
import base64
import hashlib
import json
import pathlib
import shutil
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests"

CHUNKED = [b"0\r\n\r\n", b"5\r\nhello\r\n0\r\n\r\n", b"a\r\n0123456789\r\n"
           b"00000001\r\nx\r\n0\r\n\r\n", b"1;x=y\r\na\r\n0\r\n\r\n",
           b"0\r\nA: b\r\n\r\n", b"FFFFFFFF\r\nx", b"100000000\r\n", b"2\nab"]
REPLIES = [
    b"HTTP/1.1 200 OK\r\nApi-Version: 1.45\r\nContent-Type: application/json"
    b"\r\nContent-Length: 2\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream"
    b"\r\n\r\n",
    b"HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n",
    b"HTTP/1.1 204 No Content\r\n\r\n", b"HTTP/1.1 304 Not Modified\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
    b"X-Docker-Container-Path-Stat: e30=\r\nOstype: linux\r\n\r\n"]
IDENTITIES = [
    ({"uid": 1000}, {"listener": "ci", "transport": "unix", "uid": 1000}),
    ({"address": "10.0.0.0/8"}, {"transport": "tcp", "address": "10.0.0.7"}),
    ({"address": "fd00::/8", "listener": "r*"}, {"address": "fd00::1"}),
    ({"CN": "ci-*", "O": "acme"},
     {"listener": "r", "certificate": {"CN": "ci-7", "O": ["acme"]}}),
    ({"sha256": "AB:" * 31 + "AB"}, {"certificate": {"sha256": "ab" * 32}})]
NAMES = ["/srv/data:/x:ro", "vol:/x:rw,z", "/x", "/a/../b:/x", "vol:/x:nocopy",
         "/a:/b:rshared,Z", "size=64m,mode=1777,noexec", "size=1g,uid=0",
         "busybox", "registry.example.com:5000/team/app:v1", "localhost/x",
         "docker.io/library/busybox@sha256:" + "a" * 64, "a" * 64,
         "8080", "8080-8090", "0", "65536", "https://index.docker.io/v1/",
         "https://good@evil", "http://10.0.0.1:5000/x"]


class Seeds:
    def __init__(self, folder):
        self.folder = folder
        shutil.rmtree(folder, ignore_errors=True)

    def add(self, target, data):
        if isinstance(data, str):
            data = data.encode("utf-8", "surrogatepass")
        path = self.folder / target
        path.mkdir(parents=True, exist_ok=True)
        (path / hashlib.sha1(data).hexdigest()[:16]).write_bytes(data)

    def add_request(self, method, path, headers, body, facts=None,
                    filters=None):
        """The text form of request.h, and what the narrower targets need."""
        lines = "".join(f"{name}: {value}\n"
                        for name, value in (headers or {}).items()
                        if name.startswith("X-Registry-"))
        if facts:
            lines += f"Facts: {json.dumps(facts)}\n"
        text = f"{method} {path}\n{lines}\n{body}"
        self.add("call", text)
        if filters:
            self.add("policy", f"{json.dumps(filters)}\n{text}")
        self.add("target", path)
        self.add("head", f"{method} {path} HTTP/1.1\r\nHost: docker\r\n"
                 f"Content-Length: {len(body)}\r\n\r\n")
        if body:
            self.add("json", body)
        if path.split("?")[0].endswith("/containers/create"):
            self.add("create", body)


def rows(name):
    lines = (TESTS / "attacks" / name).read_text().splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def add_cases(seeds):
    for path in sorted((TESTS / "cases").glob("*/*.json")):
        case = json.loads(path.read_text())
        body = case.get("raw")
        if body is None:
            body = json.dumps(case["body"]) if "body" in case else ""
        seeds.add_request(case["method"], case["path"], case.get("headers"),
                          body, case.get("facts"), case.get("filters"))
        if "tar" in case:
            add_archive(seeds, case["tar"])


TYPES = ["other", "file", "dir", "symlink", "hardlink", "device", "fifo"]


def add_archive(seeds, members):
    """What tar.c, dockerfile.c and plugin.c read."""
    entries = b""
    for one in members:
        kind = {"char": "device", "block": "device"}.get(
            one.get("type", "file"), one.get("type", "file"))
        mode = int(one.get("mode", "0644"), 8) >> 4 & 255
        entries += bytes([TYPES.index(kind), mode, 0])
        entries += one["name"].encode() + b"\0"
        entries += one.get("link", "").encode() + b"\0"
        if one["name"].lower().endswith("dockerfile") and "data" in one:
            seeds.add("dockerfile", one["data"])
        if one["name"].endswith("config.json") and "data" in one:
            seeds.add("plugin", one["data"])
    seeds.add("tar", entries)


def add_attacks(seeds):
    for row in rows("api.jsonl") + rows("own.jsonl") + rows("policy.jsonl"):
        body = row.get("body", "")
        seeds.add_request(row["method"], row["path"], row.get("headers"),
                          body if isinstance(body, str) else json.dumps(body))
        if isinstance(body, dict) and "tar" in body:
            add_archive(seeds, body["tar"])
    for row in rows("wire.jsonl"):
        seeds.add("head", base64.b64decode(row["raw_base64"]))


def add_the_rest(seeds):
    for path in sorted((ROOT / "conf").rglob("*.yaml")):
        seeds.add("config", path.read_bytes())
        if path.parent.name == "presets":
            # A preset is a tier of a configuration.
            text = "\n".join("    " + line
                             for line in path.read_text().splitlines())
            seeds.add("config", "upstream: unix:///s\nlisteners:\n"
                      "  - {name: a, address: unix:///a}\nidentities:\n"
                      "  - {match: {uid: 0}, team: t, tier: x}\ntiers:\n"
                      "  x:\n" + text + "\naudit: {path: /a}\n")
    for text in CHUNKED:
        seeds.add("chunk", text)
    for text in REPLIES:
        seeds.add("reply", text)
    for match, identity in IDENTITIES:
        seeds.add("identity", json.dumps({"match": match,
                                          "identity": identity}))
    for text in NAMES:
        seeds.add("names", text)


def add_words(folder):
    """Names of fields and calls, for libFuzzer's -dict."""
    words = set()
    for line in (TESTS / "data" / "fields.tsv").read_text().splitlines()[1:]:
        words.update(part.strip("[]{}?") for part in
                     line.split("\t")[1].split("."))
    for line in (TESTS / "data" / "endpoints.tsv").read_text().splitlines():
        words.update(line.split("\t")[1].split("/"))
    good = sorted(w for w in words if w.replace("-", "").isalnum())
    (folder / "words").write_text("".join(f'"{w}"\n' for w in good))


def main():
    folder = pathlib.Path(sys.argv[1])
    seeds = Seeds(folder)
    add_cases(seeds)
    add_attacks(seeds)
    add_the_rest(seeds)
    add_words(folder)


main()
