"""A hit and a miss for each row of planner/knowledge/settings.yml; a setting that only copies lose, on a route that keeps it."""

from planner.knowledge.settings import Loss, SettingFact, setting_facts
from planner.model.setting import Setting, SettingKind
from tests.assess.assess_estates import World

OTHER = {kind: next(other for other in SettingKind if other is not kind) for kind in SettingKind}


def with_setting(fact: SettingFact, kind: SettingKind) -> World:
    settings = (Setting(kind=kind, value="as it was"), Setting(kind=kind))
    return World(**{str(fact.subject): {"settings": settings}})


def cases_of(fact: SettingFact):
    rule, severity = f"{fact.subject}-{fact.kind}", str(fact.severity)
    yield rule, "set", with_setting(fact, fact.kind), severity
    yield rule, "something else set", with_setting(fact, OTHER[fact.kind]), "-"
    if fact.lost is not Loss.ALWAYS:
        kept = {"settings": (Setting(kind=fact.kind),)}
        upgraded = World(source="xenserver", vm=kept)
        yield rule, "XenServer, upgraded in place or left", upgraded, f"{severity}/-"
        to_kvm = "-" if fact.lost is Loss.REDEFINED else severity
        yield (
            rule,
            "KVM, copied with its definition",
            World(source="old-kvm", vm=kept),
            f"{to_kvm}/{severity}",
        )


SETTING_CASES = [case for fact in setting_facts() for case in cases_of(fact)]
