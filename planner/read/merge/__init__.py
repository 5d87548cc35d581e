"""Several sources of one estate as one: `docs/merging.md` tells by which rules.

identity, marks, names   which sightings are of one thing
components, trust        under which id, and whose word counts
places                   clusters and hosts, and where VMs stand
storage, networks        datastores and networks, as they are meant there
facts, parts             one value of several, and what they disagree upon
whole                    all of it, with every reference
"""

from planner.read.merge.whole import merge

__all__ = ["merge"]
