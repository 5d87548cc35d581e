"""What can be told of a host's processor."""

from collections.abc import Iterable
from typing import Final

from planner.knowledge.document import document, first_match
from planner.model.estate import Cpu

X86: Final = "x86_64"
ARM: Final = "aarch64"

_SHOWN_BY: Final = {ARM: frozenset({"asimd"}), X86: frozenset({"lm", "vmx", "svm"})}
"""Flags that only processors of an architecture have."""


def cpu_maker(cpu: Cpu) -> str | None:
    """`intel`, `amd` or `arm`, by vendor and model as a source writes them; None when unknown."""
    return first_match(document("platforms.yml")["cpu_makers"], (cpu.vendor, cpu.model))


def cpu_architecture(cpu: Cpu) -> str | None:
    """`x86_64` or `aarch64`, by the maker or by flags that only one of them has; None when unknown."""
    maker = cpu_maker(cpu)
    if maker is not None:
        return ARM if maker == "arm" else X86
    return next((name for name, flags in _SHOWN_BY.items() if flags & set(cpu.flags or ())), None)


def lacking(cpu: Cpu, required: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """The flags of x86 that a processor is known to lack, of each list one: `vmx or svm`.

    Nothing is known to be lacking where the flags are unknown, or the processor is of another architecture.
    """
    if cpu.flags is None or cpu_architecture(cpu) not in {None, X86}:
        return ()
    return tuple(" or ".join(any_of) for any_of in required if not {*cpu.flags} & {*any_of})
