"""Which VM of vInfo a row of another sheet speaks of: proven by an id, or by an unambiguous name."""

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass

from planner.read.rvtools.export import Export, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class VmIndex:
    """Rows of vInfo by everything that can identify a VM. An ambiguous key leads to None."""

    by_id: Mapping[Hashable, Row | None]
    by_uuid: Mapping[Hashable, Row | None]
    by_name: Mapping[Hashable, Row | None]

    def find(self, row: Row) -> Row | None:
        """The VM that `row` speaks of, or None when that is not certain.

        An id decides alone. Without one the name must be unique, and host and cluster must agree wherever
        the row gives them: some exports are anonymised sheet by sheet and reuse names.
        """
        if (vm_id := row.text("vm_id")) is not None:
            server = row.text("server")
            return self.by_id.get((server, vm_id) if server else vm_id)
        if (uuid := row.text("vm_uuid")) is not None and uuid.lower() in self.by_uuid:
            return self.by_uuid[uuid.lower()]
        vm = self.by_name.get(row.name("vm"))
        agrees = vm is not None and all(
            row.text(field) in (None, vm.text(field)) for field in ("host", "cluster")
        )
        return vm if agrees else None


def index_vms(rows: tuple[Row, ...]) -> VmIndex:
    """The index of the rows of vInfo; a VM ID that stands twice in one vCenter is a problem of its row."""
    seen: dict[Hashable, Row] = {}
    for row in rows:
        if (vm_id := row.text("vm_id")) is None:
            continue
        first = seen.setdefault((row.text("server"), vm_id), row)
        if first is not row:
            row.refuse("vm_id", f"VM ID {vm_id} stands already in row {first.number}: delete one of the two")
    by_id = _unique([(row.text("vm_id"), row) for row in rows])
    return VmIndex(
        by_id=by_id | seen,
        by_uuid=_unique([((row.text("vm_uuid") or "").lower() or None, row) for row in rows]),
        by_name=_unique([(row.name("vm"), row) for row in rows]),
    )


def join(export: Export, sheet: str, vms: VmIndex) -> tuple[dict[int, list[Row]], bool]:
    """Rows of `sheet` by the number of their VM's row in vInfo, and whether every row found its VM.

    Rows without a VM are counted in the export's notes.
    """
    joined: dict[int, list[Row]] = {}
    lost = 0
    for row in export.rows(sheet):
        vm = vms.find(row)
        if vm is None:
            lost += 1
        else:
            joined.setdefault(vm.number, []).append(row)
    if lost:
        total = sum(map(len, joined.values())) + lost
        name = next(export.rows(sheet)).place.sheet
        export.notes.append(f"{name}: {lost} of {total} rows belong to no VM of vInfo for certain; left out")
    return joined, not lost


def _unique(pairs: list[tuple[str | None, Row]]) -> dict[Hashable, Row | None]:
    counts = Counter(key for key, _ in pairs)
    return {key: row if counts[key] == 1 else None for key, row in _known(pairs)}


def _known(pairs: list[tuple[str | None, Row]]) -> Iterator[tuple[str, Row]]:
    return ((key, row) for key, row in pairs if key is not None)
