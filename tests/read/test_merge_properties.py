"""Merging is order-free and idempotent, and loses nothing, whatever the sources."""

from dataclasses import fields, replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.model.estate import Host, VirtualMachine
from planner.read.gather import gather
from planner.read.merge import merge
from tests.read.merge_estates import disputes, sources, truths, views

drawn = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
TEXTS = {"id", "cluster", "host", "reported_host", "source", "origin", "depends_on"}
KINDS = ("clusters", "hosts", "datastores", "networks", "vms", "affinity_rules")


anything = disputes() | sources().map(lambda found: found[1])


@drawn
@given(anything, st.randoms(use_true_random=False))
def test_the_order_of_sources_changes_nothing(seen, random):
    merged = merge(seen)
    random.shuffle(seen)
    assert merge(seen) == merged


@drawn
@given(anything)
def test_merging_again_changes_nothing(seen):
    merged = merge(seen)
    assert merge([merged]) == merged
    assert merge([merged, merged]) == merged
    assert merge([*seen, *seen]) == merged
    assert all(merge([one]) == one == merge([one, one]) for one in seen)


@drawn
@given(anything)
def test_reading_the_same_again_changes_nothing(seen):
    """Not even when it is not the same to the last word: the second reading has one note more."""
    merged = merge(seen)
    again = replace(merged, notes=(*merged.notes, "read again"))
    assert merge([merged, again]) == again


@drawn
@given(anything)
def test_everything_that_is_referred_to_is_there_once(seen):
    estate = merge(seen)
    assert gather(estate) == estate
    assert all(len(one.vms) <= len(estate.vms) and len(one.hosts) <= len(estate.hosts) for one in seen)
    ids = {kind: [thing.id for thing in getattr(estate, kind)] for kind in KINDS}
    assert all(len(set(some)) == len(some) for some in ids.values())
    clusters, hosts, stores, networks, vms = (set(ids[kind]) for kind in KINDS[:5])
    for host in estate.hosts:
        assert host.cluster in clusters | {None}
        assert {*host.datastores} <= stores
        assert {entry.network for entry in host.networks or ()} <= networks
    home = {host.id: host.cluster for host in estate.hosts}
    for vm in estate.vms:
        assert vm.cluster in clusters
        assert vm.host in hosts | {None}
        assert vm.host is None or home[vm.host] == vm.cluster
        assert {disk.datastore for disk in vm.disks} <= stores | {None}
        assert {nic.network for nic in vm.nics} <= networks | {None}
        assert {*vm.depends_on} <= vms - {vm.id}
        assert len({disk.id for disk in vm.disks}) == len(vm.disks)
    for rule in estate.affinity_rules:
        assert {*rule.vms} <= vms
        assert {*rule.hosts} <= hosts
    assert len({cluster.name for cluster in estate.clusters}) == len(estate.clusters)
    everything = set().union(*ids.values())
    assert {conflict.subject for conflict in estate.conflicts} <= everything


def facts(thing):
    return {
        (field.name, getattr(thing, field.name))
        for field in fields(thing)
        if field.name not in TEXTS
        and getattr(thing, field.name) is not None
        and not isinstance(getattr(thing, field.name), tuple)
    }


@drawn
@given(sources())
def test_every_machine_and_fact_of_every_source_is_there(drawn_sources):
    """Views of one truth never disagree: so a fact that any source has is the fact of the merged machine."""
    _, seen = drawn_sources
    estate = merge(seen)
    for kind in (Host, VirtualMachine):
        merged = [facts(thing) for thing in (*estate.hosts, *estate.vms) if type(thing) is kind]
        for source in seen:
            for thing in (*source.hosts, *source.vms):
                if type(thing) is kind:
                    assert any(facts(thing) <= one for one in merged)
    assert estate.conflicts == ()


@drawn
@given(sources())
def test_no_machine_is_there_twice(drawn_sources):
    estate = merge(drawn_sources[1])
    marks = [mark for vm in estate.vms for mark in (vm.instance_uuid, vm.moref) if mark]
    marks += [mark for host in estate.hosts for mark in (host.uuid, host.moref, host.name) if mark]
    assert len(set(marks)) == len(marks)


@drawn
@given(st.data())
def test_the_truth_and_what_sources_see_of_it_are_the_truth(data):
    """Whatever is forgotten, moved to no place or named without its host finds back, as long as machines can be told."""
    truth = data.draw(truths())
    views_of_it = views(truth, kept={"uuid", "instance_uuid", "moref"})
    seen = data.draw(st.lists(views_of_it, min_size=1, max_size=3))
    assert without_origins(merge([truth, *seen])) == without_origins(truth)


def without_origins(estate):
    bare = {kind: tuple(replace(thing, origin=None) for thing in getattr(estate, kind)) for kind in KINDS}
    bare["vms"] = tuple(replace(vm, source=None) for vm in bare["vms"])
    return replace(estate, **bare)


@drawn
@given(truths("a"), truths("b"))
def test_estates_with_nothing_in_common_stand_side_by_side(one, other):
    merged = merge([one, other])
    assert [vm for vm in merged.vms if vm in one.vms] == list(one.vms)
    for kind in KINDS:
        both = {*getattr(one, kind), *getattr(other, kind)}
        assert {*getattr(merged, kind)} == both
