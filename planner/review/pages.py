"""How a review is split into files: one page of a few thousand VMs opens, one of a hundred thousand does not."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, TypeVar

from planner.model.codec import to_bytes
from planner.model.texts import Maker, Text
from planner.review.html import Link, html
from planner.review.markdown import markdown
from planner.review.view import ClusterView, CompanyView, FindingView, NoReturn, View, VmView, WaveView

HTML: Final = "review/index.html"
MARKDOWN: Final = "review/REVIEW.md"
DATA: Final = "review/view.json"
MOST_VMS: Final = 5_000
"""VMs that one page shows; where there are more, each cluster has its own."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """What a view has of each cluster, by the cluster's name."""

    findings: Mapping[str | None, tuple[FindingView, ...]]
    waves: Mapping[str | None, tuple[WaveView, ...]]
    vms: Mapping[str | None, tuple[VmView, ...]]
    no_returns: Mapping[str | None, tuple[NoReturn, ...]]
    companies: Mapping[str | None, tuple[CompanyView, ...]]


def pages(shown: View, most_vms: int = MOST_VMS) -> dict[str, Text | Maker]:
    """Every file of the review of a view: HTML, the Markdown for a pull request, and the view itself.

    With more than `most_vms` VMs the files say what holds for the whole, and each cluster has a page and a view of its own
    beside them: together they say the same.
    """
    if len(shown.vms) <= most_vms:
        return {
            HTML: partial(html, shown),
            MARKDOWN: partial(markdown, shown),
            DATA: partial(to_bytes, shown),
        }
    parts = _parts(shown)
    files: dict[str, Text | Maker] = {}
    for cluster in shown.clusters:
        own = partial(_of_cluster, shown, cluster, parts)
        files[f"review/{cluster.anchor}.html"] = partial(_page, own)
        files[f"review/{cluster.anchor}.json"] = partial(_data, own)
    whole = _whole(shown, parts)
    links = tuple(
        Link(
            path=f"{cluster.anchor}.html",
            name=cluster.name,
            source=cluster.source,
            target=cluster.target,
            waves=len(parts.waves.get(cluster.name, ())),
            vms=len(parts.vms.get(cluster.name, ())),
            findings=len(parts.findings.get(cluster.name, ())),
        )
        for cluster in shown.clusters
    )
    files |= {
        HTML: partial(html, whole, links),
        MARKDOWN: partial(markdown, whole, "the clusters' pages, to which `review/index.html` leads"),
        DATA: partial(to_bytes, whole),
    }
    return files


def _page(own: Callable[[], View]) -> str:
    return html(own(), whole=HTML.rpartition("/")[2])


def _data(own: Callable[[], View]) -> bytes:
    return to_bytes(own())


def _whole(shown: View, parts: _Parts) -> View:
    """The view without what the clusters' own pages show. Findings of no cluster stay."""
    return replace(
        shown,
        clusters=tuple(replace(one, hosts=(), charts=(), gantt=None, scores=()) for one in shown.clusters),
        findings=parts.findings.get(None, ()),
        waves=tuple(replace(wave, steps=()) for wave in shown.waves),
        vms=(),
        dependencies=(),
        companies=(),
        no_returns=(),
    )


def _of_cluster(shown: View, cluster: ClusterView, parts: _Parts) -> View:
    """The part of the view that is about one cluster."""
    return replace(
        shown,
        estate=f"{cluster.name}: {cluster.source}",
        clusters=(cluster,),
        findings=parts.findings.get(cluster.name, ()),
        rules=(),
        waves=parts.waves.get(cluster.name, ()),
        vms=parts.vms.get(cluster.name, ()),
        dependencies=(),
        companies=parts.companies.get(cluster.name, ()),
        no_returns=parts.no_returns.get(cluster.name, ()),
        overview=None,
    )


def _parts(shown: View) -> _Parts:
    cluster_of = {wave.id: wave.cluster for wave in shown.waves}
    return _Parts(
        findings=_grouped(shown.findings, lambda finding: finding.cluster),
        waves=_grouped(shown.waves, lambda wave: wave.cluster),
        vms=_grouped(shown.vms, lambda vm: vm.cluster),
        companies=_grouped(shown.companies, lambda company: company.cluster),
        no_returns=_grouped(shown.no_returns, lambda point: cluster_of.get(point.wave.partition(" ")[0])),
    )


def _grouped(things: Iterable[T], name_of: Callable[[T], str | None]) -> Mapping[str | None, tuple[T, ...]]:
    found: dict[str | None, list[T]] = defaultdict(list)
    for thing in things:
        found[name_of(thing)].append(thing)
    return {name: tuple(of_name) for name, of_name in found.items()}
