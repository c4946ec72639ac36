"""Links and pictures of a lesson: what is there is led to, what is not is said, nothing comes from elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.site.links import Links

LESSON = "exercises/step00/README.md"


@pytest.fixture
def links(tmp_path: Path) -> Links:
    for name in ("exercises/step00/figures/a.png", "exercises/step00/sums.py", "reference/secret.png", "SECURITY.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    (tmp_path / "exercises/live/step00").mkdir(parents=True)
    pages = {LESSON: "exercises/step00/index.md", "exercises/NEXT.md": "exercises/NEXT.md", "README.md": "index.md"}
    pages |= {"exercises/step00": pages[LESSON], "exercises/step00/sums.py": "#module-00-sums"}
    names = {LESSON: {"double": "#exercise-00-double"}}
    return Links(tmp_path, pages, ("exercises/step00/",), names)


LED = {
    "[next](../NEXT.md#how)": "[next](../NEXT.md#how)",
    "[home](../../README.md)": "[home](../../index.md)",
    "[module](sums.py)": "[module](#module-00-sums)",
    "[`a`](../step00)": "[`a`](index.md)",
    "[draw](../live/step00/)": '<a href="../live/step00/index.html">draw</a>',
    "[security](../../SECURITY.md)": "security",
    "[paper](https://arxiv.org/abs/1)": "[paper](https://arxiv.org/abs/1)",
    "![a plot](figures/a.png)": "![a plot](figures/a.png)",
    "[![Badge](https://b.org/b.svg)](https://b.org)": "[Badge](https://b.org)",
    "write `double` and `halve`": "write [`double`](#exercise-00-double) and `halve`",
    "# Why `double`": "# Why `double`",
    "[see `double`](#why)": "[see `double`](#why)",
    "`[x](y.md)` stays": "`[x](y.md)` stays",
    "```\n[x](y.md)\n```\n": "```\n[x](y.md)\n```\n",
}


@pytest.mark.parametrize("text", LED)
def test_a_link_leads_where_the_site_has_it(links: Links, text: str) -> None:
    assert (links.mend(text, LESSON), links.problems) == (LED[text], [])


def test_pictures_of_the_steps_are_shown_and_no_others(links: Links) -> None:
    assert links.mend("![a](figures/a.png) ![secret](../../reference/secret.png)", LESSON).endswith(" secret")
    assert links.pictures == {"exercises/step00/figures/a.png"}


def test_what_leads_nowhere_is_said(links: Links) -> None:
    assert links.mend("[gone](gone.md) ![lost](lost.png)", LESSON) == "gone lost"
    assert links.problems == [f"{LESSON}: there is no picture lost.png", f"{LESSON}: the link to gone.md leads nowhere"]
