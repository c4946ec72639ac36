"""Is a built site sound? Links and anchors lead somewhere, and nothing is loaded from another host."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

# What a browser fetches by itself: attribute by element. `a href` is a link, which a reader follows or not.
LOADS = {
    "src": {"script", "img", "iframe", "source", "video", "audio", "embed", "input", "track"},
    "href": {"link", "use", "image"},
    "srcset": {"img", "source"},
    "data": {"object"},
    "poster": {"video"},
}
_IN_STYLE = re.compile(r"""url\(\s*['"]?(?!data:)([^'")]+)|@import\s+['"]([^'"]+)""")


class _Page(HTMLParser):
    """A page's links, what it loads, and its anchors."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" or (name == "name" and tag == "a"):
                self.anchors.add(value or "")
            elif name == "href" and tag == "a":
                self.links.append(value or "")
            elif tag in LOADS.get(name, ()):
                self.loads += [part.split()[0] for part in (value or "").split(",") if part.strip()] \
                    if name == "srcset" else [value or ""]  # fmt: skip
            elif name == "style":
                self.loads += _style(value or "")


def broken(site: Path) -> list[str]:
    """What is wrong in the site, one line each; empty when all is well."""
    pages = [(page, said) for page in sorted(site.rglob("*.html")) for said in _wrong(page, site)]
    styles = [
        (file, f"loads {target} from another host")
        for file in sorted(site.rglob("*.css"))
        for target in _style(file.read_text(encoding="utf-8"))
        if _is_elsewhere(target)
    ]
    return [f"{file.relative_to(site).as_posix()}: {said}" for file, said in [*pages, *styles]]


def _wrong(page: Path, site: Path) -> Iterator[str]:
    read = _read(page, page.stat().st_mtime_ns)
    for target in sorted(set(read.loads)):
        if _is_elsewhere(target):
            yield f"loads {target} from another host"
        elif why := _lost(target, page, site):
            yield f"loads {target}: {why}"
    for target in sorted(set(read.links)):
        if not _is_elsewhere(target) and (why := _lost(target, page, site)):
            yield f"links to {target}: {why}"


def _lost(target: str, page: Path, site: Path) -> str | None:
    """Why a link of the site leads nowhere; None when it leads somewhere."""
    parts = urlsplit(target)
    if parts.scheme in ("data", "mailto", "javascript"):
        return None
    place = (page.parent / unquote(parts.path)).resolve() if parts.path else page.resolve()
    if place.is_dir():
        place /= "index.html"
    if not place.is_relative_to(site.resolve()):
        return "it lies outside the site"
    if not place.is_file():
        return "there is no such file"
    anchor = unquote(parts.fragment)
    if anchor and place.suffix == ".html" and "=" not in anchor:  # a live experiment keeps its state there
        return None if anchor in _read(place, place.stat().st_mtime_ns).anchors else "there is no such anchor"
    return None


@cache
def _read(page: Path, changed: int) -> _Page:
    return _Page(page.read_text(encoding="utf-8"))


def _style(text: str) -> list[str]:
    return [one or other for one, other in _IN_STYLE.findall(text)]


def _is_elsewhere(target: str) -> bool:
    return target.startswith("//") or urlsplit(target).scheme in ("http", "https", "ftp")
