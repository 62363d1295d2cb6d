# SPDX-License-Identifier: Apache-2.0
"""A certificate authority, made of openssl."""
import pathlib
import shutil
import subprocess
import tempfile

CONFIG = """
[ca]
default_ca = here
[here]
database = {0}/index
crlnumber = {0}/crlnumber
certificate = {0}/ca.pem
private_key = {0}/ca-key.pem
default_md = sha256
default_crl_days = 1
crl_extensions = crl
[crl]
authorityKeyIdentifier = keyid
"""


def openssl(*words):
    done = subprocess.run(["openssl", *words], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


class Authority:
    """Signs and revokes; everything it makes is below its folder."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="ca-"))
        self.ca = self.folder / "ca.pem"
        self.crl = self.folder / "crl.pem"
        self.config = self.folder / "openssl.cnf"
        self.config.write_text(CONFIG.format(self.folder))
        (self.folder / "index").touch()
        (self.folder / "crlnumber").write_text("01\n")
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt",
                "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1",
                "-subj", "/O=tests/CN=an authority",
                "-addext", "keyUsage=critical,keyCertSign,cRLSign",
                "-keyout", self.folder / "ca-key.pem", "-out", self.ca)
        self.serial = 0
        self.list_revoked()

    def issue(self, name, subject, *extensions):
        """A folder with key.pem, cert.pem and ca.pem, for DOCKER_CERT_PATH."""
        at = self.folder / name
        at.mkdir(exist_ok=True)
        self.serial += 1
        (at / "extensions").write_text("\n".join((
            "basicConstraints=critical,CA:FALSE",
            "keyUsage=critical,digitalSignature",
            "authorityKeyIdentifier=keyid", *extensions)))
        openssl("req", "-new", "-newkey", "ec", "-pkeyopt",
                "ec_paramgen_curve:prime256v1", "-nodes", "-subj", subject,
                "-keyout", at / "key.pem", "-out", at / "csr.pem")
        openssl("x509", "-req", "-days", "1", "-in", at / "csr.pem",
                "-CA", self.ca, "-CAkey", self.folder / "ca-key.pem",
                "-set_serial", str(self.serial),
                "-extfile", at / "extensions", "-out", at / "cert.pem")
        shutil.copy(self.ca, at / "ca.pem")
        return at

    def issue_client(self, name, subject):
        return self.issue(name, subject, "extendedKeyUsage=clientAuth")

    def issue_server(self, name="server"):
        return self.issue(name, "/O=tests/CN=localhost",
                          "extendedKeyUsage=serverAuth",
                          "subjectAltName=DNS:localhost,IP:127.0.0.1")

    def revoke(self, certificates):
        openssl("ca", "-config", self.config, "-revoke",
                certificates / "cert.pem")
        self.list_revoked()

    def list_revoked(self):
        openssl("ca", "-config", self.config, "-gencrl", "-out", self.crl)

    def close(self):
        shutil.rmtree(self.folder)
