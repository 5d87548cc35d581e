"""Names from outside stay names: in the page, in Markdown and in the terminal."""

import re
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO

import pytest
from rich.console import Console

from planner.review import review, terminal
from planner.verify import verify
from tests.plans import hand_made_plan
from tests.review.browser import dom
from tests.review.hostile import hostile_plan

URL = "http://evil.invalid"


@pytest.fixture
def listener():
    """A web server that only remembers which paths it was asked for."""
    asked = []

    class Remember(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Remember)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()


def files_of(plan):
    files = review(plan, verify(plan)).files
    return {path: text if isinstance(text, str) else text.decode() for path, text in files.items()}


def test_nothing_in_the_page_runs_or_asks_for_anything_but_our_script_does_its_work(listener, tmp_path):
    url, asked = listener
    page = tmp_path / "index.html"
    page.write_text(files_of(hostile_plan(url))["review/index.html"], encoding="utf-8")
    shown = dom(page)
    assert asked == []
    assert "<title>Conversion plan:" in shown
    assert "owned</title>" not in shown
    assert re.search(r"<output data-shown=\"\">all 12</output>", shown)
    assert shown.count("<script>") == 1
    assert "<img" not in shown
    assert "&lt;script&gt;document.title='owned'&lt;/script&gt;" in shown


def test_the_browser_would_notice_a_page_that_asks(listener, tmp_path):
    """The test above can fail: an unprotected page does ask."""
    url, asked = listener
    page = tmp_path / "open.html"
    page.write_text(f"<title>x</title><img src='{url}/seen'><script>document.title='owned'</script>")
    assert "owned</title>" in dom(page)
    assert "/seen" in asked


def test_the_page_names_no_resource_and_forbids_all():
    page = files_of(hand_made_plan())["review/index.html"]
    assert not re.search(r"""(?:src|href)\s*=\s*(?!"#)""", page)
    assert "url(" not in page
    assert "@import" not in page
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)[1]
    assert "default-src &#39;none&#39;" in policy
    assert "unsafe" not in policy


def test_directions_and_line_breaks_in_names_are_written_out():
    for text in files_of(hostile_plan(URL)).values():
        assert "\u202e" not in text
        assert "\u200b" not in text
        assert "\\u202e" in text
        assert "a\\n" in text or "a\\\\n" in text


def test_markdown_shows_names_as_text():
    text = files_of(hostile_plan(URL))["review/REVIEW.md"]
    prose = re.sub(r"```mermaid.*?```", "", text, flags=re.DOTALL)
    prose = re.sub(r"(`+).+?\1", "", prose)
    assert "<script" not in prose
    assert "<img" not in prose
    assert "://" not in prose
    assert "@everyone" not in prose
    assert not re.search(r"(?<!\\)\]\(", prose)
    assert text.count("<details>") == text.count("</details>")
    columns = [line for line in text.splitlines() if line.startswith("| `production-")]
    assert columns
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in columns} == {9}


def test_mermaid_labels_stay_inside_their_quotes():
    text = files_of(hostile_plan(URL))["review/REVIEW.md"]
    for block in re.findall(r"```mermaid\n(.*?)```", text, flags=re.DOTALL):
        for line in block.splitlines()[1:]:
            assert re.fullmatch(r'  [hv]\d+(\["[^"`{}%]*"\]|( --> [hv]\d+)+|)', line), line


def test_the_terminal_shows_markup_as_text():
    console = Console(file=StringIO(), width=300, color_system=None)
    plan = hostile_plan(URL)
    console.print(terminal(plan, verify(plan)))
    text = console.file.getvalue()
    assert "\x1b" not in text
    assert "[bold red]markup[/]" in text
    assert ":smile:" in text
