"""The reserve of a side: what its hosts may carry, and who says so."""

from hypothesis import given
from hypothesis import strategies as st

from planner.model.policy import CapacityPolicy, ClusterPolicy, Policy
from planner.model.reserve import Reserve

RESERVES = st.builds(Reserve, hosts=st.integers(0, 3)) | st.builds(Reserve, percent=st.integers(0, 99))


@given(RESERVES, st.lists(st.integers(0, 100), max_size=6), st.integers(0, 100))
def test_a_further_host_never_lowers_what_may_be_used(reserve, memory, more):
    assert reserve.usable(memory) <= reserve.usable([*memory, more])


def test_the_figure_of_a_cluster_replaces_the_general_one_of_either_kind():
    policy = Policy(
        capacity=CapacityPolicy(reserve_percent=25),
        clusters=(
            ClusterPolicy(cluster="hosts", reserve_hosts=2),
            ClusterPolicy(cluster="share", reserve_percent=0),
            ClusterPolicy(cluster="neither"),
        ),
    )
    assert policy.reserve_of("hosts", ha_enabled=True) == Reserve(hosts=2)
    assert policy.reserve_of("share", ha_enabled=True) == Reserve()
    assert policy.reserve_of("neither", ha_enabled=True) == Reserve(percent=25)
    assert policy.reserve_of("neither", ha_enabled=None) == Reserve()
    assert Policy().reserve_of("neither", ha_enabled=True) == Reserve(hosts=1)
