"""The clock of a stream against the longest chain of its phases."""

import pytest

from benchmarks.small.family import POLICY, cases, small
from planner import pipeline
from planner.place.cases import build_case
from planner.place.choice import spread
from planner.place.conversion import conversions
from planner.place.ledger import Ledger
from planner.place.pace import pace
from planner.place.search import Manner, search
from planner.place.streams import PULSES
from tests.today import TODAY


@pytest.mark.parametrize("given", list(cases(20, 4, 8)), ids=str)
def test_no_stream_says_that_it_is_done_before_its_phases_can_be(given):
    """Also where one gets stuck, rounds take over, and another one goes on."""
    estate = small(given)
    found = pipeline.settle(pipeline.analyse(estate, POLICY, TODAY))
    (conversion,) = conversions(
        found.estate, found.policy, found.platforms, found.decisions, found.routes, found.groups
    )
    case = build_case(conversion, ())
    for pulse in (pulse._replace(bends={host: 0.3}) for pulse in PULSES for host in case.nodes):
        made = search(case, Manner(spread, pulse), 240)
        if isinstance(made, Ledger):
            assert pace(case, made.phases, made.paced) >= pace(case, made.phases)
