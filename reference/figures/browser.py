"""A page as a browser shows it, for the figures that are pages."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from PIL import Image

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SCALE = 1.2  # pixels of the picture for one of the page


def screenshot(html: str, width: int, height: int) -> Image.Image:
    """The upper `height` pixels of a page `width` pixels wide. Raises RuntimeError where there is no browser."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        raise RuntimeError(f"this figure is a page, and there is no browser to show it: install {BROWSERS[0]}")
    with tempfile.TemporaryDirectory() as folder:
        page, picture = Path(folder) / "page.html", Path(folder) / "page.png"
        page.write_text(html, encoding="utf-8")
        size = [f"--window-size={width},{height}", f"--force-device-scale-factor={SCALE}", f"--screenshot={picture}"]
        quiet = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            f"--user-data-dir={folder}/profile",
        ]
        done = subprocess.run([browser, *quiet, *size, page.as_uri()], capture_output=True, text=True, timeout=120)
        if not picture.is_file():
            raise RuntimeError(f"{browser} has shown nothing: {done.stderr[-300:]}")
        return Image.open(picture).convert("RGB")
