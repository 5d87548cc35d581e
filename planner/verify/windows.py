"""Windows: every minute of a wave, as long as it takes at p90, lies in a window and on no frozen day."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from planner.model.plan import StepId, Wave
from planner.model.policy import Weekday, Window
from planner.verify.complaint import Complaint
from planner.verify.givens import Givens
from planner.verify.waves import spans

_MINUTE = timedelta(minutes=1)


def inside(givens: Givens) -> dict[StepId, list[Complaint]]:
    """Waves that run, or at p90 still run, when they must not."""
    policy = givens.plan.policy.windows
    found: dict[StepId, list[Complaint]] = defaultdict(list)
    if not policy.open and not policy.freezes:
        return found
    of_waves = spans(givens)
    for wave in givens.plan.schedule.waves:
        if wave.id not in of_waves:
            continue
        closed = next(_closed(givens, wave, of_waves[wave.id].start, of_waves[wave.id].end), None)
        if closed is not None:
            found[of_waves[wave.id].first].append(Complaint(wave.id, closed))
    return found


def _closed(givens: Givens, wave: Wave, start: int, end: int) -> Iterator[str]:
    """What is wrong with each minute of a wave that is not open."""
    policy, cluster = givens.plan.policy.windows, givens.clusters[wave.cluster].name
    if givens.plan.start is None:
        yield "has no date, so nobody knows whether it keeps to its windows"
        return
    zone = ZoneInfo(policy.timezone)
    origin = datetime.fromisoformat(givens.plan.start).replace(tzinfo=zone).astimezone(UTC)
    windows = [window for window in policy.open if cluster in window.clusters]
    windows = windows or [window for window in policy.open if not window.clusters]
    slow = -(-(end - start) * givens.plan.policy.timing.spread_percent // 100)
    moment, last = origin + timedelta(seconds=start), origin + timedelta(seconds=start + slow)
    while moment < last:
        there = moment.astimezone(zone)
        frozen = [f for f in policy.freezes if f.first <= there.date().isoformat() <= f.last]
        if frozen:
            yield f"runs on {there:%Y-%m-%d}, which is frozen: {frozen[0].why}"
        elif windows and not any(_open(window, there.date(), f"{there:%H:%M}") for window in windows):
            yield f"runs, or at p90 still runs, at {there:%a %Y-%m-%d %H:%M}, outside the windows of {cluster}"
        moment += _MINUTE


def _open(window: Window, day: date, clock: str) -> bool:
    """Whether a window of that day, or of the night before, is open at a time (HH:MM)."""
    today = tuple(Weekday)[day.weekday()] in window.days
    yesterday = tuple(Weekday)[day.weekday() - 1] in window.days
    if window.opens < window.closes:
        return today and window.opens <= clock < window.closes
    return (today and clock >= window.opens) or (yesterday and clock < window.closes)
