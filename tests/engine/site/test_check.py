"""The search for broken links finds what it should, or a sound site would say nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.site import broken

WRONG = {
    '<a href="gone.html">x</a>': "links to gone.html: there is no such file",
    '<a href="b.html#gone">x</a>': "links to b.html#gone: there is no such anchor",
    '<a href="#gone">x</a>': "links to #gone: there is no such anchor",
    '<a href="../../etc">x</a>': "links to ../../etc: it lies outside the site",
    '<script src="https://cdn.org/x.js"></script>': "loads https://cdn.org/x.js from another host",
    '<img src="//cdn.org/x.png">': "loads //cdn.org/x.png from another host",
    '<img srcset="a.png 1x, https://cdn.org/x.png 2x">': "loads https://cdn.org/x.png from another host",
    '<p style="background: url(https://cdn.org/x.png)">': "loads https://cdn.org/x.png from another host",
    '<img src="gone.png">': "loads gone.png: there is no such file",
}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "b.html").write_text('<h1 id="top">b</h1><a href="a.html">a</a>')
    (tmp_path / "a.png").write_bytes(b"")
    return tmp_path


@pytest.mark.parametrize("page", WRONG)
def test_what_is_wrong_is_found(site: Path, page: str) -> None:
    (site / "a.html").write_text(page)
    assert broken(site) == [f"a.html: {WRONG[page]}"]


def test_a_sound_site_has_nothing_wrong(site: Path) -> None:
    (site / "a.html").write_text('<a href="b.html#top">b</a> <a href="https://a.org">a</a> <img src="data:,x">')
    assert broken(site) == []


def test_a_style_that_loads_from_elsewhere_is_found(site: Path) -> None:
    (site / "a.html").write_text("")
    (site / "x.css").write_text('@import "https://cdn.org/x.css"; b { background: url(data:x) }')
    assert broken(site) == ["x.css: loads https://cdn.org/x.css from another host"]
