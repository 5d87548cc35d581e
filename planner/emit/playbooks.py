"""The playbooks of a bundle: preflight, one a wave, its way back, and site.yml that runs them in order."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, Final

from planner.emit.batches import Batch
from planner.emit.names import CROSSINGS, EVERY_SOURCE, source_name
from planner.emit.yaml import dump
from planner.model.plan import Plan, Step, StepKind, WaveId
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
# The bundle's callback plugin looks for these marks: a step is done when every task before the last mark went well.
_MARKS: Final = {
    "begun": "Note in the journal that the step begins",
    "done": "Note in the journal that the step is done",
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
VM_STEPS: Final = {
    StepKind.RELOCATE,
    StepKind.MOVE,
    StepKind.PARK,
    StepKind.UNPARK,
    StepKind.REBALANCE,
}
_READ_OVER_SSH: Final = {"vm_move_kvm", "vm_move_xcpng"}


def playbooks(plan: Plan, batches: Mapping[WaveId, tuple[Batch, ...]]) -> dict[str, Text | Maker]:
    """Relative path to YAML of every playbook."""
    waves = [wave.id for wave in plan.schedule.waves]
    undone = [wave for wave in waves if any(batch.kind in CROSSINGS for batch in batches[wave])]
    return {
        "site.yml": dump([_import("preflight.yml"), *(_import(f"waves/{wave}.yml") for wave in waves)]),
        "preflight.yml": dump(_preflight()),
        **{f"waves/{wave}.yml": partial(_wave, batches[wave]) for wave in waves},
        **{f"rollback/{wave}.yml": partial(_rollback, batches[wave]) for wave in undone},
    }


def _import(path: str) -> Play:
    return {"name": f"Run {path}", "ansible.builtin.import_playbook": path}


def runs_on(step: Step) -> str:
    """The inventory name that a step's play addresses: the step's own for VMs, else the host's."""
    if step.kind in VM_STEPS:
        return step.id
    return source_name(step.host) if step.kind is StepKind.RETIRE and step.host else str(step.host)


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


def _wave(batches: Iterable[Batch]) -> str:
    return dump([play for batch in batches for play in (*_access(batch), *_look(batch), _play(batch))])


def _look(batch: Batch) -> tuple[Play, ...]:
    """Before VMs cross, the host that receives them looks at each; it may not have existed before this wave."""
    if batch.kind not in CROSSINGS:
        return ()
    return (
        {
            "name": f"Look at the VMs before anything is touched ({batch.wave.id}, batch {batch.number})",
            "hosts": batch.group,
            "gather_facts": False,
            "any_errors_fatal": True,
            "pre_tasks": _GUARD,
            "roles": [{"role": "vm_preflight"}],
            "tags": ["preflight", batch.kind.value],
        },
    )


def _access(batch: Batch) -> tuple[Play, ...]:
    """Before VMs are read from their sources, the receiving hosts are let in there, once a host."""
    if not _READ_OVER_SSH.intersection(batch.roles):
        return ()
    return (
        {
            "name": f"Let the receiving hosts read their sources ({batch.wave.id}, batch {batch.number})",
            "hosts": f"{batch.group}_receivers",
            "gather_facts": False,
            "vars": {"vm_access_sources": f"{{{{ planner_sources['{batch.group}'] }}}}"},
            "roles": [{"role": "vm_access"}],
            "tags": [batch.kind.value],
        },
    )


def _play(batch: Batch) -> Play:
    guard = _GUARD if batch.kind in VM_STEPS else []
    play: Play = {
        "name": f"{_TITLES[batch.kind]} ({batch.wave.id}, batch {batch.number})",
        "hosts": batch.group,
        "gather_facts": False,
        **_stop_rule(batch),
        **_named_otherwise(batch),
        "tags": [batch.kind.value],
    }
    return {
        **play,
        "pre_tasks": [*guard, _mark("begun")],
        "roles": [{"role": role} for role in batch.roles],
        "post_tasks": [_mark("done")],
    }


def _mark(event: str) -> Play:
    return {
        "name": _MARKS[event],
        "ansible.builtin.debug": {"msg": event},
        "vars": {"planner_journal": event},
    }


def _named_otherwise(batch: Batch) -> Play:
    """The steps of hosts that are not called like their step."""
    named = {runs_on(step): str(step.id) for step in batch.steps if runs_on(step) != step.id}
    return {"vars": {"planner_steps": named}} if named else {}


def _stop_rule(batch: Batch) -> Play:
    """Hosts one by one, VMs together; more failures than the wave's budget stop the run."""
    if batch.kind not in VM_STEPS:
        return {"serial": 1, "any_errors_fatal": True, "max_fail_percentage": 0}
    return {"max_fail_percentage": 100 * batch.wave.failure_budget // len(batch.steps)}


def _rollback(batches: tuple[Batch, ...]) -> str:
    """The moves of a wave undone, the last one first."""
    return dump(
        [
            {
                "name": f"Undo the moves of {batch.wave.id}, batch {batch.number}",
                "hosts": batch.group,
                "gather_facts": False,
                "roles": [{"role": "vm_rollback"}],
                "post_tasks": [_mark("undone")],
                "tags": ["rollback"],
            }
            for batch in reversed(batches)
            if batch.kind in CROSSINGS
        ]
    )
