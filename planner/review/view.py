"""The view: everything that a review shows, computed once; renderers read only this.

Names in it are harmless text already (`words.plain`), seconds and bytes are numbers for renderers to format.
"""

from dataclasses import dataclass

from planner.review.drawing import CapacityChart, Gantt


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A moment: seconds from the start of the plan, the same as text, and the date if the plan has one."""

    seconds: int
    offset: str
    date: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreCell:
    """A candidate's score (0 to 10) for one criterion and why; both None where it was not weighed."""

    score: int | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreRow:
    """One criterion with a cell for each candidate."""

    criterion: str
    weight: int
    cells: tuple[ScoreCell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateView:
    """A target that was considered. `role` is winner, runner-up, vetoed or empty."""

    title: str
    total: int
    role: str
    vetoes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LowWater:
    """The least memory that a side has left above its reserve, and when."""

    side: str
    free_bytes: int
    limit_bytes: int
    when: When
    step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HostView:
    """A host before and after. `order` counts conversions of its cluster from 1; None: not converted."""

    id: str
    name: str
    cluster: str
    before: str
    after: str
    order: int | None
    borrowed: bool
    out: When | None
    out_seconds: int
    memory_bytes: int | None
    target_memory_bytes: int | None
    install_disk: str | None
    vms_before: tuple[str, ...]
    vms_after: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterView:
    """A cluster's decision and what it leads to. `kept`: nothing happens to it."""

    name: str
    anchor: str
    source: str
    target: str
    kept: bool
    strategy: str
    strategy_meaning: str
    reasons: tuple[str, ...]
    runner_up: str | None
    flips: tuple[str, ...]
    confidence: int
    candidates: tuple[CandidateView, ...]
    scores: tuple[ScoreRow, ...]
    hosts: tuple[HostView, ...]
    order: tuple[str, ...]
    borrowing: str | None
    low_water: tuple[LowWater, ...]
    bound: str | None
    charts: tuple[CapacityChart, ...]
    gantt: Gantt | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingView:
    """A finding. `standing` is blocks, waived, warning or information; `targets` are the platforms that it holds for.

    It has none when it holds whatever the target. `cluster` is the name of its subject's, where it has one.
    """

    rule: str
    severity: str
    standing: str
    kind: str
    subject: str
    message: str
    why: str
    remedy: str
    facts: tuple[tuple[str, str], ...]
    command: str | None
    evidence: str | None
    waiver: str | None
    targets: tuple[str, ...] = ()
    cluster: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleView:
    """The findings of one rule and standing together."""

    rule: str
    standing: str
    message: str
    remedy: str
    subjects: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """A step as people read it: `symbol` and `verb` say what it does, `subject` to what, `way` from where to where."""

    id: str
    kind: str
    symbol: str
    verb: str
    subject: str
    way: str
    when: When
    duration: int
    p90: int
    downtime: int
    downtime_p90: int
    live: bool
    bytes: int
    bottleneck: str | None
    storages: tuple[str, ...]
    needs: tuple[str, ...]
    reason: str
    way_back: str
    no_return: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveView:
    """A wave: what is approved, run and stopped together. `longest_downtime` is that of its worst VM.

    `after` are the waves that must be done before it begins, `beside` those of whose steps its own need some.
    """

    id: str
    title: str
    cluster: str
    pilot: bool
    reason: str
    when: When
    duration: int
    p90: int
    failure_budget: int
    after: tuple[str, ...]
    beside: tuple[str, ...]
    longest_downtime: int
    longest_downtime_p90: int
    counts: str
    steps: tuple[StepView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VmView:
    """A VM's journey. `start` None: it is not touched; `downtime` sums all its steps."""

    name: str
    cluster: str
    wave: str | None
    before: str
    after: str
    guest: str | None
    memory_bytes: int | None
    bytes: int
    transport: str
    live: bool
    start: When | None
    downtime: int
    downtime_p90: int
    reason: str
    commands: tuple[str, ...]
    preconditions: tuple[str, ...]
    losses: tuple[str, ...]
    rejected: tuple[tuple[str, str], ...]
    storages: tuple[str, ...]
    depends_on: tuple[str, ...]
    is_needed: bool
    way_back: str | None
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyView:
    """VMs that belong together when they move. `firmness` says what became of it, `waves` are those in which they cross."""

    vms: str
    cluster: str
    firmness: str
    why: str
    waves: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoReturn:
    """A step after which something cannot be undone."""

    step: str
    subject: str
    when: When
    what: str
    way_back: str
    wave: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The makespan against its lower bound, which no plan of the same moves can beat; gap in percent."""

    makespan: int
    makespan_p90: int
    lower: int | None
    gap_percent: int | None
    binding: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ViolationView:
    """A constraint that the replay found broken."""

    constraint: str
    step: str | None
    subject: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What the plan does, counted. `there` are VMs that have crossed before it and that it does not touch."""

    installs: int
    upgrades: int
    returns: int
    crossings: int
    relocations: int
    parked: int
    there: int
    untouched: int
    downtime: int
    downtime_p90: int
    bytes: int
    blocking: int
    waived: int
    warnings: int
    notes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A whole review. `closing` is its last line, `verdict` what the replay says, `before` what earlier plans have done.

    `dependencies` are pairs of positions in `vms`, counted from 1: the first needs the second.
    """

    estate: str
    digest: str
    start: str | None
    end: When
    end_p90: When
    accepted: bool
    verdict: str
    before: tuple[str, ...]
    closing: str
    totals: Totals
    bounds: Bounds
    clusters: tuple[ClusterView, ...]
    rules: tuple[RuleView, ...]
    findings: tuple[FindingView, ...]
    waves: tuple[WaveView, ...]
    vms: tuple[VmView, ...]
    dependencies: tuple[tuple[int, int], ...]
    companies: tuple[CompanyView, ...]
    no_returns: tuple[NoReturn, ...]
    violations: tuple[ViolationView, ...]
    unknowns: tuple[str, ...]
    overview: Gantt | None
