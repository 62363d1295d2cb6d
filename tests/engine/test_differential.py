# SPDX-License-Identifier: Apache-2.0
"""Every field and endpoint of the tables that reaches the host, asked for
through the tier ci; then the engine is asked what it has.  Asked for without a
guard, the same is there: so these tests can see it.

A row of tests/data that is new here has no value, and fails."""
import csv
import http.client
import json
import socket

import pytest

from conftest import PATIENCE, ROOT

VERSION = "/v1.41"


class Connection(http.client.HTTPConnection):
    def __init__(self, url):
        super().__init__("docker", timeout=PATIENCE)
        self.path = url.removeprefix("unix://")

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(PATIENCE)
        self.sock.connect(self.path)


def ask(url, method, path, body=None, headers=None):
    """Status and answer, as JSON if it is."""
    connection = Connection(url)
    headers = dict(headers or {})
    if body is not None:
        headers.setdefault("Content-Type", "application/json")
        if not isinstance(body, bytes):
            body = json.dumps(body)
    try:
        connection.request(method, VERSION + path, body, headers)
        answer = connection.getresponse()
        text = b"" if answer.status == 101 else answer.read()
    finally:
        connection.close()
    try:
        return answer.status, json.loads(text)
    except ValueError:
        return answer.status, text


def rows(name, *columns):
    with open(ROOT / "tests" / "data" / name, newline="") as file:
        table = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [tuple(row[c] for c in columns) for row in table
                if row["danger"] == "host-root"]


# --- what the engine has -----------------------------------------------------

def begins(value, *words):
    return str(value or "").startswith(words)


def container_faults(it):
    host = it["HostConfig"]
    found = [k for k in ("Privileged", "CapAdd", "Devices", "DeviceRequests",
                         "DeviceCgroupRules", "UsernsMode", "PidMode",
                         "UTSMode", "CgroupParent", "VolumeDriver")
             if host.get(k)]
    found += [k for k in ("NetworkMode", "IpcMode")
              if begins(host[k], "host", "container:", "shareable")]
    found += [f"SecurityOpt {o}" for o in host["SecurityOpt"] or []
              if o != "no-new-privileges"]
    found += [k for k in ("MaskedPaths", "ReadonlyPaths") if not host[k]]
    if host["Runtime"] not in ("", "runc"):
        found.append(f"Runtime {host['Runtime']}")
    found += [f"bind {b}" for b in host["Binds"] or []
              if not b[0].isalnum()]
    found += [f"mount {m}" for m in host.get("Mounts") or []
              if m["Type"] not in ("volume", "tmpfs")]
    found += [f"mount {m}" for m in it["Mounts"]
              if m["Type"] not in ("volume", "tmpfs")]
    return found


def spec_faults(spec):
    """Of a service."""
    task = spec["TaskTemplate"]
    inside = task.get("ContainerSpec") or {}
    found = [f"mount {m}" for m in inside.get("Mounts") or []
             if m["Type"] != "volume" or m.get("BindOptions") or
             ((m.get("VolumeOptions") or {}).get("DriverConfig"))]
    found += [k for k in ("CapabilityAdd", "Privileges") if inside.get(k)]
    found += [k for k in ("PluginSpec",) if task.get(k)]
    return found


def engine_faults(url):
    """Whatever the engine has that is the host's."""
    found = []
    for one in ask(url, "GET", "/containers/json?all=1")[1]:
        it = ask(url, "GET", f"/containers/{one['Id']}/json")[1]
        found += container_faults(it)
        for run in it["ExecIDs"] or []:
            got = ask(url, "GET", f"/exec/{run}/json")[1]
            found += ["exec"] if got["ProcessConfig"]["privileged"] else []
    for volume in ask(url, "GET", "/volumes")[1]["Volumes"] or []:
        if volume["Options"] or volume["Driver"] != "local":
            found.append(f"volume {volume['Driver']} {volume['Options']}")
    for network in ask(url, "GET", "/networks")[1]:
        if network["Name"] in ("bridge", "host", "none", "ingress",
                               "docker_gwbridge"):
            continue
        if network["Driver"] != "bridge" or network["Options"]:
            found.append(f"network {network['Driver']} {network['Options']}")
    found += [f"plugin {p['Name']}" for p in ask(url, "GET", "/plugins")[1]]
    services = ask(url, "GET", "/services")
    if services[0] == 200:
        for service in services[1]:
            found += spec_faults(service["Spec"])
    return found


