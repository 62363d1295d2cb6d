# SPDX-License-Identifier: Apache-2.0
"""What may arrive at the Docker Engine, read by a second, independent hand.

Nothing of the C code is used here, and no library that forgives: a request is
what RFC 9112 says in its narrowest reading, and JSON may have each member once.
"""
import json
import re

LINE = re.compile(rb"(GET|HEAD|POST|PUT|DELETE) (/[!-~]*) HTTP/1\.1")
FIELD = re.compile(rb"([A-Za-z][A-Za-z0-9-]*): ([!-~](?:[ -~]*[!-~])?)")
TARGET = re.compile(
    rb"(?:/v1\.[1-9][0-9]?)?(?:/[A-Za-z0-9._~:@-]+)+/?"
    rb"(?:\?(?:[A-Za-z0-9._~-]|%[0-9A-F]{2}|[=&])*)?")
FIELDS = {
    b"Host", b"User-Agent", b"Content-Type", b"Content-Length",
    b"Transfer-Encoding", b"X-Registry-Auth", b"X-Registry-Config",
    b"Connection", b"Upgrade", b"Sec-WebSocket-Key", b"Sec-WebSocket-Version",
    b"Sec-WebSocket-Protocol",
}
TYPES = {b"application/json", b"application/x-tar"}


class Malformed(Exception):
    """The bytes are not one strict request."""


class Incomplete(Exception):
    """They may become one."""


class Request:
    def __init__(self, method, target, fields, body):
        self.method, self.target = method, target
        self.fields, self.body = fields, body

    def __repr__(self):
        return f"{self.method} {self.target} {self.body[:300]!r}"

    @property
    def path(self):
        """The path, without its version."""
        return re.sub(r"^/v1\.[0-9]+", "", self.target.split("?")[0])

    def json(self):
        return loads(self.body)


def fold(name):
    """As Go's encoding/json compares names."""
    return name.replace("\u017f", "s").replace("\u212a", "k").lower()


# Objects whose keys are data, not members: Docker tells "a" from "A" in them.
MAPS = {"Labels", "Sysctls", "Volumes", "ExposedPorts", "PortBindings",
        "Tmpfs", "StorageOpt", "Annotations", "Config", "Options",
        "DriverOpts", "EndpointsConfig", "filters"}


def pairs(items):
    made = {}
    for key, value in items:
        if key in made:
            raise Malformed(f"member {key!r} twice")
        made[key] = value
    return made


def check_folds(value, name=""):
    if isinstance(value, dict):
        if name not in MAPS and len({fold(k) for k in value}) != len(value):
            raise Malformed(f"members of {name!r} that fold to one")
        for key, item in value.items():
            check_folds(item, key)
    if isinstance(value, list):
        for item in value:
            check_folds(item, name)


def refuse_constant(text):
    raise Malformed(f"{text} in JSON")


def loads(body):
    try:
        value = json.loads(body.decode("utf-8", "strict"),
                           object_pairs_hook=pairs,
                           parse_constant=refuse_constant)
    except ValueError as error:
        raise Malformed(f"JSON: {error}") from None
    check_folds(value)
    return value


def read_fields(lines):
    fields = {}
    for line in lines:
        match = FIELD.fullmatch(line)
        if match is None:
            raise Malformed(f"field line {line!r}")
        name, value = match.groups()
        if name not in FIELDS and not name.startswith(b"X-Docker-Expose-"):
            raise Malformed(f"field {name!r} has no business here")
        if name in fields:
            raise Malformed(f"field {name!r} twice")
        fields[name] = value
    return fields


def read_chunks(raw):
    body = b""
    while True:
        line, found, rest = raw.partition(b"\r\n")
        if not found:
            raise Incomplete
        if not re.fullmatch(rb"[0-9a-f]{1,8}", line):
            raise Malformed(f"chunk size {line!r}")
        size = int(line, 16)
        if len(rest) < size + 2:
            raise Incomplete
        if rest[size:size + 2] != b"\r\n":
            raise Malformed("chunk does not end in CR LF")
        body, raw = body + rest[:size], rest[size + 2:]
        if size == 0:
            return body, raw


def read_body(fields, raw):
    if b"Transfer-Encoding" in fields:
        if fields[b"Transfer-Encoding"] != b"chunked":
            raise Malformed("Transfer-Encoding")
        if b"Content-Length" in fields:
            raise Malformed("two framings")
        return read_chunks(raw)
    length = fields.get(b"Content-Length", b"0")
    if not re.fullmatch(rb"0|[1-9][0-9]{0,18}", length):
        raise Malformed("Content-Length")
    if len(raw) < int(length):
        raise Incomplete
    return raw[:int(length)], raw[int(length):]


def check(fields, method, body):
    if fields.get(b"Host") != b"docker":
        raise Malformed("Host")
    kind = fields.get(b"Content-Type")
    if kind not in TYPES and not (kind is None and not body):
        raise Malformed(f"Content-Type {kind!r}")
    if method in ("GET", "HEAD", "DELETE") and body:
        raise Malformed(f"{method} with a body")
    if kind == b"application/json" and body:
        loads(body)
    if fields.get(b"Connection") not in (None, b"close", b"Upgrade"):
        raise Malformed("Connection")
    if (b"Upgrade" in fields) != (fields.get(b"Connection") == b"Upgrade"):
        raise Malformed("Upgrade")


def read_head(raw):
    """Method, target and fields of a whole head, and the bytes behind it."""
    head, found, rest = raw.partition(b"\r\n\r\n")
    if not found:
        raise Incomplete
    lines = head.split(b"\r\n")
    if re.search(rb"[\r\n]", head.replace(b"\r\n", b"")):
        raise Malformed("a bare CR or LF")
    match = LINE.fullmatch(lines[0])
    if match is None or TARGET.fullmatch(match.group(2)) is None:
        raise Malformed(f"request line {lines[0]!r}")
    return (match.group(1).decode(), match.group(2).decode(),
            read_fields(lines[1:]), rest)


def read(raw):
    """The request that begins raw, and the bytes behind it."""
    method, target, fields, rest = read_head(raw)
    body, behind = read_body(fields, rest)
    check(fields, method, body)
    return Request(method, target, fields, body), behind


def read_cut(raw):
    """The head of an upload that ended before its body did: what the engine
    throws away.  Only a stream may end so; judged bodies go out whole."""
    method, target, fields, _ = read_head(raw)
    check(fields, method, b"")
    if fields.get(b"Content-Type") != b"application/x-tar":
        raise Malformed(f"{method} {target} was cut short")
    return Request(method, target, fields, b"")
