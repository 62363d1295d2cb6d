# SPDX-License-Identifier: Apache-2.0
"""Who is compared: how each is configured, started and ended.

Each has one worker, the same upstream, and the same three ways in, where it
has them: a unix socket, TCP on loopback, and TCP with mutual TLS.
"""
import json
import os
import shutil
import signal
import socket
import subprocess
import time

import calls
from load import Broken

CONNECTIONS = 12000  # more than any measure has open
PER_CALLER = 256  # sockwarden's default
HAPROXY_CONNECTIONS = 9000  # it wants two descriptors for each, at once
ANSWER_SECONDS = 120  # with 100,000 rules, on a busy machine


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


class Competitor:
    """One proxy.  Without a process (direct) the way in is the engine's."""

    ways = ("unix", "tcp", "mtls")
    refuses = True        # has it a policy?
    forbidden = ()        # measures that its policy does not allow
    environment = {}      # besides ours

    def __init__(self, name, bench):
        self.name = name
        self.bench = bench
        self.dir = bench.directory(name)
        self.process = None
        self.address = {
            "unix": f"unix://{self.dir}/s",
            "tcp": f"tcp://127.0.0.1:{free_port()}",
            "mtls": f"tcp://127.0.0.1:{free_port()}"}

    def path(self, name):
        return os.path.join(self.dir, name)

    def port(self, way):
        return self.address[way].rpartition(":")[2]

    def write(self, name, text):
        with open(self.path(name), "w") as file:
            file.write(text)
        return self.path(name)

    def configure(self):
        """Write what the command needs."""

    def command(self):
        raise NotImplementedError

    def listening(self, texts):
        """Of texts by way, those of the ways that it has."""
        return "\n".join(texts[way] for way in self.ways)

    @property
    def binary(self):
        return shutil.which(self.command()[0])

    @property
    def pids(self):
        return [self.process.pid] if self.process else []

    # --- its life ------------------------------------------------------------

    def start(self, prefix=()):
        """Start it; without waiting for it to answer."""
        if os.path.exists(self.path("s")):
            os.unlink(self.path("s"))
        with open(self.path("output"), "ab") as output:
            self.process = subprocess.Popen(
                [*prefix, *self.command()], stdin=subprocess.DEVNULL,
                stdout=output, stderr=output, cwd=self.dir,
                env={**os.environ, **self.environment})

    def answers(self):
        with socket.socket(socket.AF_UNIX) as sock:
            sock.settimeout(5)
            try:
                sock.connect(self.address["unix"].removeprefix("unix://"))
                sock.sendall(calls.PING)
                return sock.recv(4096).startswith(b"HTTP/1.1 200")
            except OSError:
                return False

    def await_answer(self, pause=0.01):
        deadline = time.monotonic() + ANSWER_SECONDS
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                with open(self.path("output")) as output:
                    raise Broken(f"{self.name} does not start:\n"
                                 + output.read()[-2000:])
            time.sleep(pause)
        os.chmod(self.path("s"), 0o666)  # for callers of other users

    def restart(self, ways=None):
        """Anew, and with these ways in alone."""
        self.stop()
        if ways is not None:
            self.ways = ways
            self.configure()
        self.start()
        self.await_answer()

    def fortify(self):
        """Limit what one caller can have, if it knows callers."""

    def stop(self):
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def forget(self):
        """Empty its logs, which would fill the disk."""
        for name in ("output", "audit.jsonl"):
            if os.path.exists(self.path(name)):
                os.truncate(self.path(name), 0)


class Direct(Competitor):
    ways = ("unix",)
    refuses = False

    def __init__(self, name, bench):
        super().__init__(name, bench)
        self.address["unix"] = bench.upstream

    def start(self, prefix=()):
        pass

    def await_answer(self, pause=0.01):
        pass


class Relay(Competitor):
    refuses = False

    def command(self):
        listen = {"unix": ["--listen"], "tcp": ["--listen"],
                  "mtls": ["--tls", self.bench.certificates("server"),
                           "--listen-tls"]}
        words = [self.bench.program("relay"), "--to", self.bench.upstream]
        for way in self.ways:
            words += [*listen[way], self.address[way]]
        return words


