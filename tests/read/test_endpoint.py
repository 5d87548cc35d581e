"""Endpoints: what a URL says, whose certificate is trusted, and where a password comes from."""

import hashlib
import socket
import ssl
import threading

import pytest
import trustme
from ansible.parsing.vault import VaultLib, VaultSecret

from planner.errors import InputError
from planner.read.endpoint import is_url, parse_endpoint, trust
from planner.read.secrets import PASSWORD_VARIABLE, password

URL = "vsphere://reader@vc.example.org"


def test_a_url_says_where_and_who():
    endpoint = parse_endpoint("vsphere://EXAMPLE%5Creader@VC.example.org:8443/sdk?x=1")
    found = (endpoint.scheme, endpoint.user, endpoint.address, endpoint.port, endpoint.path, endpoint.query)
    assert found == ("vsphere", "EXAMPLE\\reader", "vc.example.org", 8443, "/sdk", "x=1")


@pytest.mark.parametrize("source", ["C:/exports/a.xlsx", "a.xlsx", "//server/share", "-", "a:b"])
def test_a_path_is_no_url(source):
    assert not is_url(source)


@pytest.mark.parametrize(
    ("url", "thumbprint", "said"),
    [
        ("vsphere://reader:s3cret@vc", None, "vsphere://reader@vc: no password belongs into a URL"),
        ("vsphere://reader@vc:99999", None, "is no sound URL"),
        ("vsphere://reader@[vc", None, "is no sound URL"),
        (URL, "abc", "64 hexadecimal digits"),
    ],
)
def test_an_unsound_endpoint_is_refused_without_its_password(url, thumbprint, said):
    with pytest.raises(InputError) as raised:
        parse_endpoint(url, thumbprint=thumbprint)
    assert said in str(raised.value)
    assert "s3cret" not in str(raised.value)


def test_a_password_is_never_printed():
    assert "hunter2" not in repr(
        parse_endpoint(URL).__class__(url=URL, scheme="vsphere", address="vc", password="hunter2")
    )


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture(scope="module")
def certificate(authority):
    return authority.issue_cert("vc.example.org")


@pytest.fixture
def server(certificate):
    """A TLS server that says nothing; its port."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    certificate.configure_cert(context)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer():
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                try:
                    context.wrap_socket(connection, server_side=True).close()
                except OSError:
                    connection.close()

        threading.Thread(target=answer, daemon=True).start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)


def greeted(context, port, name="127.0.0.1"):
    with (
        socket.create_connection(("127.0.0.1", port)) as plain,
        context.wrap_socket(plain, server_hostname=name),
    ):
        return True


def thumbprint(certificate):
    der = ssl.PEM_cert_to_DER_cert(certificate.cert_chain_pems[0].bytes().decode())
    return hashlib.sha256(der).hexdigest().upper()


def test_a_pinned_certificate_is_trusted_under_any_name(server, certificate):
    endpoint = parse_endpoint(f"vsphere://u@127.0.0.1:{server}", thumbprint=thumbprint(certificate))
    assert greeted(trust(endpoint), server)


def test_another_certificate_than_the_pinned_is_refused_with_its_thumbprint(server, certificate):
    endpoint = parse_endpoint(f"vsphere://u@127.0.0.1:{server}", thumbprint="00:" * 31 + "00")
    with pytest.raises(InputError, match=thumbprint(certificate).lower()):
        trust(endpoint)


def test_a_pin_does_not_trust_what_else_its_authority_signed(server, authority, certificate):
    pinned = trust(parse_endpoint(f"vsphere://u@127.0.0.1:{server}", thumbprint=thumbprint(certificate)))
    other = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(other)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer():
            connection, _ = listening.accept()
            try:
                other.wrap_socket(connection, server_side=True).close()
            except OSError:
                connection.close()

        threading.Thread(target=answer, daemon=True).start()
        with pytest.raises(ssl.SSLCertVerificationError):
            greeted(pinned, listening.getsockname()[1])


def test_an_authority_of_ones_own_is_trusted_for_the_names_it_signed(server, authority, tmp_path):
    file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(file))
    context = trust(parse_endpoint(URL, ca_file=file))
    assert greeted(context, server, "vc.example.org")
    with pytest.raises(ssl.SSLCertVerificationError):
        greeted(context, server, "other.example.org")


def test_by_default_only_the_system_is_trusted(server):
    with pytest.raises(ssl.SSLCertVerificationError):
        greeted(trust(parse_endpoint(URL)), server, "vc.example.org")


@pytest.mark.parametrize("content", ["", "no certificate"])
def test_a_file_without_certificates_is_refused(tmp_path, content):
    (tmp_path / "ca.pem").write_text(content)
    with pytest.raises(InputError, match="cannot be used as --ca-file"):
        trust(parse_endpoint(URL, ca_file=tmp_path / "ca.pem"))


def test_nobody_there_is_said():
    with pytest.raises(InputError, match="does not answer on port 1"):
        trust(parse_endpoint("vsphere://u@127.0.0.1:1", thumbprint="0" * 64, timeout=2))


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "password"
    path.write_text("s3cret\nsecond line\n")
    path.chmod(0o600)
    return path


def never(_url):
    raise AssertionError("nobody is asked")


def test_a_file_comes_before_the_environment_and_that_before_a_question(secret, monkeypatch):
    endpoint = parse_endpoint(URL)
    monkeypatch.setenv(PASSWORD_VARIABLE, "of the environment")
    assert password(endpoint, secret, never) == "s3cret"
    assert password(endpoint, None, never) == "of the environment"
    monkeypatch.delenv(PASSWORD_VARIABLE)
    assert password(endpoint, None, lambda url: f"typed for {url}") == f"typed for {URL}"


def test_without_a_terminal_it_says_what_to_set(monkeypatch):
    monkeypatch.delenv(PASSWORD_VARIABLE, raising=False)
    with pytest.raises(InputError, match=r"--password-file \(mode 0600\) or set PLANNER_PASSWORD"):
        password(parse_endpoint(URL), None, None)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_file_that_others_may_read_is_refused(secret, mode):
    secret.chmod(mode)
    with pytest.raises(InputError, match="may be read by others: chmod 600"):
        password(parse_endpoint(URL), secret, never)


@pytest.mark.parametrize(
    ("content", "said"), [("", "holds no password"), ("\n", "holds no password"), ("x" * 70000, "too large")]
)
def test_a_file_without_a_password_is_refused(secret, content, said):
    secret.write_text(content)
    with pytest.raises(InputError, match=said):
        password(parse_endpoint(URL), secret, never)


def test_a_file_of_ansible_vault_is_decrypted_with_ansibles_password(secret, tmp_path, monkeypatch):
    vault = VaultLib([("default", VaultSecret(b"open sesame"))])
    secret.write_bytes(vault.encrypt("from the vault\n"))
    key = tmp_path / "key"
    key.write_text("open sesame")
    monkeypatch.setenv("ANSIBLE_VAULT_PASSWORD_FILE", str(key))
    assert password(parse_endpoint(URL), secret, never) == "from the vault"
    key.write_text("wrong")
    with pytest.raises(InputError, match="cannot be decrypted"):
        password(parse_endpoint(URL), secret, never)
