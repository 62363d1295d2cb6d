# SPDX-License-Identifier: Apache-2.0
"""Attacks replayed against the program, judged by what reaches the engine.

exceptions.json names the cases that our rules answer otherwise, with the
reason; such a case is still run, and what arrives must still be one strict,
hardened request.
"""
import base64
import gzip
import io
import json
import pathlib
import re
import tarfile

import pytest

import engine
import guard
import hardened
import strict

HERE = pathlib.Path(__file__).resolve().parent
EXCEPTIONS = json.loads((HERE / "exceptions.json").read_text())
TIERS = json.loads((HERE / "tiers.json").read_text())
MALFORMED = {400, 405, 411, 413, 414, 415, 417, 426, 431, 501, 505}


def rows(name):
    with open(HERE / name, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


API, POLICY, WIRE = rows("api.jsonl"), rows("policy.jsonl"), rows("wire.jsonl")
OWN = rows("own.jsonl")


@pytest.fixture(scope="module")
def guards(tmp_path_factory):
    """One program for each tier that is asked for."""
    running = {}

    def get(tier):
        if tier not in running:
            folder = tmp_path_factory.mktemp(tier.replace(" ", "-")[:20])
            running[tier] = guard.Guard(folder, TIERS["tiers"][tier])
        return running[tier]

    yield get
    for one in running.values():
        one.close()


# --- sending -----------------------------------------------------------------

def head(case, length):
    """The head as text says it; the target is not made nicer."""
    lines = [f"{case['method']} {case['path']} HTTP/1.1", "Host: docker"]
    fields = dict(case.get("headers") or {})
    if length is not None:
        fields.setdefault("Content-Length", str(length))
    lines += [f"{k}: {v}" for k, v in fields.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def make_tar(files, compressed):
    out = io.BytesIO()
    kinds = {"file": tarfile.REGTYPE, "dir": tarfile.DIRTYPE,
             "symlink": tarfile.SYMTYPE, "hardlink": tarfile.LNKTYPE,
             "char": tarfile.CHRTYPE, "block": tarfile.BLKTYPE,
             "fifo": tarfile.FIFOTYPE}
    with tarfile.open(fileobj=out, mode="w") as tar:
        for file in files:
            info = tarfile.TarInfo(file["name"])
            data = file.get("data", "").encode()
            info.type = kinds[file.get("type", "file")]
            info.mode = int(file.get("mode", "0644"), 8)
            info.linkname = file.get("link", "")
            info.size = len(data) if info.isreg() else 0
            tar.addfile(info, io.BytesIO(data))
    return gzip.compress(out.getvalue()) if compressed else out.getvalue()


def policy_body(case):
    """The bytes of a body, and the length that is claimed for it."""
    body = case.get("body")
    if body is None:
        return b"", None
    if isinstance(body, str):
        data = body.encode("utf-8", "surrogatepass")
    elif "tar" in body:
        data = make_tar(body["tar"], body.get("gzip"))
    elif "repeat" in body:
        data = body["repeat"].encode() * body["count"]
    elif "gzip_zeros" in body:
        data = gzip.compress(bytes(body["gzip_zeros"]))
    elif "nested_arrays" in body:
        data = b"[" * body["nested_arrays"] + b"]" * body["nested_arrays"]
    elif "content_length" in body:
        return b"", body["content_length"]
    else:
        data = json.dumps(body).encode()
    return data, len(data)


def policy_raw(case):
    body = case.get("body")
    if isinstance(body, dict) and "raw" in body:
        return body["raw"].encode("latin-1")
    data, length = policy_body(case)
    fields = case.setdefault("headers", {})
    if data and "Content-Type" not in fields:
        fields["Content-Type"] = (
            "application/json" if isinstance(body, str)
            else "application/x-tar")
    return head(case, length) + data


def api_raw(case):
    if "raw_request" in case:
        return case["raw_request"].encode("latin-1")
    data = None
    if "body_b64" in case:
        data = base64.b64decode(case["body_b64"])
    elif "body" in case:
        data = case["body"].encode("utf-8", "surrogatepass")
    return head(case, None if data is None else len(data)) + (data or b"")


# --- judging -----------------------------------------------------------------

def is_own_question(request):
    """What the program asks for itself, or anyone may."""
    if request.method == "GET" and engine.QUESTION.fullmatch(request.target):
        return True
    return request.target in ("/_ping", "/info") or (
        request.path == "/_ping" and request.method in ("GET", "HEAD"))


def arrived(raws):
    """The requests in what arrived, each connection carries exactly one; and
    the uploads that were cut short."""
    requests, cut = [], []
    for raw in raws:
        try:
            request, behind = strict.read(raw)
        except strict.Incomplete:
            cut.append(strict.read_cut(raw))
            continue
        # Behind a hijack that the engine agreed to stands the stream.
        if not re.search(r"/(attach|start)(\?|$)", request.target):
            assert behind == b"", f"bytes behind {request}: {behind[:200]!r}"
        requests.append(request)
    return [r for r in requests if not is_own_question(r)], cut


FAULTS = {"/containers/create": hardened.faults,
          "/networks/create": hardened.network_faults,
          "/volumes/create": hardened.volume_faults}


def check_created(request):
    find = FAULTS.get(request.path)
    if request.method == "POST" and find:
        assert not find(request.json()), request


def sent_json(case):
    try:
        return strict.loads(case["body"].encode())
    except (KeyError, AttributeError, strict.Malformed):
        return {}


def check_verdict(case, requests):
    if case["expected"] == "deny":
        assert not requests, case["why"]
    elif case["expected"] == "allow":
        assert len(requests) == 1, case["why"]
    elif case.get("field"):
        for request in requests:
            if request.path == "/containers/create":
                assert not hardened.survives(
                    sent_json(case), request.json(),
                    case["field"]), case["why"]


def ids(cases):
    return [case["id"] for case in cases]


@pytest.mark.parametrize("case", API, ids=ids(API))
def test_api(guards, case):
    sent = api_raw(case)
    _, raws = guards("ci").attack(sent)
    requests, cut = arrived(raws)
    for request in requests:
        check_created(request)
    if case["id"] not in EXCEPTIONS["api"]:
        check_verdict(case, requests + cut)


@pytest.mark.parametrize("case", POLICY, ids=ids(POLICY))
def test_policy(guards, case):
    policy = case.get("policy")
    tier = TIERS["policies"].get(policy, "every call")
    sent = policy_raw(case)
    _, raws = guards(tier).attack(sent)
    requests, cut = arrived(raws)
    for request in requests:
        check_created(request)
    if case["id"] not in EXCEPTIONS["policy"]:
        check_verdict(case, requests + cut)


def all_text(request):
    """Everything that the request says, credentials decoded."""
    parts = [request.target.encode(), request.body]
    for name, value in request.fields.items():
        parts.append(value)
        if name.startswith(b"X-Registry-"):
            parts.append(base64.urlsafe_b64decode(value))
    return b"\n".join(parts).decode("latin-1")


@pytest.mark.parametrize("case", OWN, ids=ids(OWN))
def test_own(guards, case):
    """What is refused is refused by whom it should be, so that no case passes
    because something else is amiss; what is rewritten arrives."""
    answer, raws = guards(case.get("tier", "ci")).attack(policy_raw(case))
    requests, cut = arrived(raws)
    if case["expected"] == "deny":
        assert not requests and not cut, case["why"]
        assert case["by"] in answer.decode("latin-1"), answer
        return
    assert len(requests) == 1, answer
    text = all_text(requests[0])
    assert not [word for word in case["gone"] if word in text], text


def is_refused(statuses, answer, requests, case):
    """Nothing arrived but what was served before it.  (Where something was,
    the status at hand is that one's.)"""
    served = case.get("served_before", 0)
    return len(requests) <= served and (
        served > 0 or guard.status(answer) in statuses)


def outcome_is(want, answer, requests, case):
    """Is it one of: 400, 403, canonicalised, closed?"""
    if want == "canonicalised":
        return guard.status(answer) in (101, 200, 201)
    if want == "closed":
        return len(requests) <= case.get("served_before", 0)
    if want == "400":
        return is_refused(MALFORMED | {0, 408}, answer, requests, case)
    # A policy may say no, or have the request read otherwise (what arrived
    # was checked); strictness may have said no before it.
    return is_refused(MALFORMED | {403}, answer, requests, case) or all(
        r.path == "/containers/create" for r in requests)


@pytest.mark.parametrize("case", WIRE, ids=ids(WIRE))
def test_wire(guards, case):
    raw = base64.b64decode(case["raw_base64"])
    answer, raws = guards("wire").attack(raw, case.get("hold_open", False))
    requests, _ = arrived(raws)
    for request in requests:
        check_created(request)
    if case["id"] in EXCEPTIONS["wire"]:
        return
    assert outcome_is(case["expected"], answer, requests, case) or (
        "alt" in case and outcome_is(case["alt"], answer, requests, case)), (
            case["why"], answer[:300], requests)


def test_records(guards):
    """Each request that arrived has a record that let it pass, and no more
    records did than requests arrived."""
    for name in ("ci", "wire"):
        one = guards(name)
        one.attack(b"GET /v1.41/version HTTP/1.1\r\nHost: d\r\n\r\n")
        records = [r for r in one.audit() if r["event"] == "request"]
        assert len({r["id"] for r in records}) == len(records)
        passed = [r for r in records if r["verdict"] in ("pass", "rewrite")
                  and r.get("call") != "system.ping"]
        reached = [strict.read_head(c.raw)[1] for c in one.engine.connections
                   if c.raw]
        reached = [t for t in reached
                   if not re.fullmatch(r"(/v1\.[0-9]+)?/_ping|/info", t)
                   and not engine.QUESTION.fullmatch(t)]
        assert len(reached) == len(passed) > 0


def test_exceptions_are_of_cases():
    """An exception names a case, and says why in words."""
    for name, cases in (("api", API), ("policy", POLICY), ("wire", WIRE)):
        known = set(ids(cases))
        for case_id, reason in EXCEPTIONS[name].items():
            assert case_id in known, case_id
            assert len(re.findall(r"[a-z]+", reason)) >= 3, case_id


def test_policies_are_of_cases():
    known = {case.get("policy") for case in POLICY}
    for policy, tier in TIERS["policies"].items():
        assert policy in known, policy
        assert tier in TIERS["tiers"], tier
