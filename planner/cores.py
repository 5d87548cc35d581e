"""Work shared out among the cores of the machine, with the same results as on one."""

import os
import signal
import sys
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import Any, Final, TypeVar

T = TypeVar("T")
R = TypeVar("R")

_MOST: Final = 4
"""Processes at the most: each comes to hold a copy of much of what the first has in memory."""
_PARTS: Final = 64
"""Parts that the work is cut into, so that all processes are done at about the same time."""

_works: Final[list[Callable[[Any], Any]]] = []
"""In a process of ours, the work that it was started for: it is inherited, not sent."""


def shared_out(work: Callable[[Sequence[T]], R], things: Sequence[T], fewest: int) -> list[R]:
    """What `work` makes of the things, part by part: which things are a part is not said.

    With fewer than `fewest` things, on one core, and where processes cannot be copied as Linux does it, all is done here.
    `work` must bear being done again: where a process is lost or cannot be had, it begins anew here. What it raises is
    raised here.
    """
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1
    if cores < 2 or len(things) < fewest:
        return [work(things)]
    parts = [things[at::_PARTS] for at in range(_PARTS)]
    try:
        with warnings.catch_warnings():
            # Python 3.12 warns of threads that are not copied; the work waits for none.
            warnings.simplefilter("ignore", DeprecationWarning)
            with ProcessPoolExecutor(
                min(cores, _MOST), get_context("fork"), initializer=_begin, initargs=(work,)
            ) as crew:
                return list(crew.map(_done, parts))
    except (BrokenProcessPool, NotImplementedError, OSError):
        return [work(things)]


def _begin(work: Callable[[Any], Any]) -> None:
    _works.append(work)
    # Whoever presses Ctrl-C means the first process, which then hands out no more.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _done(part: Sequence[Any]) -> Any:
    return _works[-1](part)
