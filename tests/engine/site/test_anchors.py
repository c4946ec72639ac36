"""Each link between this course's texts leads to a file and a heading that are there: in seconds, without the site."""

from __future__ import annotations

import posixpath
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from markdown_it import MarkdownIt
from mdit_py_plugins.anchors import anchors_plugin

from tests.engine.tools import ROOT

TEXTS = sorted([*ROOT.glob("*.md"), *(ROOT / "exercises").rglob("*.md"), *(ROOT / "grading_configs").glob("*.md")])


@cache
def read(file: Path) -> tuple[frozenset[str], tuple[str, ...]]:
    """Where links may lead in a text, and its own links."""
    parser = MarkdownIt().enable("table").use(anchors_plugin, max_level=4)
    tokens = parser.parse(file.read_text(encoding="utf-8"))
    within = [child for token in tokens for child in token.children or []]
    return (
        frozenset(str(token.attrs["id"]) for token in tokens if "id" in token.attrs),
        tuple(str(token.attrs["href"]) for token in within if token.type == "link_open"),
    )


@pytest.mark.parametrize("file", TEXTS, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(file: Path) -> None:
    lost = []
    for link in read(file)[1]:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            continue
        target = Path(posixpath.normpath(file.parent / unquote(parts.path))) if parts.path else file
        anchor = unquote(parts.fragment)
        if not target.exists() or (target.suffix == ".md" and anchor and anchor not in read(target)[0]):
            lost.append(link)
    assert lost == []
