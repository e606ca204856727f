"""Certificates for the mail servers of a story, by certtool: one authority
that is trusted, one that is not, and every way in which a server's
certificate can be wrong."""

import os
import subprocess

from .ground import Failure

_CA = """cn = "{name}"
ca
cert_signing_key
serial = 1
activation_date = "2020-01-01 00:00:00 UTC"
expiration_date = "2090-01-01 00:00:00 UTC"
"""
_SERVER = """cn = "{name}"
{names}
tls_www_server
signing_key
serial = {serial}
activation_date = "2020-01-01 00:00:00 UTC"
expiration_date = "{until} 00:00:00 UTC"
"""
_LOCAL = ('dns_name = "localhost"', 'ip_address = "127.0.0.1"')


class Certs:
    """pair("right"), pair("wrong-name"), pair("expired"), pair("unknown-ca"),
    pair("self-signed"): (certificate file, key file); ca: the file to
    trust."""

    def __init__(self, ground):
        # The mail servers' own users read the keys: of no value beyond
        # this folder.
        self.dir = ground.dir("certs")
        self.ca = self._authority("ca")
        self._authority("stranger")
        self._serial = 1
        self._issue("right", "ca", _LOCAL)
        self._issue("wrong-name", "ca", ('dns_name = "other.example"',))
        self._issue("expired", "ca", _LOCAL, "2021-01-01")
        self._issue("unknown-ca", "stranger", _LOCAL)
        self._issue("self-signed", None, _LOCAL)

    def issue(self, name):
        """One more that is right."""
        self._issue(name, "ca", _LOCAL)

    def pair(self, name):
        return self._path(name + ".pem"), self._path(name + ".key")

    def _path(self, name):
        return os.path.join(self.dir, name)

    def _certtool(self, *args):
        done = subprocess.run(["certtool", *args], capture_output=True,
                              text=True, check=False)
        if done.returncode != 0:
            raise Failure(f"certtool {args[0]}: {done.stderr}")

    def _key(self, name):
        key = self._path(name + ".key")
        self._certtool("--generate-privkey", "--key-type=ecdsa",
                       "--curve=secp256r1", f"--outfile={key}")
        os.chmod(key, 0o644)
        return key

    def _template(self, name, text):
        path = self._path(name + ".cfg")
        with open(path, "w", encoding="ascii") as f:
            f.write(text)
        return path

    def _authority(self, name):
        key = self._key(name)
        cert = self._path(name + ".pem")
        template = self._template(name, _CA.format(name=f"Test {name}"))
        self._certtool("--generate-self-signed", f"--load-privkey={key}",
                       f"--template={template}", f"--outfile={cert}")
        return cert

    def _issue(self, name, authority, names, until="2090-01-01"):
        key = self._key(name)
        self._serial += 1
        template = self._template(name, _SERVER.format(
            name=name, names="\n".join(names), serial=self._serial,
            until=until))
        out = f"--outfile={self._path(name + '.pem')}"
        if authority is None:
            self._certtool("--generate-self-signed",
                           f"--load-privkey={key}",
                           f"--template={template}", out)
            return
        self._certtool("--generate-certificate", f"--load-privkey={key}",
                       f"--load-ca-certificate={self._path(authority)}.pem",
                       f"--load-ca-privkey={self._path(authority)}.key",
                       f"--template={template}", out)
