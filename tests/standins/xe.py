"""Stands in for xe: reading, setting and the commands that the roles use; anything else is refused as xe refuses it.

The state has `pools`, each a database of tables, and `at`, which host is in which pool. STANDIN_HOST is the host
that the command runs on.
"""

import os
import sys
from typing import Any

from tests.standins.state import State, note, refuse, state
from tests.standins.xapi import COMMANDS, Call, Values

NONE = "<not in database>"
WRITABLE = {
    "host": {"name-label"},
    "network": {"name-label", "MTU"},
    "pool": {"name-label", "default-SR"},
    "sr": {"name-label"},
}


def arguments(words: list[str]) -> Values:
    """`key=value` pairs; what follows a colon in a key belongs to a map."""
    pairs = [word.split("=", 1) for word in words if word != "--minimal"]
    if wrong := [pair[0] for pair in pairs if len(pair) == 1]:
        refuse(f"Syntax error: {wrong[0]}")
    return {key: value for key, value in pairs}


def shown(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{key}: {item}" for key, item in value.items())
    return NONE if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def field(record: State, name: str) -> Any:
    if name not in record:
        refuse(f"Unknown field '{name}'. Known fields are: {', '.join(sorted(record))}")
    return record[name]


def one(table: State, values: Values) -> State:
    if values["uuid"] not in table:
        refuse("The uuid you supplied was invalid.")
    record: State = table[values["uuid"]]
    return record


def listing(table: State, values: Values, *, minimal: bool) -> None:
    params = values.pop("params", "uuid").split(",")
    found = [
        record
        for record in table.values()
        if all(shown(field(record, key)) == value for key, value in values.items())
    ]
    if minimal:
        print(",".join(shown(field(record, params[0])).replace(",", "\\,") for record in found))
        return
    for record in found:
        print("".join(f"{name} ( RO): {shown(field(record, name))}\n" for name in params), end="\n\n")


def get(table: State, values: Values) -> None:
    value = field(one(table, values), values["param-name"])
    if "param-key" not in values:
        print(shown(value))
    elif values["param-key"] in value:
        print(value[values["param-key"]])
    else:
        refuse(f"Error: Key {values['param-key']} not found in map")


def put(kind: str, table: State, values: Values) -> None:
    record = one(table, values)
    for name, value in values.items():
        if name == "uuid":
            continue
        if name not in WRITABLE.get(kind, ()):
            refuse(f"Error: Parameter {name} is read-only or not a parameter of {kind}")
        record[name] = int(value) if isinstance(record[name], int) else value


def run(content: State) -> None:
    command, *words = sys.argv[1:]
    values, here = arguments(words), content["at"][os.environ["STANDIN_HOST"]]
    database = content["pools"][here["pool"]]
    kind, _, verb = command.partition("-")
    if verb == "list" and kind in database:
        listing(database[kind], values, minimal="--minimal" in words)
    elif verb == "param-get" and kind in database:
        get(database[kind], values)
    elif verb == "param-set" and kind in database:
        put(kind, database[kind], values)
    elif command in COMMANDS:
        COMMANDS[command](Call(content=content, database=database, host=here["uuid"], values=values))
    else:
        refuse(f"Unknown command: {command}")


if __name__ == "__main__":
    with state() as content:
        note(content, "xe")
        run(content)
