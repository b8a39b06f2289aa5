"""Certificates by the openssl command, made up for one run, since no file of a repository stays valid for ever."""

import itertools
import os
import pathlib
import subprocess
from dataclasses import dataclass

WORK = pathlib.Path(os.environ["PEERS_WORK"])

HERE = "IP:127.0.0.1,DNS:localhost"
VALID = ("20200101000000Z", "20990101000000Z")
EXPIRED = ("20200101000000Z", "20210101000000Z")
NOT_YET = ("20980101000000Z", "20990101000000Z")

KEYS = {
    "RSA": ("RSA", "rsa_keygen_bits:2048"),
    "RSA 3072": ("RSA", "rsa_keygen_bits:3072"),
    "ECDSA P-256": ("EC", "ec_paramgen_curve:P-256"),
    "ECDSA P-384": ("EC", "ec_paramgen_curve:P-384"),
    "Ed25519": ("ED25519", None),
}

CONFIG = """
[ca]
default_ca = this
[this]
database = {folder}/index
new_certs_dir = {folder}
rand_serial = yes
unique_subject = no
default_md = sha256
policy = any
copy_extensions = copyall
[any]
commonName = supplied
[req]
distinguished_name = none
[none]
"""

_number = itertools.count()


def openssl(*arguments):
    ended = subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True, check=False)
    if ended.returncode:
        raise SystemExit(f"openssl {' '.join(map(str, arguments))}\n{ended.stderr}")


def new_key(kind):
    algorithm, option = KEYS[kind]
    path = WORK / f"{next(_number)}.key"
    openssl("genpkey", "-algorithm", algorithm, *(["-pkeyopt", option] if option else []), "-out", path)
    return path


@dataclass(frozen=True)
class Certificate:
    # With the authorities between, as servers want it.
    chain: pathlib.Path
    key: pathlib.Path
    # One file with both, as HAProxy wants it.
    both: pathlib.Path


class Authority:
    """An authority whose certificate clients trust, or one below it."""

    def __init__(self, name="Peers", above=None):
        self.folder = WORK / f"authority-{next(_number)}"
        self.folder.mkdir()
        (self.folder / "index").touch()
        self.config = self.folder / "config"
        self.config.write_text(CONFIG.format(folder=self.folder))
        if above:
            made = above.issue(f"{name} CA", names=None, extensions=("basicConstraints=critical,CA:TRUE",))
        else:
            # What openssl makes where nothing else is said is an authority.
            made = self_signed(f"{name} CA")
        self.key, self.certificate = made.key, made.chain
        self.between = self.certificate.read_text() if above else ""

    def issue(self, name, names=HERE, key="ECDSA P-256", dates=VALID, extensions=(), whole_chain=True):
        private = new_key(key)
        request, made = private.with_suffix(".csr"), private.with_suffix(".pem")
        added = [*extensions, *([f"subjectAltName={names}"] if names else [])]
        options = [part for text in added for part in ("-addext", text)]
        openssl(
            *("req", "-new", "-config", self.config, "-key", private, "-subj", f"/CN={name}", *options),
            *("-out", request),
        )
        openssl(
            *("ca", "-batch", "-notext", "-config", self.config, "-cert", self.certificate, "-keyfile", self.key),
            *("-startdate", dates[0], "-enddate", dates[1], "-in", request, "-out", made),
        )
        if whole_chain:
            made.write_text(made.read_text() + self.between)
        return _certificate(made, private)


def self_signed(name, key="ECDSA P-256", extensions=()):
    private = new_key(key)
    made = private.with_suffix(".pem")
    options = [part for text in extensions for part in ("-addext", text)]
    openssl("req", "-x509", "-key", private, "-subj", f"/CN={name}", "-days", 30, *options, "-out", made)
    return _certificate(made, private)


def _certificate(chain, key):
    both = chain.with_suffix(".both")
    both.write_text(chain.read_text() + key.read_text())
    return Certificate(chain, key, both)
