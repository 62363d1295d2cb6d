# SPDX-License-Identifier: Apache-2.0
"""The world of one run: its directory, programs, certificates, the stand-in
engine and the competitors, and how long everything takes."""
import hashlib
import os
import shutil
import socket
import subprocess
import tempfile
import time

from competitors import KINDS

QUICK = {"seconds": 0.2, "bulk": 32 << 20, "streams": (200,),
         "growth": (10, 1000), "starts": 1, "idle": 500, "instructions": 200}
WHOLE = {"seconds": 1.0, "bulk": 1 << 30, "streams": (1000, 5000),
         "growth": (10, 1000, 100000), "starts": 5, "idle": 10000, "instructions": 2000}
SUBJECTS = {"ca": "/CN=bench CA", "server": "/CN=localhost",
            "client": "/O=bench/CN=caller"}
KEY = "rsa:2048"


class Bench:
    def __init__(self, root, build, quick, real):
        self.tools = os.path.join(root, "packaging")
        self.real = real
        self.build = build
        self.sockwarden = os.path.join(build, "sockwarden")
        self.size = QUICK if quick else WHOLE
        self.root = tempfile.mkdtemp(prefix="bench.")
        os.chmod(self.root, 0o755)  # callers may be of another user
        self.upstream = (f"unix://{self.root}/real/docker.sock" if real
                         else f"unix://{self.root}/engine")
        self.engine = None
        self.competitors = []

    # --- files ---------------------------------------------------------------

    def program(self, name):
        """One of ours: a copy where callers of other users find it."""
        path = os.path.join(self.directory("programs"), name)
        if not os.path.exists(path):
            shutil.copy(os.path.join(self.build, "tests", "bench", name), path)
        return path

    def directory(self, name):
        path = os.path.join(self.root, name)
        os.makedirs(path, exist_ok=True)
        return path

    def file(self, data):
        """A file with these bytes."""
        name = hashlib.sha256(data).hexdigest()[:16]
        path = os.path.join(self.directory("requests"), name)
        if not os.path.exists(path):
            with open(path, "wb") as file:
                file.write(data)
        return path

    def certificates(self, who):
        """CERTIFICATE,KEY,CA of the server or the client."""
        where = self.directory("tls")
        if not os.path.exists(f"{where}/client.pem"):
            make_certificates(where)
        return f"{where}/{who}.pem,{where}/{who}.key,{where}/ca.pem"

    def joined(self, who):
        """Certificate and key in one file."""
        certificate, key, _ = self.certificates(who).split(",")
        path = certificate + ".joined"
        with open(path, "w") as file:
            for part in (certificate, key):
                with open(part) as source:
                    file.write(source.read())
        return path

    # --- processes -----------------------------------------------------------

    def _real_engine(self, what):
        subprocess.run([f"{self.tools}/engine", what, f"{self.root}/real"],
                       check=True)

    def _start_engine(self):
        self.engine = subprocess.Popen(
            [self.program("engine"), "--listen", self.upstream,
             "--bytes", str(self.size["bulk"])])
        path = self.upstream.removeprefix("unix://")
        while not self._listens(path):
            if self.engine.poll() is not None:
                raise SystemExit("the stand-in engine does not start")
            time.sleep(0.01)

    @staticmethod
    def _listens(path):
        with socket.socket(socket.AF_UNIX) as sock:
            return sock.connect_ex(path) == 0

    def start(self, names):
        if self.real:
            self._real_engine("start")
        else:
            self._start_engine()
        for name in names:
            competitor = KINDS[name](name, self)
            self.competitors.append(competitor)
            competitor.configure()
            competitor.start()
        for competitor in self.competitors:
            competitor.await_answer()

    def stop(self):
        for competitor in self.competitors:
            competitor.stop()
        if self.real:
            self._real_engine("stop")
        if self.engine is not None:
            self.engine.terminate()
            self.engine.wait()
        shutil.rmtree(self.root, ignore_errors=True)


def make_certificates(where):
    def openssl(*words):
        subprocess.run(["openssl", *words], check=True, cwd=where,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    openssl("req", "-x509", "-newkey", KEY, "-nodes", "-days", "2", "-subj",
            SUBJECTS["ca"], "-addext", "keyUsage=critical,keyCertSign,cRLSign",
            "-keyout", "ca.key", "-out", "ca.pem")
    for who in ("server", "client"):
        with open(f"{where}/{who}.ext", "w") as file:
            file.write("basicConstraints=critical,CA:FALSE\n"
                       "subjectKeyIdentifier=hash\n"
                       "authorityKeyIdentifier=keyid\n"
                       f"extendedKeyUsage={who}Auth\n"
                       "subjectAltName=DNS:localhost,IP:127.0.0.1\n")
        openssl("req", "-newkey", KEY, "-nodes", "-subj", SUBJECTS[who],
                "-keyout", f"{who}.key", "-out", f"{who}.csr")
        openssl("x509", "-req", "-in", f"{who}.csr", "-CA", "ca.pem", "-CAkey",
                "ca.key", "-CAcreateserial", "-days", "2", "-extfile",
                f"{who}.ext", "-out", f"{who}.pem")
