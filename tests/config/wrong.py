#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""wrong.py PROGRAM [--update] [NAME...] -- what is said of wrong configurations

Each wrong/NAME.yaml is checked by the program; NAME.expected holds what it has
to say of it, and the exit status.  --update writes what it says now, and shows
what that changes: read it as somebody who made the mistake and does not know
what to do.
"""
import difflib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent / "wrong"


# --- certificates ------------------------------------------------------------

def openssl(*words, **options):
    done = subprocess.run(["openssl", *words], capture_output=True, **options)
    if done.returncode != 0:
        sys.exit(done.stderr.decode())
    return done.stdout


def make_key(name):
    openssl("genpkey", "-algorithm", "EC", "-pkeyopt",
            "ec_paramgen_curve:P-256", "-out", f"{name}-key.pem")


def sign(name, days, usage):
    """A certificate of the CA; a negative number of days is over."""
    pathlib.Path("extensions").write_text(f"extendedKeyUsage={usage}\n")
    request = openssl("req", "-new", "-key", "server-key.pem",
                      "-subj", f"/CN={name}")
    openssl("x509", "-req", "-days", str(days), "-CA", "ca.pem", "-CAkey",
            "ca-key.pem", "-set_serial", "7", "-extfile", "extensions",
            "-out", f"{name}.pem", input=request)


def list_revoked(name, *flags):
    """A list of the CA with nobody in it."""
    pathlib.Path("index").touch()
    pathlib.Path("ca.cnf").write_text(
        "[ca]\ndefault_ca=x\n[x]\ndatabase=index\ndefault_md=sha256\n")
    openssl("ca", "-config", "ca.cnf", "-cert", "ca.pem", "-keyfile",
            "ca-key.pem", "-gencrl", *flags, "-out", f"{name}.pem")


def make_certificates():
    for name in "ca", "server", "other":
        make_key(name)
    openssl("req", "-x509", "-new", "-key", "ca-key.pem", "-days", "2",
            "-subj", "/CN=ca", "-addext",
            "keyUsage=critical,keyCertSign,cRLSign", "-out", "ca.pem")
    sign("server", 2, "serverAuth")
    sign("client", 2, "clientAuth")
    sign("expired", -1, "serverAuth")
    openssl("x509", "-in", "server.pem", "-outform", "DER",
            "-out", "server.der")
    openssl("pkey", "-in", "server-key.pem", "-aes128", "-passout",
            "pass:secret", "-out", "encrypted-key.pem")
    shutil.copy("server-key.pem", "readable-key.pem")
    os.chmod("readable-key.pem", 0o644)
    list_revoked("crl", "-crldays", "2")
    list_revoked("old-crl", "-crl_lastupdate", "20200101000000Z",
                 "-crl_nextupdate", "20200102000000Z")


# --- checking ----------------------------------------------------------------

def say(program, name):
    """What is said of a file, but not what a sound one means; that yesterday
    was a certain day is not of interest."""
    done = subprocess.run([program, "check", f"{name}.yaml"], text=True,
                          stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=60)
    said = re.sub(r"expired on 20(2[1-9]|[3-9])[-0-9]*",
                  "expired on YESTERDAY", done.stderr)
    return f"{said}exit status {done.returncode}\n"


def check(program, name, update):
    path = HERE / f"{name}.expected"
    expected = path.read_text() if path.exists() else ""
    is_now = say(program, name)
    sys.stdout.writelines(difflib.unified_diff(
        expected.splitlines(True), is_now.splitlines(True), path.name, "now"))
    if update:
        path.write_text(is_now)
    if not re.match(r"\S+:(\d+:\d+:)? ", is_now):
        print(f"{name}: no place is said")
        return False
    return update or is_now == expected


def main(program, *words):
    update = "--update" in words
    chosen = [word for word in words if word != "--update"]
    program = os.path.abspath(program)
    with tempfile.TemporaryDirectory() as work:
        shutil.copytree(HERE, work, dirs_exist_ok=True)
        os.makedirs(f"{work}/certs")
        os.chdir(f"{work}/certs")
        make_certificates()
        os.chdir(work)
        pathlib.Path("too-large.yaml").write_text("#" * 34000000)
        names = {path.stem for path in pathlib.Path().glob("*.yaml")}
        left = {path.stem for path in HERE.glob("*.expected")} - names
        for name in left:
            print(f"{name}.expected: there is no {name}.yaml")
        sound = [check(program, name, update)
                 for name in sorted(chosen or names)]
    print(f"{sum(sound)} of {len(sound)} as expected")
    return 0 if all(sound) and not left else 1


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
