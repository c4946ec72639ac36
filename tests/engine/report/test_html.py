"""report.html and index.html: self-contained, inert, complete."""

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from autograder.report import Counted
from autograder.report.html import render_html, render_index, render_staff_html
from tests.engine.report.sample_report import PIXEL, exercise, report, saying

HOSTILE = [
    "<script>alert(1)</script>",
    "</pre></details><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "</title><script>alert(1)</script>",
    "{{ 7 * 7 }}{% raw %}",
    "--><svg/onload=alert(1)>",
]


class Page(HTMLParser):
    """What a browser would find: tags with their attributes, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "img", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, f"</{tag}> closes the wrong element"

    def handle_data(self, data):
        if not self.open or self.open[-1] not in ("style", "script"):
            self.text += data

    def named(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


def both(**change):
    return [render_html(report(**change)), render_index([report(**change)], {"broken": "not a zip"})]


@pytest.mark.parametrize("html", both(), ids=["report", "index"])
def test_every_element_is_closed(html):
    assert Page(html).open == []


@pytest.mark.parametrize("html", both(), ids=["report", "index"])
def test_nothing_is_loaded_from_outside(html):
    assert re.findall(r"""(?:src|href)=["']?(?:\w+:)?//|url\(|@import""", html) == []


@pytest.mark.parametrize("html", both(), ids=["report", "index"])
def test_a_policy_forbids_what_the_page_does_not_need(html):
    policies = [m["content"] for m in Page(html).named("meta") if m.get("http-equiv") == "Content-Security-Policy"]
    assert len(policies) == 1 and "default-src 'none'" in policies[0]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_message_cannot_become_markup(text):
    page = Page(render_html(saying(text)))
    assert text in page.text and not page.named("script")


@pytest.mark.parametrize("text", HOSTILE)
def test_a_submission_name_cannot_become_markup(text):
    for html in both(submission=text, warnings=[text]):
        page = Page(html)
        assert not page.named("svg") and len(page.named("script")) <= 1


@pytest.mark.parametrize("text", HOSTILE)
def test_a_reason_for_not_grading_cannot_become_markup(text):
    assert text in Page(render_index([], {text: text})).text


def test_no_element_of_a_hostile_page_has_an_event_handler():
    page = Page(render_html(report(submission=HOSTILE[2], warnings=HOSTILE)))
    assert [name for _, attrs in page.tags for name in attrs if name.startswith("on")] == []


def test_the_score_is_in_the_header():
    assert "26 of 73 points" in Page(render_html(report())).text


def test_every_exercise_has_its_status_in_words():
    text = Page(render_html(report())).text
    words = ("Passed", "Partly", "Failed", "Blocked", "Error", "Timed out", "Out of memory", "Not started")
    assert [word for word in words if word not in text] == []


def test_a_blocked_exercise_links_to_what_blocks_it():
    assert {"class": "id", "href": "#00.cross_entropy"} in Page(render_html(report())).named("a")


def test_every_link_within_the_page_leads_somewhere():
    page = Page(render_html(report()))
    places = {attrs["id"] for _, attrs in page.tags if "id" in attrs}
    assert {a["href"][1:] for a in page.named("a") if a["href"].startswith("#")} <= places


def test_the_visibility_of_a_test_is_shown():
    assert {"class": "tag hidden"} in Page(render_html(report())).named("span")


def test_the_picture_is_in_the_page_with_a_description():
    (image,) = Page(render_html(report())).named("img")
    assert image["src"] == PIXEL and "Templates" in image["alt"]


def test_an_isolated_run_has_no_alarm():
    assert 'role="alert"' not in render_html(report())


def test_a_run_without_isolation_is_announced_loudly():
    assert all('role="alert"' in html for html in both(isolated=False))


def test_warnings_are_shown():
    assert "kit was ignored" in Page(render_html(report(warnings=["kit was ignored"]))).text


def test_a_perfect_report_says_that_nothing_is_left():
    assert "Everything passes." in render_html(report([exercise("00.a", "passed", 5, 5)]))


def test_a_report_without_steps_renders():
    empty = report([])
    empty.steps.clear()
    assert "0 of 0 points" in Page(render_html(empty)).text


def test_the_index_links_the_staff_s_page_of_each_report():
    index = Page(render_index([report(submission="grace"), report(submission="a b/../c")], {}))
    links = {a["href"] for a in index.named("a")}
    assert {"grace/staff.html", "a%20b%2F..%2Fc/staff.html"} <= links


def test_the_staff_s_page_leads_back_to_the_class_and_the_learner_s_does_not():
    assert 'href="../index.html"' in render_staff_html(report())
    assert "index.html" not in render_html(report())


def test_the_index_shows_what_counts_and_why():
    late = Counted(3.5, 10, {"00": 3.5, "07": 0}, ["2 days late: 50 %", "adjusted by <b>Eve</b>"])
    page = Page(render_index([report(), report(submission="cy")], {}, (), {"cy": late}))
    assert "3.5 / 10" in page.text and "2 days late: 50 %; adjusted by <b>Eve</b>" in page.text
    assert "07" in page.text and "mean" in page.text


def test_the_index_says_when_not_all_were_graded_on_the_same():
    other = report(submission="bob").model_copy(update={"course": "An older course 0.9"})
    page = render_index([report(), report(submission="cy"), other])
    assert "<li>2 on Learn mechanistic interpretability, steps 00</li>" in page
    assert "<li>1 on An older course 0.9, steps 00</li>" in page


def test_the_index_says_nothing_of_it_when_they_were():
    assert "Not all were graded" not in render_index([report(), report(submission="cy")])


def test_the_index_lists_what_could_not_be_graded():
    assert "broken: not a zip" in Page(render_index([report()], {"broken": "broken: not a zip"})).text


def test_the_index_of_an_empty_class_renders():
    assert "0 submissions graded" in Page(render_index([], {})).text


def test_the_index_shows_the_pass_rate_of_an_exercise():
    done, open_ = exercise("00.a", "passed", 5, 5), exercise("00.a", "failed", 0, 5)
    index = render_index([report([done], submission=n) for n in "abc"] + [report([open_], submission="d")])
    assert "75 %" in Page(index).text and "3 passed, 1 failed" in Page(index).text


def test_scores_of_full_marks_are_in_the_last_bin():
    text = Page(render_index([report([exercise("00.a", "passed", 5, 5)])])).text
    assert re.search(r"80–89\s+1\s*90–100", text)


def test_the_policy_allows_the_sorting_script_by_its_hash():
    index = render_index([report()])
    script = re.search(r"<script>(.*)</script>", index, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in index
