"""The example estates: docs/decisions/examples.md is what the planner says of them.

The page is drawn by `test_the_page_is_what_the_planner_says` (`--force-regen`). The fact that decides each is then
changed, one by one, and the decision has to change with it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from rich.console import Console

from planner.model.estate import Cpu, Estate, Passthrough
from planner.model.kinds import HypervisorKind, ManagerKind, PassthroughKind
from planner.model.policy import Policy
from planner.pipeline import analyse, read
from planner.review.decisions import decision_lines
from tests.today import TODAY

ROOT = Path(__file__).parents[2]
KVM, XCP = HypervisorKind.KVM, HypervisorKind.XCPNG

STORIES = {
    "esxi-free": "Three hosts that nothing moves VMs between, run by one person who knows Debian.",
    "xenserver-pool": "The pool upgrades in place, and keeps what its people know and want.",
    "datacentre": "Four clusters are chosen together. The team runs KVM on Enterprise Linux in one of them already.",
    "citrix-desktops": "XenServer upgrades to XCP-ng in place, and nothing is converted. Citrix itself lists XenServer.",
    "openstack-shop": "The way into OpenStack leads over KVM, although the team knows XenServer and would like its pool.",
    "arm-edge": "XCP-ng runs on x86 only, so the wish for its pool has no say at all.",
    "gpu-lab": "Shares of a GPU are served by KVM on Enterprise Linux alone, although the team runs XCP-ng and Debian.",
    "home-lab": "The machine does other things too, and its owner knows Debian.",
    "oracle-estate": "Licences follow pinned processors, which Oracle accepts of its own KVM only.",
}


@dataclass(frozen=True, kw_only=True)
class Mutation:
    """A change to one fact or wish, and the hypervisor, or platform, that has to win with it."""

    example: str
    what: str
    estate: Callable[[Estate], Estate] = lambda estate: estate
    policy: Callable[[Policy], Policy] = lambda policy: policy
    winner: str


def decision_of(estate, policy):
    analysis = analyse(estate, policy, TODAY)
    (decision,) = analysis.decisions
    hypervisors = {platform.id: platform.hypervisor for platform in analysis.platforms}
    return decision, hypervisors[decision.winner]


def each_host(**facts):
    return lambda estate: replace(estate, hosts=tuple(replace(host, **facts) for host in estate.hosts))


def first_vm(**facts):
    return lambda estate: replace(estate, vms=(replace(estate.vms[0], **facts), *estate.vms[1:]))


def each_vm(**facts):
    return lambda estate: replace(estate, vms=tuple(replace(vm, **facts) for vm in estate.vms))


def deciding(**facts):
    return lambda policy: replace(policy, decision=replace(policy.decision, **facts))


def as_esxi(estate):
    """The same machines with ESXi on them."""
    clusters = tuple(
        replace(one, hypervisor=HypervisorKind.ESXI, manager=ManagerKind.NONE) for one in estate.clusters
    )
    return replace(each_host(hypervisor=HypervisorKind.ESXI, version="8.0.3")(estate), clusters=clusters)


MUTATIONS = [
    Mutation(
        example="esxi-free",
        what="the team knows XCP-ng, and wants its pool, HA and backup",
        policy=deciding(skills=("xcp-ng",), wants=("pool", "ha", "backup")),
        winner=XCP,
    ),
    Mutation(example="xenserver-pool", what="a VM runs VMs itself", estate=first_vm(nested=True), winner=KVM),
    Mutation(
        example="citrix-desktops",
        what="a desktop runs VMs itself (WSL 2)",
        estate=first_vm(nested=True),
        winner=KVM,
    ),
    Mutation(
        example="citrix-desktops",
        what="ESXi instead of XenServer, and neither skills nor wishes",
        estate=as_esxi,
        policy=deciding(skills=(), wants=()),
        winner=KVM,
    ),
    Mutation(
        example="openstack-shop", what="no OpenStack", policy=deciding(wants=("pool", "ha")), winner=XCP
    ),
    Mutation(
        example="arm-edge",
        what="x86 processors",
        estate=each_host(
            cpu=Cpu(vendor="AuthenticAMD", cores=16, flags=("lm", "svm", "npt", "sse4_2", "avx2"))
        ),
        winner=XCP,
    ),
    Mutation(
        example="gpu-lab",
        what="whole GPUs instead of shares",
        estate=each_vm(passthrough=(Passthrough(kind=PassthroughKind.GPU, description="NVIDIA A40"),)),
        winner=XCP,
    ),
    Mutation(
        example="home-lab",
        what="the owner knows Red Hat instead of Debian",
        policy=deciding(skills=("rhel",)),
        winner="kvm-el-10",
    ),
    Mutation(
        example="home-lab",
        what="nothing else runs on the machine, and it shall have backup, HA and a pool, which the owner knows",
        policy=deciding(skills=("xcp-ng",), wants=("backup", "ha", "pool", "web-console")),
        winner=XCP,
    ),
    Mutation(
        example="oracle-estate",
        what="no licences by processors, but a pool with HA and backup",
        policy=deciding(wants=("ha", "pool", "backup", "web-console"), skills=("xcp-ng",)),
        winner=XCP,
    ),
]


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda one: f"{one.example}: {one.what}")
def test_the_deciding_fact_decides(mutation):
    estate, policy = read(ROOT / "inventories" / mutation.example)
    before, _ = decision_of(estate, policy)
    after, hypervisor = decision_of(mutation.estate(estate), mutation.policy(policy))
    assert mutation.winner in {after.winner, hypervisor}
    assert after.winner != before.winner


def test_every_example_has_a_story_and_a_mutation():
    assert {mutation.example for mutation in MUTATIONS} == set(STORIES) - {"datacentre"}


def test_the_clusters_of_the_datacentre_follow_what_one_of_them_runs():
    """Debian on the hosts of the KVM cluster instead: that cluster stays, and the others join it."""
    estate, policy = read(ROOT / "inventories" / "datacentre")
    debian = replace(
        estate,
        hosts=tuple(
            replace(host, version="Debian GNU/Linux 13", edition=None) if host.hypervisor is KVM else host
            for host in estate.hosts
        ),
    )
    assert {decision.winner for decision in analyse(estate, policy, TODAY).decisions} == {"kvm-el-10"}
    assert {decision.winner for decision in analyse(debian, policy, TODAY).decisions} == {
        None,
        "kvm-debian-13",
    }


def page() -> str:
    parts = [HEAD]
    for name, story in STORIES.items():
        console = Console(width=110, color_system=None)
        with console.capture() as captured:
            analysis = analyse(*read(ROOT / "inventories" / name), TODAY)
            for line in decision_lines(analysis.estate.clusters, analysis.platforms, analysis.decisions):
                console.print(line)
        text = "\n".join(line.rstrip() for line in captured.get().splitlines())
        parts.append(
            f"## {name}\n{story} [`inventories/{name}`](../../inventories/{name})\n\n```text\n{text}\n```\n"
        )
    return "\n".join(parts)


HEAD = """# Decisions of the examples
Three example estates, and six small ones that pull in different directions. What follows is what `planner decide` prints for them; a test
draws this page, and others change the fact that decides and see that the decision changes.

    planner decide inventories/openstack-shop
    planner decide inventories/openstack-shop --what-if 'decision.wants=[pool, ha]'
"""


def test_the_page_is_what_the_planner_says(file_regression):
    file_regression.check(page(), fullpath=ROOT / "docs" / "decisions" / "examples.md")