def tidy(url, keep=()):
    """Remove everything; but what is kept, unless something ran in it."""
    for service in ask(url, "GET", "/services")[1]:
        if isinstance(service, dict):
            ask(url, "DELETE", f"/services/{service['ID']}")
    for one in ask(url, "GET", "/containers/json?all=1")[1]:
        it = ask(url, "GET", f"/containers/{one['Id']}/json")[1]
        if it["Name"].strip("/") not in keep or it["ExecIDs"]:
            ask(url, "DELETE", f"/containers/{one['Id']}?force=1&v=1")
    for volume in ask(url, "GET", "/volumes")[1]["Volumes"] or []:
        ask(url, "DELETE", f"/volumes/{volume['Name']}?force=1")
    for network in ask(url, "GET", "/networks")[1]:
        ask(url, "DELETE", f"/networks/{network['Id']}")


# --- fields --------------------------------------------------------------------

def mount(**members):
    return {"Mounts": [{"Type": "bind", "Source": "/etc", "Target": "/x"} |
                       members]}


def volume_mount(**driver):
    return {"Mounts": [{"Type": "volume", "Source": "vol", "Target": "/x",
                        "VolumeOptions": {"DriverConfig": driver}}]}


BIND_ROOT = {"type": "none", "o": "bind", "device": "/"}
PRIVILEGES = [{"Name": "mount", "Description": "", "Value": ["/"]}]

# Of a HostConfig, by the row's path below it.
HOST_CONFIG = {
    "Binds": [{"Binds": [b]} for b in (
        "/:/host", "/etc:/x:ro", "/proc:/p", "/var/run/docker.sock:/s",
        "/root/../:/x", "//etc:/x", "/etc/.:/x:rshared", "/etc:/x:Z")],
    "LxcConf": [{"LxcConf": {"lxc.mount": "/etc"}},
                {"LxcConf": [{"Key": "lxc.mount", "Value": "/etc"}]}],
    "Privileged": [{"Privileged": True}],
    "NetworkMode": [{"NetworkMode": m} for m in (
        "host", "container:victim", "Host", "container")],
    "Devices": [{"Devices": [{"PathOnHost": "/dev/null",
                              "PathInContainer": "/dev/x",
                              "CgroupPermissions": "rwm"}]}],
    "Devices[].PathOnHost": [{"Devices": [{
        "PathOnHost": p, "PathInContainer": "/dev/x",
        "CgroupPermissions": "r"}]} for p in ("/dev", "/dev/mem", "")],
    "CapAdd": [{"CapAdd": c} for c in (
        ["ALL"], ["SYS_ADMIN"], ["cap_sys_admin"], ["all"], "SYS_ADMIN")],
    "IpcMode": [{"IpcMode": m} for m in (
        "host", "shareable", "container:victim")],
    "SecurityOpt": [{"SecurityOpt": [o]} for o in (
        "seccomp=unconfined", "seccomp:unconfined", "label=disable",
        "label:disable", 'seccomp={"defaultAction": "SCMP_ACT_ALLOW"}',
        "apparmor=unconfined")],
    "PidMode": [{"PidMode": m} for m in ("host", "container:victim")],
    "UsernsMode": [{"UsernsMode": "host"}],
    "Runtime": [{"Runtime": "io.containerd.runtime.v1.linux"},
                {"Runtime": "/bin/sh"}],
    "Mounts": [mount()],
    "Mounts[].Type": [mount(Type=t) for t in ("bind", "Bind", "npipe")],
    "Mounts[].Source": [mount(Source=s) for s in (
        "/", "/proc/1/root", "\\/../../../etc", "/etc/../")],
    "Mounts[].BindOptions": [mount(BindOptions={"NonRecursive": True})],
    "Mounts[].BindOptions.Propagation": [
        mount(BindOptions={"Propagation": p}) for p in ("rshared", "slave")],
    "Mounts[].VolumeOptions": [volume_mount(Options=BIND_ROOT)],
    "Mounts[].VolumeOptions.DriverConfig": [volume_mount(Options=BIND_ROOT)],
    "Mounts[].VolumeOptions.DriverConfig.Name": [volume_mount(Name="evil")],
    "Mounts[].VolumeOptions.DriverConfig.Options": [
        volume_mount(Options=BIND_ROOT),
        volume_mount(Name="local", Options={"type": "proc"})],
    "InitPath": [{"InitPath": "/bin/sh", "Init": True}],
    "DeviceCgroupRules": [{"DeviceCgroupRules": [r]} for r in (
        "a *:* rwm", "b 8:0 r")],
    "MaskedPaths": [{"MaskedPaths": []}, {"MaskedPaths": ["/x"]}],
    "ReadonlyPaths": [{"ReadonlyPaths": []}, {"ReadonlyPaths": ["/x"]}],
    "Capabilities": [{"Capabilities": ["CAP_SYS_ADMIN"]}],
    "DeviceRequests": [{"DeviceRequests": [
        {"Driver": "nvidia", "Count": -1, "Capabilities": [["gpu"]]}]}],
}