# --- HAProxy -------------------------------------------------------------------

SECTIONS = """auth build commit configs containers distribution events exec
    grpc images info networks nodes _ping plugins secrets services session
    swarm system tasks version volumes""".split()
# Tried before those, and off unless asked for.
CONTAINER = "containers/[a-zA-Z0-9_.-]+"
SWITCHED_OFF = [f"{CONTAINER}/((stop)|(restart)|(kill))", f"{CONTAINER}/start",
                f"{CONTAINER}/stop"]
HAPROXY_TIMES = """
    timeout http-request 10s
    timeout queue 1m
    timeout connect 10s
    timeout client 10m
    timeout server 10m
    timeout http-keep-alive 10s"""


class Haproxy(Competitor):
    """As Tecnativa's docker-socket-proxy has it, with every section allowed:
    a log line a request, a connection to the engine for each, and the
    sections as a list of regular expressions that is tried in turn."""

    ways = ("unix", "tcp")
    environment = {"ALL": "1"}  # the switches, which its image has one by one

    def configure(self):
        sections = "\n".join(
            "    http-request allow if { path,url_dec -m reg -i "
            rf"^(/v[\d\.]+)?(/\w+)?/{what} }} {{ env({switch}) -m bool }}"
            for switch, group in (("NONE", SWITCHED_OFF), ("ALL", SECTIONS))
            for what in group)
        socket_path = self.bench.upstream.removeprefix("unix://")
        listen = self.listening({
            "unix": f"    bind unix@{self.path('s')}",
            "tcp": f"    bind 127.0.0.1:{self.port('tcp')}"})
        self.write("haproxy.cfg", rf"""
global
    log stdout format raw daemon info
    maxconn 4000
    nbthread 1
defaults
    mode http
    log global
    option httplog
    option dontlognull
    option http-server-close
    option redispatch
    retries 3
    maxconn 3000{HAPROXY_TIMES}
backend engine
    server engine {socket_path}
backend events
    server engine {socket_path}
    timeout server 0
frontend callers
{listen}
    http-request deny unless METH_GET || {{ env(ALL) -m bool }}
{sections}
    http-request deny
    default_backend engine
    use_backend events if {{ path,url_dec -m reg -i ^(/v[\d\.]+)?(/\w+)?/events }}
""")

    def command(self):
        return [shutil.which("haproxy"), "-f", self.path("haproxy.cfg")]


class HaproxyTuned(Haproxy):
    """What it can do at best: keep-alive to the engine, no log, one rule."""

    ways = ("unix", "tcp", "mtls")

    def configure(self):
        pem = self.bench.joined("server")
        ca = self.bench.certificates("server").split(",")[2]
        socket_path = self.bench.upstream.removeprefix("unix://")
        listen = self.listening({
            "unix": f"    bind unix@{self.path('s')}",
            "tcp": f"    bind 127.0.0.1:{self.port('tcp')}",
            "mtls": f"    bind 127.0.0.1:{self.port('mtls')} ssl crt {pem}"
                    f" ca-file {ca} verify required no-tls-tickets"})
        self.write("haproxy.cfg", f"""
global
    maxconn {HAPROXY_CONNECTIONS}
    nbthread 1
defaults
    mode http
    http-reuse always
    maxconn {HAPROXY_CONNECTIONS}{HAPROXY_TIMES}
backend engine
    server engine {socket_path} pool-max-conn 256
    timeout server 0
frontend callers
{listen}
    http-request deny if {{ path_beg /debug }}
    default_backend engine
""")


# --- nginx ---------------------------------------------------------------------

