"""Where a live source answers, and how far its certificate is trusted."""

import hashlib
import re
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from planner.errors import InputError, Problem

_THUMBPRINT: Final = re.compile(r"[0-9a-f]{64}")
_URL: Final = re.compile(r"[a-z][a-z0-9+.-]*://")


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A live source: `scheme://user@address:port/path?query` and what is needed to log in.

    `url` is as it was typed (it never holds a password). `password` is not shown when printed.
    `ca_file` holds the certificates that are trusted instead of the system's; `thumbprint` is the SHA-256 of
    the only certificate that is, 64 hexadecimal digits. `timeout` is in seconds, for every answer.
    """

    url: str
    scheme: str
    address: str
    port: int | None = None
    user: str | None = None
    path: str = ""
    query: str = ""
    password: str | None = field(default=None, repr=False)
    ca_file: Path | None = None
    thumbprint: str | None = None
    timeout: float = 60.0

    def untrusted(self, error: ssl.SSLCertVerificationError) -> InputError:
        """An error about this source's certificate."""
        return self.refused(
            f"shows a certificate that is not trusted ({error.verify_message}): give its authority with --ca-file, "
            "or its SHA-256 with --thumbprint after comparing it at the console"
        )

    def refused(self, message: str) -> InputError:
        """An error about this source."""
        return InputError((Problem(file=self.url, message=message),))


def is_url(source: str) -> bool:
    """Whether a source is an endpoint and no path.

    >>> is_url("vsphere://root@esx1"), is_url("exports/a.xlsx")
    (True, False)
    """
    return bool(_URL.match(source))


def parse_endpoint(
    url: str, *, ca_file: Path | None = None, thumbprint: str | None = None, timeout: float = 60.0
) -> Endpoint:
    """The endpoint of a URL, still without a password.

    Raises InputError when the URL is none, or holds a password: it would stand in the shell's history and in
    the list of processes.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise InputError((Problem(file=url, message=f"is no sound URL: {error}"),)) from error
    if parts.password is not None:
        shown = url.replace(f":{parts.password}@", "@", 1)
        message = (
            "no password belongs into a URL: leave it out; it is asked for, or taken from --password-file"
        )
        raise InputError((Problem(file=shown, message=message),))
    return Endpoint(
        url=url,
        scheme=parts.scheme,
        address=parts.hostname or "",
        port=port,
        user=unquote(parts.username) if parts.username else None,
        path=unquote(parts.path),
        query=parts.query,
        ca_file=ca_file,
        thumbprint=_digits(url, thumbprint) if thumbprint else None,
        timeout=timeout,
    )


def trust(endpoint: Endpoint, default_port: int = 443) -> ssl.SSLContext:
    """What to verify the endpoint's certificate with: the system's authorities, `ca_file`, or the one pinned.

    A thumbprint is for the self-signed certificates that ESXi and XenServer come with: exactly that
    certificate is trusted, under any name. Verification is never off.
    Raises InputError when nothing answers, or the certificate there is another one.
    """
    if endpoint.thumbprint is None:
        try:
            return ssl.create_default_context(cafile=str(endpoint.ca_file) if endpoint.ca_file else None)
        except OSError as error:
            raise endpoint.refused(f"{endpoint.ca_file} cannot be used as --ca-file: {error}") from error
    certificate = _certificate(endpoint, default_port)
    found = hashlib.sha256(ssl.PEM_cert_to_DER_cert(certificate)).hexdigest()
    if found != endpoint.thumbprint:
        raise endpoint.refused(
            f"shows a certificate with the SHA-256 thumbprint {found}, not the one given: somebody may stand "
            "between, or the certificate was renewed; compare it at the console"
        )
    context = ssl.create_default_context(cadata=certificate)
    context.check_hostname = False
    # The certificate itself is the anchor, though nobody made it to sign others.
    context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
    return context


def _certificate(endpoint: Endpoint, default_port: int) -> str:
    place = (endpoint.address, endpoint.port or default_port)
    try:
        return ssl.get_server_certificate(place, timeout=endpoint.timeout)
    except OSError as error:
        raise endpoint.refused(f"does not answer on port {place[1]}: {error}") from error


def _digits(url: str, thumbprint: str) -> str:
    digits = thumbprint.replace(":", "").lower()
    if not _THUMBPRINT.fullmatch(digits):
        message = (
            "--thumbprint is the SHA-256 of the certificate: 64 hexadecimal digits, with or without colons"
        )
        raise InputError((Problem(file=url, message=message),))
    return digits
