"""Passwords of live sources: from a file, the environment or a prompt, never from the command line."""

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Final

from planner.errors import InputError, Problem
from planner.read.endpoint import Endpoint

PASSWORD_VARIABLE: Final = "PLANNER_PASSWORD"  # noqa: S105  # the name of it, not the thing
_LARGEST: Final = 64 * 1024


def password(endpoint: Endpoint, file: Path | None, ask: Callable[[str], str] | None) -> str:
    """The password for an endpoint: of `file`, else of PLANNER_PASSWORD, else what `ask` returns.

    Raises InputError when there is none, or the file may be read by others.
    """
    if file is not None:
        return _of_file(file)
    if found := os.environ.get(PASSWORD_VARIABLE):
        return found
    if ask is None:
        raise endpoint.refused(
            f"needs a password: give --password-file (mode 0600) or set {PASSWORD_VARIABLE}; "
            "there is no terminal to ask at"
        )
    return ask(endpoint.url)


def _of_file(path: Path) -> str:
    """The first line; a file encrypted by ansible-vault is decrypted with Ansible's own vault passwords."""
    from planner.read.vault import read_text  # noqa: PLC0415  # Ansible takes long to import, few keep a file

    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise _refused(path, "is no file")
        if status.st_mode & 0o077:
            raise _refused(path, f"may be read by others: chmod 600 {path}")
        if status.st_size > _LARGEST:
            raise _refused(path, "is too large for a password")
        text = read_text(path)
    except OSError as error:
        raise _refused(path, f"cannot be read: {error.strerror}") from error
    if not (first := text.partition("\n")[0].rstrip("\r")):
        raise _refused(path, "holds no password in its first line")
    return first


def _refused(path: Path, message: str) -> InputError:
    return InputError((Problem(file=str(path), message=message),))
