# ruff: noqa: INP001  # Ansible finds plugins by their directory, not by import
"""What a storage repository that exists is compared by."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any


def differences(wanted: Mapping[str, Any], read: Sequence[Mapping[str, Any]]) -> list[str]:
    """Keys of the device-config that are not as wanted; `read` are the results of the task that read them.

    A result that was skipped says nothing: the host is not connected yet.
    """
    fields = (result["__xcpng_storage_field"] | {"result": result} for result in read if "stdout" in result)
    return [
        field["key"]
        for field in fields
        if field["result"].get("rc") != 0 or field["result"]["stdout"].strip() != str(wanted[field["value"]])
    ]


class FilterModule:
    """The filters, by the names that tasks use."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Name to function."""
        return {"xcpng_storage_differences": differences}
