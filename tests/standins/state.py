# the programs that it stands in for print
"""The state that the stand-ins share: one JSON file, named by STANDIN_STATE, written whole."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import Any, NoReturn

State = dict[str, Any]


@contextmanager
def state() -> Iterator[State]:
    """The state, locked; what the block changes is kept, unless it raises or exits with an error."""
    path = Path(os.environ["STANDIN_STATE"])
    with path.with_suffix(".lock").open("w") as lock:
        flock(lock, LOCK_EX)
        content = json.loads(path.read_text())
        try:
            yield content
        except SystemExit as leaving:
            if leaving.code not in (None, 0):
                raise
        path.write_text(json.dumps(content, indent=1, sort_keys=True))


def refuse(message: str, code: int = 1) -> NoReturn:
    """End the program as the real one does when it cannot do what was asked."""
    print(message, file=sys.stderr)
    sys.exit(code)


def note(content: State, program: str) -> None:
    """Keep the call, for tests that ask what was run, and fail when the test wants this program to fail."""
    content.setdefault("calls", []).append([program, *sys.argv[1:]])
