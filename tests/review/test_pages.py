"""Where there are too many VMs for one page, the pages of the clusters say together what the one page says."""

import json
import re
from pathlib import PurePosixPath

from planner.model.codec import to_data
from planner.review.build import view
from planner.review.pages import DATA, HTML, MARKDOWN, pages
from planner.verify import verify
from tests.plans import hand_made_plan

PLAN = hand_made_plan()
VIEW = view(PLAN, verify(PLAN))


def made(most_vms):
    return {path: part() if callable(part) else part for path, part in pages(VIEW, most_vms).items()}


SPLIT = made(1)
OF_CLUSTERS = [
    json.loads(text) for path, text in SPLIT.items() if re.fullmatch(r"review/cluster-\d+\.json", path)
]


def test_a_plan_of_few_vms_is_one_page():
    assert set(made(len(VIEW.vms))) == {HTML, MARKDOWN, DATA}
    assert len(SPLIT) == 3 + 2 * len(VIEW.clusters)


def test_nothing_is_on_no_page_and_nothing_on_two():
    whole, index = json.loads(made(len(VIEW.vms))[DATA]), json.loads(SPLIT[DATA])
    for part in ("vms", "waves", "no_returns", "clusters"):
        found = [thing for own in OF_CLUSTERS for thing in own[part]]
        assert sorted(map(str, found)) == sorted(map(str, whole[part])), part
    findings = [finding for own in (index, *OF_CLUSTERS) for finding in own["findings"]]
    assert sorted(map(str, findings)) == sorted(map(str, whole["findings"]))
    assert any(own["findings"] for own in OF_CLUSTERS)
    assert index["rules"] == whole["rules"] == to_data(VIEW.rules)


def test_the_first_page_leads_to_all_others_and_they_lead_back():
    linked = set(re.findall(r'href="(cluster-\d+\.html)"', SPLIT[HTML]))
    others = {PurePosixPath(path).name for path in SPLIT if path.endswith(".html") and path != HTML}
    assert linked == others
    for name in others:
        page = SPLIT[f"review/{name}"]
        assert 'href="index.html"' in page
        assert "vms-table" in page
    assert "vms-table" not in SPLIT[HTML]
    assert "review/index.html" in SPLIT[MARKDOWN]
