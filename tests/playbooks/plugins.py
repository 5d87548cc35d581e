"""The plugins that bundles carry, as modules of the tests."""

import sys

from tests.playbooks.world import ROOT

sys.path.append(str(ROOT / "playbooks/plugin_utils"))
import planner_notes as notes
import planner_turns as turns

__all__ = ["notes", "turns"]
