"""Errors come back whole from another process, as those of `planner bench` do."""

import pickle

import pytest

from planner.errors import InfeasibleError, InputError, Problem, Shortage

SHORT = Shortage(cluster="c", what="VM a has nowhere to go", remedies=("lend a host",))


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (InputError((Problem(message="is no number", file="policy.yml", line=3),)), "problems"),
        (InfeasibleError((SHORT,)), "shortages"),
    ],
)
def test_an_error_survives_its_way(error, told):
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), getattr(again, told)) == (str(error), getattr(error, told))
