"""A plan from its directory, checked against its schema."""

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from planner.errors import InputError, Problem
from planner.model.codec import from_data
from planner.model.plan import FORMAT_VERSION, Plan


def read_plan(directory: Path) -> Plan:
    """The plan in `directory`/plan.json.

    Raises InputError when it is missing, no JSON, of another format version, or not of the schema.
    """
    path = directory / "plan.json"
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError((Problem(file=str(path), message=f"cannot be read: {error.strerror}"),)) from error
    except ValueError as error:
        raise InputError((Problem(file=str(path), message=f"is no JSON: {error}"),)) from error
    version = data.get("format_version") if isinstance(data, dict) else None
    if version != FORMAT_VERSION:
        message = f"has format version {version}; this planner reads {FORMAT_VERSION}: plan again with it"
        raise InputError((Problem(file=str(path), message=message),))
    if problems := tuple(_problems(path, data)):
        raise InputError(problems)
    return from_data(data, Plan)


def _problems(path: Path, data: object) -> Iterator[Problem]:
    """What is wrong with it; all that this planner does not know is one problem, for it has one cause."""
    errors = list(_validator().iter_errors(data))
    unknown = [error for error in errors if error.validator == "additionalProperties"]
    if unknown:
        more = f", and {len(unknown) - 1} more places like it" if len(unknown) > 1 else ""
        first = f"{unknown[0].json_path}: {unknown[0].message[:120]}{more}"
        told = f"has what this planner does not know, so another version made it: plan again, or use that version ({first})"
        yield Problem(file=str(path), message=told)
    for error in errors:
        if error not in unknown:
            yield Problem(file=str(path), path=error.json_path, message=error.message[:200])


@cache
def _validator() -> Draft202012Validator:
    schema: dict[str, Any] = json.loads(
        files("planner.schemas").joinpath("plan.schema.json").read_text("utf-8")
    )
    return Draft202012Validator(schema)
