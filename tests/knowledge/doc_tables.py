"""Tables in the manual that are made from data: `<!-- table: name -->`, then the table, checked by tests.

`python -m tests.knowledge.doc_tables` writes them anew.
"""

import re
from pathlib import Path

from planner import knowledge
from planner.knowledge.document import document
from planner.model.kinds import HypervisorKind
from planner.model.plan import Transport
from planner.units import GIB, format_rate

DOCS = Path(__file__).parent.parent.parent / "docs"
FILES = ("decision.md", "routes.md")


def table(header, rows):
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def gib(size_bytes):
    return f"{size_bytes / GIB:.0f} GiB"


def platforms():
    def shown(value, show):
        return "-" if value is None else show(value)

    return table(
        ["id", "what", "supported until", "vCPUs", "memory", "disk", "host disk", "processor flags"],
        [
            (
                f"`{p.id}`",
                p.title,
                p.supported_until,
                shown(p.max_vcpus, str),
                shown(p.max_memory_bytes, gib),
                shown(p.max_disk_bytes, gib),
                f"at least {gib(p.min_host_disk_bytes)}",
                ", ".join(" or ".join(any_of) for any_of in p.required_cpu_flags),
            )
            for p in knowledge.load_platforms()
        ],
    )


def criteria():
    return table(
        ["criterion", "weight", "a high score means"],
        [(f"`{c.id}`", c.weight, c.meaning) for c in knowledge.criteria()],
    )


def wants():
    def offer(want, kind):
        return f"{want.scores[kind]}: {want.reasons[kind]}"

    return table(
        ["wish", "counts in", "meaning", "KVM", "XCP-ng", "read in"],
        [
            (
                f"`{w.id}`",
                f"`{w.criterion}`",
                w.meaning,
                offer(w, HypervisorKind.KVM),
                offer(w, HypervisorKind.XCPNG),
                f"{w.source}, {w.date}" + (", unverified" if w.confidence == "unverified" else ""),
            )
            for w in knowledge.wants()
        ],
    )


def routes(source):
    def grounds(row):
        texts = [knowledge.circumstance_text(name, value=value) for name, value in row.when.items()]
        return " and ".join(texts) or "otherwise"

    return table(
        ["to", "when", "transport", "why"],
        [
            (row.target, grounds(row), f"`{row.transport}`" if row.transport else "-", row.reason)
            for row in knowledge.route_rows()
            if row.sources[0] is source
        ],
    )


def transports():
    return table(
        ["transport", "what", "live", "rate", "where the rate is from"],
        [
            (
                f"`{kind}`",
                knowledge.transport(kind).title,
                "yes" if knowledge.transport(kind).live else "no",
                format_rate(knowledge.transport(kind).rate_bytes),
                knowledge.transport(kind).rate_source,
            )
            for kind in Transport
        ],
    )


def ports():
    def grounds(row):
        when = " and ".join(", ".join(values) for values in row.get("when", {}).values())
        return f"{when or 'always'}{', if you want it' if row.get('optional') else ''}"

    return table(
        ["from", "to", "ports", "what for", "when", "source"],
        [
            (row["from"], row["to"], ", ".join(row["ports"]), row["purpose"], grounds(row), row["source"])
            for row in document("ports.yml")["ports"]
        ],
    )


TABLES = {
    "ports": ports,
    "platforms": platforms,
    "criteria": criteria,
    "wants": wants,
    "transports": transports,
    **{
        str(kind): lambda kind=kind: routes(kind)
        for kind in (
            HypervisorKind.ESXI,
            HypervisorKind.XENSERVER,
            HypervisorKind.XEN,
            HypervisorKind.KVM,
            HypervisorKind.PROXMOX,
        )
    },
}
_MARK = re.compile(r"<!-- table: (\S+) -->\n(?:\n(?:\|.*\n)+)?")


def filled(text):
    """The text with every table made anew."""
    return _MARK.sub(lambda mark: f"<!-- table: {mark[1]} -->\n\n{TABLES[mark[1]]()}\n", text)


def sources_shown():
    """Every first source of a route row, each of which needs a table."""
    return {row["from"][0] for row in document("routes.yml")["table"]}


if __name__ == "__main__":
    for name in FILES:
        path = DOCS / name
        path.write_text(filled(path.read_text("utf-8")), "utf-8")