def service(**container):
    return {"Name": "svc", "TaskTemplate": {
        "ContainerSpec": {"Image": "busybox"} | container,
        # No node has it, so that none runs it.
        "Placement": {"Constraints": ["node.labels.never==1"]}}}


def plugin_service(**members):
    return {"Name": "svc", "TaskTemplate": {
        "Runtime": "plugin", "PluginSpec": {
            "name": "evil", "remote": "evil/evil:1"} | members}}


SPEC = "TaskTemplate.ContainerSpec."
PLUGIN = "TaskTemplate.PluginSpec"
SERVICE = {
    SPEC + "Mounts[].Type": [service(**mount())],
    SPEC + "Mounts[].Source": [service(**mount(Source="/"))],
    SPEC + "Mounts[].BindOptions": [
        service(**mount(BindOptions={"NonRecursive": True}))],
    SPEC + "Mounts[].BindOptions.Propagation": [
        service(**mount(BindOptions={"Propagation": "shared"}))],
    SPEC + "Mounts[].VolumeOptions": [service(**volume_mount(
        Name="local", Options=BIND_ROOT))],
    SPEC + "Mounts[].VolumeOptions.DriverConfig": [service(**volume_mount(
        Name="local", Options=BIND_ROOT))],
    SPEC + "Mounts[].VolumeOptions.DriverConfig.Name": [
        service(**volume_mount(Name="evil"))],
    SPEC + "Mounts[].VolumeOptions.DriverConfig.Options": [
        service(**volume_mount(Name="local", Options=BIND_ROOT))],
    SPEC + "Privileges": [service(Privileges={
        "SELinuxContext": {"Type": "spc_t"}})],
    SPEC + "Privileges.SELinuxContext.Disable": [service(Privileges={
        "SELinuxContext": {"Disable": True}})],
    "TaskTemplate.Runtime": [plugin_service()],
    PLUGIN: [plugin_service()],
    PLUGIN + ".name": [plugin_service()],
    PLUGIN + ".remote": [plugin_service(remote="10.0.0.1:5000/evil:1")],
    PLUGIN + ".privileges": [plugin_service(privileges=PRIVILEGES)],
    PLUGIN + ".privileges[].name": [plugin_service(privileges=PRIVILEGES)],
    PLUGIN + ".privileges[].description": [
        plugin_service(privileges=PRIVILEGES)],
    PLUGIN + ".privileges[].value": [plugin_service(privileges=PRIVILEGES)],
    PLUGIN + ".disabled": [plugin_service(disabled=True)],
    PLUGIN + ".env": [plugin_service(env=["A=B"])],
    SPEC + "CapabilityAdd": [service(CapabilityAdd=["CAP_SYS_ADMIN"])],
    SPEC + "Privileges.Seccomp.Mode": [service(Privileges={
        "Seccomp": {"Mode": "unconfined"}})],
    SPEC + "Privileges.Seccomp.Profile": [service(Privileges={
        "Seccomp": {"Mode": "custom", "Profile": "e30="}})],
    SPEC + "Privileges.AppArmor.Mode": [service(Privileges={
        "AppArmor": {"Mode": "disabled"}})],
}

CREATE = "/containers/create"
EVIL = {"Privileged": True, "Binds": ["/:/host"], "PidMode": "host"}


