"""What each step takes part in, and how many steps at once each of those may have."""

from planner.knowledge import conversion_slots, converts
from planner.model.cutover import cuts_over
from planner.model.media import shared_media, written_media
from planner.model.plan import Plan, Step, StepKind
from planner.model.uplinks import lines


class Caps:
    """The caps of a plan's policy; what has no cap is not named."""

    def __init__(self, plan: Plan) -> None:
        self._transfers, self._installs = plan.policy.transfers, plan.policy.install.at_once
        self._vms = {vm.id: vm for vm in plan.estate.vms}
        self._local = {store.id for store in plan.estate.datastores if store.shared is False}
        self._policy, self._routes = plan.policy, {route.vm: route for route in plan.routes}
        self._hosts = {host.id: host for host in plan.estate.hosts}
        self._lines = lines(plan.policy.transfers.uplinks, plan.estate.hosts, plan.estate.clusters)
        self._written = written_media(
            storage for placement in plan.placements for storage in placement.storages
        )

    def of(self, step: Step) -> dict[str, int]:
        """Names of what a step takes part in, with their caps."""
        if step.vm is None:
            installs = step.kind in {StepKind.INSTALL, StepKind.UPGRADE}
            return {"installs": self._installs} if installs and self._installs else {}
        media = shared_media(self._vms[step.vm], step.disks, self._local, self._written)
        caps = {f"host {host}": self._transfers.per_host for host in (step.source, step.destination) if host}
        if self._transfers.per_datastore:
            caps |= {f"datastore {medium}": self._transfers.per_datastore for medium in sorted(media)}
        most = self._policy.waves.cutovers_at_once
        if most and cuts_over(step.kind, self._vms[step.vm], self._routes.get(step.vm)):
            caps["cutovers"] = most
        if converts(step.kind, self._routes.get(step.vm)):
            host = self._hosts[step.destination] if step.destination else None
            caps[f"converter {step.destination}"] = conversion_slots(host, self._policy)
        caps |= {
            line.key: line.uplink.at_once
            for line in self._lines
            if line.carries(step.source, step.destination)
        }
        return caps | ({"transfers": self._transfers.at_once} if self._transfers.at_once else {})