class Nginx(Competitor):
    def configure(self):
        certificate, key, ca = self.bench.certificates("server").split(",")
        path = self.address["unix"].replace("unix://", "unix:")
        listen = self.listening({
            "unix": f"        listen {path} backlog=4096;",
            "tcp": f"        listen 127.0.0.1:{self.port('tcp')};",
            "mtls": f"""
        listen 127.0.0.1:{self.port('mtls')} ssl;
        ssl_certificate {certificate};
        ssl_certificate_key {key};
        ssl_client_certificate {ca};
        ssl_verify_client on;
        ssl_session_cache off;
        ssl_session_tickets off;"""})
        self.write("nginx.conf", f"""
daemon off;
master_process off;
user root;
pid {self.path("pid")};
error_log {self.path("output")} error;
worker_rlimit_nofile 20000;
events {{ worker_connections {2 * CONNECTIONS}; }}
http {{
    access_log off;
    client_body_temp_path {self.path("body")};
    proxy_temp_path {self.path("proxy")};
    fastcgi_temp_path {self.path("fastcgi")};
    uwsgi_temp_path {self.path("uwsgi")};
    scgi_temp_path {self.path("scgi")};
    keepalive_requests 1000000000;
    client_max_body_size 0;
    upstream engine {{
        server {self.bench.upstream.replace("unix://", "unix:")};
        keepalive 256;
        keepalive_requests 1000000000;
    }}
    server {{
{listen}
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_set_header Host $http_host;
        proxy_max_temp_file_size 0;
        proxy_read_timeout 10m;
        location / {{ proxy_pass http://engine; }}
        location /debug {{ return 403; }}
        location ~ /events$ {{
            proxy_buffering off;
            proxy_pass http://engine;
        }}
        location ~ /images/load$ {{
            proxy_request_buffering off;
            proxy_pass http://engine;
        }}
        location ~ /attach$ {{
            proxy_set_header Connection Upgrade;
            proxy_set_header Upgrade $http_upgrade;
            proxy_pass http://engine;
        }}
    }}
}}
""")

    def command(self):
        return [shutil.which("nginx"), "-e", self.path("output"), "-c",
                self.path("nginx.conf")]


# --- sockwarden ----------------------------------------------------------------

class Sockwarden(Competitor):
    """Everyone is of one team with one tier; the audit is on, in a file."""

    tier = "admin"
    per_caller = CONNECTIONS

    def fortify(self):
        self.per_caller = PER_CALLER

    def configuration(self):
        certificate, key, ca = self.bench.certificates("server").split(",")
        besides = {"unix": {}, "tcp": {}, "mtls": {"tls": {
            "certificate": certificate, "key": key, "client_ca": ca}}}
        return {
            "upstream": self.bench.upstream,
            "listeners": [{"name": way, "address": self.address[way],
                           **besides[way]} for way in self.ways],
            "identities": [{"match": {"listener": way}, "team": "bench",
                            "tier": self.tier} for way in self.ways],
            "audit": {"path": self.path("audit.jsonl")},
            "log": {"level": "warning"},
            "limits": {"connections": CONNECTIONS,
                       "connections_per_caller": self.per_caller},
        }

    def configure(self):
        self.write("sockwarden.yaml", json.dumps(self.configuration()))

    def command(self):
        return [self.bench.sockwarden, "run", "--config",
                self.path("sockwarden.yaml")]


class SockwardenCi(Sockwarden):
    tier = "ci"
    # What a CI job may not do.
    forbidden = ("bulk", "events")


class SockwardenWorkers(Sockwarden):
    """Two workers: what a call costs should be the same."""

    def configuration(self):
        return super().configuration() | {"workers": 2}


class SockwardenDurable(Sockwarden):
    """Each call waits until its record is on disk."""

    def configuration(self):
        whole = super().configuration()
        whole["audit"]["durability"] = "fsync"
        return whole


KINDS = {
    "direct": Direct,
    "relay": Relay,
    "nginx": Nginx,
    "haproxy-tuned": HaproxyTuned,
    "haproxy": Haproxy,
    "admin": Sockwarden,
    "ci": SockwardenCi,
    "workers": SockwardenWorkers,
    "durable": SockwardenDurable,
}

# Who is compared unless somebody else is asked for.
USUAL = [name for name in KINDS if name not in ("workers", "durable")]