def requests_of(endpoint, path):
    """(method, path, body) for a row of fields.tsv; KeyError for a new one."""
    image = {"Image": "busybox"}
    if path.startswith("HostConfig."):
        return [("POST", CREATE, image | {"HostConfig": value})
                for value in HOST_CONFIG[path.removeprefix("HostConfig.")]]
    if endpoint == "service.create+update":
        return [("POST", "/services/create", body) for body in SERVICE[path]]
    return {
        ("container.create", "SecurityOpt"): [
            ("POST", CREATE, image | {"SecurityOpt": ["seccomp=unconfined"]}),
            ("POST", CREATE, image | {"SecurityOpt": ["seccomp=unconfined"],
                                      "HostConfig": {}})],
        ("container.create", "<any HostConfig field at TOP LEVEL>"): [
            ("POST", CREATE, image | EVIL),
            ("POST", CREATE, image | EVIL | {"HostConfig": None}),
            ("POST", CREATE, image | EVIL | {"hostconfig": EVIL})],
        ("exec.create", "Privileged"): [
            ("POST", "/containers/{box}/exec",
             {"Cmd": ["true"], "Privileged": True})],
        ("volume.create", "Driver"): [
            ("POST", "/volumes/create", {"Name": "v0", "Driver": "evil"})],
        ("volume.create", "DriverOpts"): [
            ("POST", "/volumes/create", {"Name": "v0", "DriverOpts": opts})
            for opts in (BIND_ROOT, {"type": "proc", "device": "proc"})],
        ("network.create", "Driver"): [
            ("POST", "/networks/create", {"Name": "n0", "Driver": "macvlan"}),
            ("POST", "/networks/create", {"Name": "n0", "Driver": "ipvlan"})],
        ("network.create", "Options"): [
            ("POST", "/networks/create", {"Name": "n0", "Options": {
                "com.docker.network.bridge.name": "evil0"}})],
        ("build", "?networkmode"): [
            ("POST", "/build?networkmode=host", b"")],
        ("container.start", "<body: HostConfig or {HostConfig:..}>"): [
            ("POST", "/containers/{box}/start", EVIL),
            ("POST", "/containers/{box}/start", {"HostConfig": EVIL})],
        ("container.start", "?checkpoint"): [
            ("POST", "/containers/{box}/start?checkpoint=c", None)],
        ("container.start", "?checkpoint-dir"): [
            ("POST", "/containers/{box}/start?checkpoint=c&"
             "checkpoint-dir=/tmp", None)],
        ("plugin.*", "?remote|name"): [
            ("POST", "/plugins/pull?remote=evil/evil&name=evil", PRIVILEGES)],
    }.get((endpoint, path)) or {
        "plugin.pull": [("POST", "/plugins/pull?remote=evil/evil",
                         PRIVILEGES)],
        "checkpoint.create": [
            ("POST", "/containers/{box}/checkpoints",
             {"CheckpointID": "c", "CheckpointDir": "/tmp", "Exit": True})],
    }[endpoint]


# Rows that this engine reads but does not have, or does not show.
NOT_SHOWN = {
    "HostConfig.LxcConf": "gone since API 1.22",
    "HostConfig.InitPath": "gone since API 1.29",
    "HostConfig.Capabilities": "only in API 1.40",
    "HostConfig.Mounts[].VolumeOptions.DriverConfig.Name":
        "there is no other driver here",
    "Driver": "macvlan needs an interface",
    "?networkmode": "gone when it is built",
    "<body: HostConfig or {HostConfig:..}>": "gone since API 1.24",
    "?checkpoint": "experimental",
    "?checkpoint-dir": "experimental",
    "?remote|name": "there is no registry here",
    "TaskTemplate.Runtime": "plugins as services are experimental",
} | {path: "plugins as services are experimental" for path in SERVICE
     if path.startswith(PLUGIN)}
NEVER_SHOWN = {"plugin.pull": "there is no registry here",
               "checkpoint.create": "experimental"}
FIELDS = rows("fields.tsv", "endpoint", "path")


@pytest.fixture(scope="module")
def swarm(engine):
    tidy(engine.url)
    ask(engine.url, "POST", "/swarm/init", {
        "ListenAddr": "127.0.0.1:0", "AdvertiseAddr": "127.0.0.1:23770"})
    yield engine
    tidy(engine.url)
    ask(engine.url, "POST", "/swarm/leave?force=1")


def make(url, name):
    """A running container of that name, unless there is one."""
    if ask(url, "GET", f"/containers/{name}/json")[0] == 404:
        status, made = ask(url, "POST", f"{CREATE}?name={name}", {
            "Image": "busybox", "Cmd": ["sleep", "1000"],
            "HostConfig": {"NetworkMode": "none", "IpcMode": "private"}})
        assert status == 201, made
    assert ask(url, "POST", f"/containers/{name}/start")[0] in (204, 304)


