"""What a class got wrong: known mistakes counted, the same behaviour in one group, each where it belongs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from autograder.expect import fingerprint
from autograder.grading.wrong import what_went_wrong
from autograder.report import KnownMistake, Report, TestResult, WentWrong, load_report, read_class, write_reports
from autograder.report.html import render_index
from autograder.report.table import render_csv
from tests.engine.report.sample_report import exercise, report


def failed(value: Any, outcome: Any = "failed", visibility: Any = "public") -> TestResult:
    seen = None if value is None else fingerprint([("step.f", value)]).as_data()
    return TestResult(id=f"test_{visibility}", visibility=visibility, outcome=outcome, message="Off.", behaviour=seen)


def of(name: str, value: Any = None, mistakes: Sequence[str] = (), **more: Any) -> Report:
    known = [KnownMistake(id=f"00/{says}", says=says) for says in mistakes]
    return report(
        [exercise("00.logits", "failed", 0, 8, tests=[failed(value, **more)], mistakes=known)], submission=name
    )


def told(*reports: Report) -> list[tuple[str | None, tuple[str, ...]]]:
    [wrong] = what_went_wrong(reports)
    return [(slip.says, slip.submissions) for slip in wrong.slips] + [("alone", wrong.others)]


def test_known_mistakes_are_counted_the_commonest_first() -> None:
    class_ = [of("a", 1, ["drops b"]), of("b", 2, ["adds"]), of("c", 2, ["adds"])]
    assert told(*class_) == [("adds", ("b", "c")), ("drops b", ("a",)), ("alone", ())]


def test_two_mistakes_that_cannot_be_told_apart_are_one_line() -> None:
    assert told(of("a", 1, ["adds", "drops b"]))[0] == ("adds or drops b", ("a",))


def test_the_same_wrong_values_are_a_group_and_others_stand_alone() -> None:
    assert told(of("a", 0.25), of("b", 0.25000000001), of("c", 0.5)) == [(None, ("a", "b")), ("alone", ("c",))]


def test_what_only_hidden_tests_refuse_makes_no_group() -> None:
    class_ = [of("a", visibility="hidden"), of("b", visibility="hidden")]
    assert told(*class_) == [("alone", ("a", "b"))]


def test_who_is_right_not_started_or_waits_is_not_named() -> None:
    ends = [("passed", 8), ("not_started", 0), ("blocked", 0), ("timeout", 0)]
    class_ = [
        report([exercise("00.logits", end, score, 8, tests=[failed(None, end)])], submission=str(end))
        for end, score in ends
    ]
    assert what_went_wrong(class_) == []


def page(*reports: Report) -> str:
    return render_index(reports, {}, what_went_wrong(reports))


def test_the_classs_page_counts_says_and_leads_to_the_exercise_in_each_report() -> None:
    html = page(of("ada", 1, ["drops the bias"]), of("ben", 1, ["drops the bias"]), of("chloé", 3))
    assert "What went wrong here" in html and "a solution that <strong>drops the bias</strong>" in html
    assert 'href="ada/staff.html#00.logits"' in html and 'href="chlo%C3%A9/staff.html#00.logits"' in html


def test_what_a_message_and_a_name_hold_is_text() -> None:
    html = page(of("<b>x</b>", 1, ["<script>"]), of("y", 1, ["<script>"]))
    assert "<script>alert" not in html and "<b>x" not in html and "&lt;script&gt;" in html


def test_a_class_without_mistakes_has_no_such_part() -> None:
    assert "What went wrong" not in render_index([report()], {}, [])


def test_an_exercise_has_each_name_once() -> None:
    [wrong] = what_went_wrong([of("a", 1), of("b", 1), of("c", 2), of("d", 3, ["adds"])])
    assert isinstance(wrong, WentWrong)
    names = [name for slip in wrong.slips for name in slip.submissions] + list(wrong.others)
    assert sorted(names) == ["a", "b", "c", "d"]


def test_a_class_that_is_read_in_short_makes_the_same_pages(tmp_path: Path) -> None:
    class_ = [of("a", 1), of("b", 1), of("c", 2, visibility="hidden"), of("d", 3, ["adds"])]
    class_ += [report(submission="e"), report(submission="f")]
    for one in class_:
        write_reports(one, tmp_path / one.submission)
    whole = [load_report(tmp_path / one.submission / "report.json") for one in class_]
    read, _ = read_class(tmp_path)
    short = list(read.values())
    assert page(*short) == page(*whole) and render_csv(short) == render_csv(whole)
    e, f = (list(read[name].exercises) for name in "ef")
    assert all(one is other for one, other in zip(e, f, strict=True)), "what is the same is kept twice"
    assert not any(result.tests for result in e if result.passed) and any(result.tests for result in e)


def test_a_class_is_looked_through_without_torch() -> None:
    code = "import sys\nfrom autograder.expect import Fingerprint\nfrom autograder.grading import class_book\n"
    code += "seen = Fingerprint.from_data(['a', 0, 1.0, 2.0, 3.0])\n"
    code += "assert seen.matches(seen) and 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
