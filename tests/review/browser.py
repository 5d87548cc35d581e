"""A page in a real browser: its DOM once scripts have run."""

import shutil
import subprocess


def dom(page, *, seconds=5):
    """The serialised DOM of an HTML file after `seconds` of the page's own time."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    assert chromium, "chromium is not installed: apt-get install chromium"
    run = subprocess.run(
        [
            chromium,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            f"--user-data-dir={page.parent / 'profile'}",
            f"--virtual-time-budget={seconds * 1000}",
            "--dump-dom",
            page.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return run.stdout