@pytest.fixture
def box(swarm, ci):
    """A container made through the guard; a victim made without."""
    make(ci.url, "box")
    make(swarm.url, "victim")
    yield "box"
    tidy(swarm.url, keep=("box", "victim"))


@pytest.mark.parametrize("endpoint,path", FIELDS,
                         ids=[" ".join(row) for row in FIELDS])
def test_field(swarm, ci, box, endpoint, path):
    asked = requests_of(endpoint, path)
    assert asked and engine_faults(swarm.url) == []
    for method, where, body in asked:
        where = where.format(box=box)
        status, answer = ask(ci.url, method, where, body)
        assert engine_faults(swarm.url) == [], (where, body)
        assert status < 500, answer
    if path in NOT_SHOWN or endpoint in NEVER_SHOWN:
        return
    for method, where, body in asked:
        ask(swarm.url, method, where.format(box=box), body)
    assert engine_faults(swarm.url) != []


# --- endpoints -------------------------------------------------------------------

JOIN = {"ListenAddr": "127.0.0.1:0", "RemoteAddrs": ["10.255.255.1:2377"],
        "JoinToken": "SWMTKN-1-" + "a" * 50 + "-" + "b" * 25}
UPGRADE = {"Connection": "Upgrade", "Upgrade": "h2c"}

# The request of each host-root row of endpoints.tsv.
ENDPOINTS = {
    "container.create": (CREATE, {"Image": "busybox", "HostConfig": EVIL}),
    "container.start": ("/containers/{box}/start?checkpoint=c", EVIL),
    "container.archive.put": ("/containers/{box}/archive?path=/etc", b""),
    "container.exec.create": ("/containers/{box}/exec",
                              {"Cmd": ["true"], "Privileged": True,
                               "User": "0:0"}),
    "checkpoint.create": ("/containers/{box}/checkpoints",
                          {"CheckpointID": "c", "CheckpointDir": "/tmp"}),
    "checkpoint.remove": ("/containers/{box}/checkpoints/c?dir=/tmp", None),
    "build": ("/build?networkmode=host&remote=http://10.0.0.1/x", b""),
    "session": ("/session", None, UPGRADE),
    "grpc": ("/grpc", None, UPGRADE),
    "network.create": ("/networks/create", {
        "Name": "n0", "Driver": "macvlan", "Options": {"parent": "eth0"}}),
    "volume.create": ("/volumes/create", {
        "Name": "v0", "DriverOpts": BIND_ROOT}),
    "plugin.pull": ("/plugins/pull?remote=evil/evil", PRIVILEGES),
    "plugin.upgrade": ("/plugins/evil/upgrade?remote=evil/evil", PRIVILEGES),
    "plugin.create": ("/plugins/create?name=evil", b""),
    "plugin.enable": ("/plugins/evil/enable?timeout=0", None),
    "plugin.set": ("/plugins/evil/set", ["mount.source=/"]),
    "swarm.init": ("/swarm/init", {"ListenAddr": "0.0.0.0:2377"}),
    "swarm.join": ("/swarm/join", JOIN),
    "service.create": ("/services/create", service(**mount())),
    "service.update": ("/services/svc/update?version=1", service(**mount())),
    "node.update": ("/nodes/n0/update?version=1",
                    {"Role": "manager", "Availability": "active"}),
}


def routes():
    """Those of the table that are calls: the others are not known at all."""
    return [row for row in rows("endpoints.tsv", "method", "name")
            if row[1] != "grpc.h2c"]


@pytest.mark.parametrize("method,name", routes(),
                         ids=[name for _, name in routes()])
def test_endpoint(swarm, ci, box, method, name):
    path, body, *headers = ENDPOINTS[name]
    nodes = ask(swarm.url, "GET", "/nodes")[1]
    status, answer = ask(ci.url, method, path.format(box=box), body,
                         *headers)
    assert 400 <= status < 500 or name in ("container.create",
                                           "container.exec.create"), answer
    assert engine_faults(swarm.url) == []
    assert ask(swarm.url, "GET", "/nodes")[1] == nodes


def test_the_preface_of_http_2(ci):
    with socket.socket(socket.AF_UNIX) as sock:
        sock.settimeout(PATIENCE)
        sock.connect(ci.url.removeprefix("unix://"))
        sock.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        assert sock.recv(65536).split()[1] in (b"405", b"505")
