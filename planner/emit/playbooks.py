"""The playbooks of a bundle: preflight, one a wave, its way back, and site.yml that runs them in order."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final

import networkx as nx

from planner.emit.names import CROSSINGS, EVERY_SOURCE, group_of
from planner.emit.roles import READ_OVER_SSH
from planner.emit.sections import VM_STEPS, Section, runs_on
from planner.emit.yaml import dump
from planner.model.plan import Plan, StepId, StepKind, Wave, WaveId
from planner.model.texts import Maker, Text

Play = dict[str, Any]

# What a play of each kind is called; the kind is its tag.
_TITLES: Final = {
    StepKind.RELOCATE: "Relocate VMs within the source",
    StepKind.RETIRE: "Save the configuration of emptied hosts",
    StepKind.INSTALL: "Install hosts",
    StepKind.CONFIGURE: "Configure hosts",
    StepKind.UPGRADE: "Upgrade hosts in place",
    StepKind.MOVE: "Move VMs to the target",
    StepKind.PARK: "Park VMs on shared storage",
    StepKind.UNPARK: "Bring parked VMs back",
    StepKind.REBALANCE: "Move VMs to their final host",
    StepKind.RETURN: "Prove that borrowed hosts are empty",
}
_GUARD: Final = [
    {
        "name": "Refuse a step that the plan knows too little for",
        "ansible.builtin.assert": {
            "that": "planner_blockers | length == 0",
            "fail_msg": "{{ planner_blockers | join(' ') }}",
            "quiet": True,
        },
        "tags": ["always"],
    }
]
# The bundle's callback plugin looks for these marks: a step is done when every task before the mark went well.
_MARKS: Final = {
    "done": "Note in the journal that the step is done",
    "failed": "Note in the journal that the step has failed",
    "undone": "Note in the journal that the step was taken back",
}
_WAIVERS: Final = {
    "name": "Look at the waivers that the plan rests on",
    "hosts": "localhost",
    "gather_facts": False,
    "tasks": [
        {
            "name": "Refuse a plan whose waivers have expired",
            "ansible.builtin.assert": {
                "that": "planner_waivers | selectattr('until', 'lt', now(fmt='%Y-%m-%d')) | length == 0",
                "fail_msg": "A finding was accepted until a day that has passed: {{ planner_waivers | to_json }}. Plan again.",
                "quiet": True,
            },
        }
    ],
    "tags": ["always"],
}
_HANDLERS: Final = (
    {"name": "Run what the roles have left to the end", "ansible.builtin.meta": "flush_handlers"},
)
_ROLES: Final = {
    "vm_access": "Let the receiving host read the source",
    "vm_preflight": "Look at the VM before anything is touched",
}


def playbooks(plan: Plan, sections: Mapping[WaveId, tuple[Section, ...]]) -> dict[str, Text | Maker]:
    """Relative path to YAML of every playbook."""
    waves = plan.schedule.waves
    undone = [wave for wave in waves if any(section.kind in CROSSINGS for section in sections[wave.id])]
    return {
        "site.yml": dump([_import("preflight.yml"), *(_import(f"waves/{wave.id}.yml") for wave in waves)]),
        "preflight.yml": dump(_preflight()),
        **{f"waves/{wave.id}.yml": partial(_wave, wave, sections[wave.id]) for wave in waves},
        **{f"rollback/{wave.id}.yml": partial(_rollback, wave, sections[wave.id]) for wave in undone},
    }


def _import(path: str) -> Play:
    return {"name": f"Run {path}", "ansible.builtin.import_playbook": path}


def _preflight() -> list[Play]:
    """Read-only: the waivers still hold, and every host as it is now lets the controller in."""
    reach = {
        "name": "Log in and do nothing",
        "ansible.builtin.raw": "true",
        "changed_when": False,
        "check_mode": False,
    }
    return [
        _WAIVERS,
        {
            "name": "Reach every host that runs a hypervisor now",
            "hosts": EVERY_SOURCE,
            "gather_facts": False,
            "tasks": [reach],
            "tags": ["preflight"],
        },
    ]


def _wave(wave: Wave, sections: tuple[Section, ...]) -> str:
    """One play, in which every host goes its own way: its tasks wait for nothing but the turns of its own steps."""
    titles = list(dict.fromkeys(_TITLES[section.kind] for section in sections))
    title = ", then ".join([titles[0], *(title[0].lower() + title[1:] for title in titles[1:])])
    return dump(
        [
            {
                "name": f"{title} ({wave.id})",
                "hosts": group_of(wave.id),
                "gather_facts": False,
                "strategy": "ansible.builtin.host_pinned",
                "vars": {"planner_wave": wave.id},
                "tasks": list(_tasks(sections)),
            }
        ]
    )


def _tasks(sections: tuple[Section, ...]) -> Iterator[Play]:
    for place, section in enumerate(sections):
        yield _section(section, among=sections)
        later = sections[place + 1 :]
        on_later = {runs_on(step) for other in later for step in other.steps}
        if later and not on_later.issuperset(map(runs_on, section.steps)):
            groups = " + ".join(f"groups['{other.group}']" for other in later)
            yield {
                "name": "Be done with hosts that have no other step in this wave",
                "ansible.builtin.meta": "end_host",
                "when": f"inventory_hostname not in {groups}",
                "tags": ["always"],
            }


def _section(section: Section, *, among: tuple[Section, ...]) -> Play:
    """The steps of one kind: each takes its turn, does its work, and says how that went."""
    of_vms = section.kind in VM_STEPS
    where = {"when": f"inventory_hostname in groups['{section.group}']"} if len(among) > 1 else {}
    return {
        "name": _TITLES[section.kind],
        **where,
        "tags": [section.kind.value],
        "block": [
            {
                "name": "Wait for the step's turn, and note in the journal that it begins",
                "planner_turn": {"wave": str(section.wave.id), "kind": section.kind.value},
            },
            *(_GUARD if of_vms else ()),
            *map(_role, _before(section)),
            *map(_role, section.roles),
            *(() if of_vms else _HANDLERS),
            _mark("done"),
        ],
        "rescue": [
            {**_mark("failed"), "tags": ["always"]},
            {
                "name": "Give the step up",
                "ansible.builtin.fail": {
                    "msg": "{{ ansible_failed_result.msg | default('A task failed.') }}"
                },
                "tags": ["always"],
            },
        ],
    }


def _before(section: Section) -> tuple[str, ...]:
    """Before a VM crosses, the host that receives it is let in at the source and looks at it, changing nothing there.

    In the step's turn, not before: until then that host may not exist.
    """
    if section.kind not in CROSSINGS:
        return ()
    return (*(("vm_access",) if READ_OVER_SSH.intersection(section.roles) else ()), "vm_preflight")


def _role(role: str) -> Play:
    return {"name": _ROLES.get(role, f"Run the role {role}"), "ansible.builtin.import_role": {"name": role}}


def _mark(event: str) -> Play:
    return {
        "name": _MARKS[event],
        "ansible.builtin.debug": {"msg": event},
        "vars": {"planner_journal": event},
    }


def _rollback(wave: Wave, sections: tuple[Section, ...]) -> str:
    """The moves of a wave undone, the last one first: nothing is taken from under what needs it."""
    moves = {step.id: step for section in sections if section.kind in CROSSINGS for step in section.steps}
    needed: nx.DiGraph[StepId] = nx.DiGraph()
    needed.add_nodes_from(moves)
    needed.add_edges_from((need, step.id) for step in moves.values() for need in step.needs if need in moves)
    return dump(
        [
            {
                "name": f"Undo moves of {wave.id}",
                "hosts": sorted(generation),
                "gather_facts": False,
                "roles": [{"role": "vm_rollback"}],
                "post_tasks": [_mark("undone")],
                "tags": ["rollback"],
            }
            for generation in reversed(list(nx.topological_generations(needed)))
        ]
    )
