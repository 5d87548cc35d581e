"""A live pool: every class that matters, in one call each, and only with calls that read."""

from typing import Any, Final

from planner.errors import Problem
from planner.model.estate import Estate, Gap
from planner.read.endpoint import Endpoint
from planner.read.xapi.estate import estate_of
from planner.read.xapi.records import Record, Records, checked
from planner.read.xapi.session import BROKEN, failure_type, reason, session_with
from planner.read.xapi.words import CLASSES

KIND: Final = "xapi"
_UNKNOWN_CLASS: Final = "MESSAGE_METHOD_UNKNOWN"
_REMEDIES: Final = {
    "RBAC_PERMISSION_DENIED": "give the user the role read-only in the pool (`xe subject-role-add`), and read again"
}
_AGAIN: Final = "read again"


def read_xapi(endpoint: Endpoint) -> Estate:
    """The estate of a pool, or of a single host with XAPI.

    What the user may not see, and what came after a connection broke, is a gap of the estate. Raises
    InputError when the pool cannot be logged in to, when neither hosts nor VMs can be read, and with every
    problem of the records.
    """
    problems: list[Problem] = []
    with session_with(endpoint) as session:
        classes, gaps = _read(session, endpoint, problems)
    if "host" not in classes and "VM" not in classes:
        raise endpoint.refused(f"tells of neither hosts nor VMs: {gaps[0].why}")
    records = Records(kind=KIND, source=endpoint.url, classes=classes, problems=problems, gaps=tuple(gaps))
    return estate_of((records,))


def _read(
    session: Any, endpoint: Endpoint, problems: list[Problem]
) -> tuple[dict[str, dict[str, Record]], list[Gap]]:
    classes: dict[str, dict[str, Record]] = {}
    gaps: list[Gap] = []
    failure = failure_type()
    broken = None
    for of, what in CLASSES.items():
        if broken is None:
            try:
                found = getattr(session.xenapi, of).get_all_records()
                classes[of] = checked(of, found, endpoint.url, problems)
            except failure as error:
                if reason(error) == _UNKNOWN_CLASS:
                    # The release is older than the class: there are no such objects.
                    classes[of] = {}
                else:
                    gaps.append(_gap(endpoint, what, reason(error), _REMEDIES.get(reason(error), _AGAIN)))
            except BROKEN as error:
                broken = f"the connection broke at {of}: {reason(error)}"
        if broken is not None:
            gaps.append(_gap(endpoint, what, broken, _AGAIN))
    return classes, gaps


def _gap(endpoint: Endpoint, what: str, why: str, remedy: str) -> Gap:
    return Gap(source=endpoint.url, what=what, why=why, remedy=remedy)
