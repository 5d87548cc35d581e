"""The simulator of govmomi, built once, and servers of it that run for a test or a module."""

import hashlib
import os
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from tests.read.vsphere.simulators import Server, running

SOURCE = Path(__file__).parent / "simulator"
GO = {"GO111MODULE": "off", "GOPROXY": "off", "GOFLAGS": "", "GOPATH": "/usr/share/gocode"}


@pytest.fixture(scope="session")
def simulator(request) -> Path:
    """The program, kept in pytest's cache for as long as its source stays the same: it compiles for half a minute."""
    digest = hashlib.sha256((SOURCE / "main.go").read_bytes()).hexdigest()[:16]
    folder = Path(request.config.cache.mkdir("vsphere-simulator"))
    program = folder / f"simulator-{digest}"
    if not program.exists():
        built = folder / f"{program.name}.{os.getpid()}"
        subprocess.run(["go", "build", "-o", str(built), "."], cwd=SOURCE, env=os.environ | GO, check=True)
        built.replace(program)
    return program


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="session")
def certificate(authority, tmp_path_factory) -> Path:
    """A file with a certificate for 127.0.0.1 and its key."""
    file = tmp_path_factory.mktemp("certificate") / "server.pem"
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(file)
    return file


@pytest.fixture(scope="session")
def ca_file(authority, tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("authority") / "ca.pem"
    authority.cert_pem.write_to_path(file)
    return file


@pytest.fixture(scope="module")
def vcenter(simulator, certificate, ca_file) -> Iterator[Server]:
    with running(simulator, certificate, ca_file, kind="vcenter") as server:
        yield server


@pytest.fixture(scope="module")
def esxi(simulator, certificate, ca_file) -> Iterator[Server]:
    licence = {"edition": "esxBasic", "licence": "VMware vSphere 8 Hypervisor"}
    with running(simulator, certificate, ca_file, kind="esxi", **licence) as server:
        yield server


@pytest.fixture
def thumbprint(certificate) -> str:
    first = certificate.read_text().partition("-----BEGIN CERTIFICATE-----")
    pem = first[1] + first[2].partition("-----END CERTIFICATE-----")[0] + "-----END CERTIFICATE-----\n"
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest()
