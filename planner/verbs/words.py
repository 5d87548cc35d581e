"""What verbs say in the same words."""

from planner.model.estate import Estate

_COUNTED = ("clusters", "hosts", "vms", "datastores", "networks")


def counts(estate: Estate) -> str:
    """How much of what an estate has."""
    return ", ".join(f"{len(getattr(estate, kind))} {kind}" for kind in _COUNTED)
