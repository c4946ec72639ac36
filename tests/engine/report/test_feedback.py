"""What learners see of hidden tests: by setting and day, in every file that they are given."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from autograder import cli
from autograder.course import Course, CourseError, Feedback, load_course
from autograder.export.classroom import classroom_result
from autograder.export.classroom import export as export_classroom
from autograder.export.gradescope_run import result_for
from autograder.report import Report, load_report, to_json
from autograder.report.feedback import UNSEEN, for_learner, today
from autograder.report.write import FOR_LEARNERS, learner_texts, write_reports
from tests.engine.report.sample_report import PIXEL, exercise, outcome, report
from tests.engine.report.test_html import Page
from tests.engine.tiny_course import COURSE_TOML
from tests.engine.tools import own_modules

DAY = date(2026, 12, 24)
BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)
NAME, MESSAGE = "qzname", "qzmessage"
Write = Callable[..., Path]
EVERYTHING, NAMES, NOTHING = {NAME, MESSAGE}, {NAME}, set[str]()
TOML = "grading_configs/course.toml"


def marked() -> Report:
    """Exercises with every outcome of a hidden test; markers in all that a hidden test says."""
    results = ("passed", "failed", "error", "timeout", "out_of_memory", "blocked", "not_started")
    exercises = [
        exercise(
            f"00.{result}", result, 5 if result == "passed" else 0, 5,
            blocked_by=["00.failed"] if result == "blocked" else None, called=[f"{NAME}.{MESSAGE}"], picture=PIXEL,
            tests=[
                outcome("test_public_one"),
                outcome(f"test_{NAME}[{NAME}]", "hidden", f"{MESSAGE} one.\nIt looks {MESSAGE} hard-coded.", result),
            ],
        )
        for result in results
    ]  # fmt: skip
    return report(exercises)


def setting(hidden_tests: str, shown: object) -> Feedback:
    return Feedback.model_validate({"hidden_tests": hidden_tests, "shown": shown})


def markers(text: str) -> set[str]:
    return {marker for marker in EVERYTHING if marker in text}


CASES = [
    *[("nothing", shown, day, NOTHING) for shown in ("now", "never", DAY) for day in (BEFORE, DAY, AFTER)],
    *[(what, "never", day, NOTHING) for what in ("names", "messages") for day in (BEFORE, DAY, AFTER)],
    *[("names", "now", day, NAMES) for day in (BEFORE, DAY, AFTER)],
    *[("messages", "now", day, EVERYTHING) for day in (BEFORE, DAY, AFTER)],
    ("names", DAY, BEFORE, NOTHING), ("names", DAY, DAY, NAMES), ("names", DAY, AFTER, NAMES),
    ("messages", DAY, BEFORE, NOTHING), ("messages", DAY, DAY, EVERYTHING), ("messages", DAY, AFTER, EVERYTHING),
]  # fmt: skip


@pytest.mark.parametrize(("hidden_tests", "shown", "day", "seen"), CASES)
def test_each_file_for_learners_shows_what_the_setting_says_and_no_more(
    hidden_tests: str, shown: object, day: date, seen: set[str]
) -> None:
    texts = learner_texts(marked(), setting(hidden_tests, shown), day)
    assert {name: markers(text) for name, text in texts.items()} == {name: seen for name in FOR_LEARNERS}


@pytest.mark.parametrize(("hidden_tests", "shown", "day", "seen"), CASES)
def test_the_staff_s_files_hold_everything_whatever_the_setting(
    tmp_path: Path, hidden_tests: str, shown: object, day: date, seen: set[str]
) -> None:
    write_reports(marked(), tmp_path, setting(hidden_tests, shown), day)
    assert load_report(tmp_path / "report.json").model_dump() == marked().model_dump()
    assert markers((tmp_path / "staff.html").read_text()) == EVERYTHING


def test_without_a_setting_learners_see_messages_now() -> None:
    assert Feedback() == setting("messages", "now")
    assert for_learner(marked(), Feedback(), DAY) == marked()


@pytest.mark.parametrize("hidden_tests", ["nothing", "names"])
def test_the_report_that_is_shown_is_a_copy(hidden_tests: str) -> None:
    whole = marked()
    for_learner(whole, setting(hidden_tests, "now"), DAY)
    assert whole == marked()


@pytest.mark.parametrize("hidden_tests", ["nothing", "names", "messages"])
def test_points_statuses_and_pictures_stay(hidden_tests: str) -> None:
    shown = for_learner(marked(), setting(hidden_tests, "now"), DAY)
    assert shown.score == marked().score
    assert [(e.status, e.score, e.picture) for e in shown.exercises] == [
        (e.status, e.score, e.picture) for e in marked().exercises
    ]


def test_nothing_does_not_tell_how_many_hidden_tests_there_are() -> None:
    def of(count: int) -> Report:
        hidden = [outcome(f"test_{i}", "hidden", "No.", "failed") for i in range(count)]
        return report([exercise("00.logits", "failed", 0, 5, tests=[outcome("test_it"), *hidden])])

    nothing = setting("nothing", "now")
    assert learner_texts(of(1), nothing, DAY) == learner_texts(of(7), nothing, DAY)


@pytest.mark.parametrize("name", FOR_LEARNERS)
def test_an_exercise_without_points_whose_shown_tests_pass_is_explained(name: str) -> None:
    text = learner_texts(marked(), setting("nothing", "now"), DAY)[name]
    assert UNSEEN.rstrip(".") in text


def test_an_exercise_that_has_no_hidden_test_does_not_say_that_it_has() -> None:
    plain = report([exercise("00.logits", "failed", 0, 5, tests=[outcome("test_it", result="failed")])])
    assert "not shown" not in "".join(learner_texts(plain, setting("nothing", "now"), DAY).values())


@pytest.mark.parametrize("name", FOR_LEARNERS)
@pytest.mark.parametrize(
    ("hidden_tests", "said"),
    [
        ("messages", "Their messages will be shown from 24 December 2026"),
        ("names", "Their names and outcomes will be shown from 24 December 2026"),
    ],
)
def test_before_the_date_it_is_told(name: str, hidden_tests: str, said: str) -> None:
    assert said in learner_texts(marked(), setting(hidden_tests, DAY), BEFORE)[name]
    assert "2026" not in learner_texts(marked(), setting(hidden_tests, DAY), DAY)[name]


def test_nothing_promises_nothing_for_the_date() -> None:
    assert "December" not in "".join(learner_texts(marked(), setting("nothing", DAY), BEFORE).values())


def test_names_come_with_their_outcomes() -> None:
    texts = learner_texts(marked(), setting("names", "now"), DAY)
    assert f"✗ {NAME} [{NAME}] (hidden test, failed)" in json.loads(texts["results.json"])["tests"][1]["output"]
    assert f"✗ {NAME} " in texts["report.md"]
    assert NAME in Page(texts["report.html"]).text


def test_only_the_staff_s_page_says_that_it_is_the_staff_s(tmp_path: Path) -> None:
    write_reports(marked(), tmp_path)
    assert [name for name in ("staff.html", "report.html") if "Staff’s copy" in (tmp_path / name).read_text()] == [
        "staff.html"
    ]


# ---------------------------------------------------------------- the setting


def course_with(write_course: Write, table: str) -> Course:
    return load_course(write_course({TOML: f"{COURSE_TOML}\n[feedback]\n{table}\n"}))


def test_the_table_is_read(write_course: Write) -> None:
    assert course_with(write_course, 'hidden_tests = "names"\nshown = 2026-12-24').feedback == setting("names", DAY)


def test_the_table_may_be_missing(tiny_course: Course) -> None:
    assert tiny_course.feedback == Feedback()


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ('hidden_tests = "name"', "feedback.hidden_tests = 'name': input should be 'nothing', 'names' or 'messages'"),
        ('shown = "soon"', 'feedback.shown = \'soon\': value error, write "now", "never", or a date'),
        ('shown = "2026-12-24"', "without quotes, such as 2026-12-24"),
        ("shown = 2026-12-24T12:00:00Z", "a date without quotes"),
        ("shown = true", "feedback.shown = True"),
        ('show = "now"', "unknown key 'show'; did you mean 'shown'?"),
    ],
)
def test_a_mistake_in_the_table_is_named_with_its_line(write_course: Write, table: str, said: str) -> None:
    with pytest.raises(CourseError) as caught:
        course_with(write_course, table)
    (problem,) = caught.value.problems
    assert (problem.file.name, problem.line) == ("course.toml", 18) and said in problem.message


# ---------------------------------------------------------------- the other platforms


def visible(result: dict[str, object]) -> str:
    """What Gradescope shows to learners at once."""
    tests = [test for test in result["tests"] if test["visibility"] == "visible"]  # type: ignore[attr-defined]
    return json.dumps([tests, result["output"]], ensure_ascii=False)


@pytest.mark.parametrize(("hidden_tests", "shown", "day", "seen"), CASES)
def test_gradescope_shows_learners_what_the_course_says(
    hidden_tests: str, shown: object, day: date, seen: set[str]
) -> None:
    result = result_for(marked(), setting(hidden_tests, shown), None, day)
    assert markers(visible(result)) == seen
    assert {test["visibility"] for test in result["tests"]} <= {"visible", "hidden"}


def test_gradescope_shows_staff_what_learners_do_not_see() -> None:
    result = result_for(marked(), setting("nothing", "now"), None, DAY)
    hidden = [test for test in result["tests"] if test["visibility"] == "hidden"]
    assert markers(json.dumps(hidden)) == EVERYTHING and UNSEEN in visible(result)


@pytest.mark.parametrize("option", ["visible", "after_due_date", "after_published", "hidden"])
def test_gradescope_s_own_time_stands_above_the_course_s(option: str) -> None:
    result = result_for(marked(), setting("nothing", "never"), option, DAY)  # type: ignore[arg-type]
    assert {test["visibility"] for test in result["tests"] if MESSAGE in test["output"]} == {option}


@pytest.mark.parametrize(
    ("table", "seen"),
    [
        ('hidden_tests = "nothing"', NOTHING), ('shown = "never"', NOTHING), ("shown = 2999-01-01", NOTHING),
        ('hidden_tests = "names"', NAMES), ("shown = 2001-01-01", EVERYTHING),
    ],
)  # fmt: skip
def test_a_classroom_s_results_and_summary_obey(
    write_course: Write, tmp_path: Path, table: str, seen: set[str]
) -> None:
    write_reports(marked(), tmp_path / "ada")
    course = course_with(write_course, table)
    assert export_classroom(course, [tmp_path / "ada/report.json"], tmp_path / "out", None) == 0
    results = classroom_result(next(iter(for_learner(marked(), course.feedback, today()).steps)))
    assert json.loads((tmp_path / "out/step00.json").read_text()) == results
    texts = [file.read_text() for file in (tmp_path / "out").iterdir()]
    assert len(texts) == 2 and markers("".join(texts)) == seen


# ---------------------------------------------------------------- lmi report

Lmi = Callable[..., tuple[int, str, str]]


@pytest.fixture
def lmi(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Lmi]:
    """Runs `lmi report` in a course; exit status, stdout and stderr."""

    def run(course: Course, *arguments: object) -> tuple[int, str, str]:
        monkeypatch.chdir(course.root)
        monkeypatch.setattr(sys, "argv", ["lmi", "report", *map(str, arguments)])
        capsys.readouterr()
        with own_modules(), pytest.raises(SystemExit) as left:
            cli.main()
        shown = capsys.readouterr()
        return int(left.value.code or 0), shown.out, shown.err

    with own_modules():
        yield run


@pytest.fixture
def graded(tmp_path: Path) -> Path:
    """What `lmi grade` wrote while learners saw nothing of hidden tests."""
    for name in ("ada", "ben"):
        whole = marked()
        whole.submission = name
        write_reports(whole, tmp_path / "graded" / name, setting("nothing", "now"))
    return tmp_path / "graded"


def texts(folder: Path) -> dict[str, str]:
    return {name: (folder / name).read_text() for name in FOR_LEARNERS}


def test_report_renders_again_by_the_setting_of_now(lmi: Lmi, tiny_course: Course, graded: Path) -> None:
    record = (graded / "ada/report.json").read_bytes()
    status, out, _ = lmi(tiny_course, graded)
    assert (status, out) == (0, "2 of 2 reports rendered: learners see messages of hidden tests.\n")
    for name in ("ada", "ben"):
        assert all(markers(text) == EVERYTHING for text in texts(graded / name).values())
    assert (graded / "ada/report.json").read_bytes() == record


def test_report_keeps_pictures_which_report_json_does_not_hold(lmi: Lmi, tiny_course: Course, graded: Path) -> None:
    for _ in range(2):
        lmi(tiny_course, graded)
    assert (graded / "ada/report.html").read_text().count(PIXEL) == 7
    assert (graded / "ada/staff.html").read_text().count(PIXEL) == 7


@pytest.mark.parametrize(("option", "seen"), [("nothing", NOTHING), ("names", NAMES), ("messages", EVERYTHING)])
def test_report_s_option_stands_above_the_setting(
    lmi: Lmi, write_course: Write, graded: Path, option: str, seen: set[str]
) -> None:
    course = course_with(write_course, 'shown = "never"')
    assert lmi(course, graded / "ada", "--hidden-tests", option)[0] == 0
    assert all(markers(text) == seen for text in texts(graded / "ada").values())
    assert markers((graded / "ada/staff.html").read_text()) == EVERYTHING


def test_report_writes_a_folder_to_hand_back_that_holds_nothing_else(
    lmi: Lmi, write_course: Write, graded: Path, tmp_path: Path
) -> None:
    before = {file: file.read_bytes() for file in graded.rglob("*.*")}
    course = course_with(write_course, 'hidden_tests = "nothing"')
    assert lmi(course, graded, "-o", tmp_path / "back")[0] == 0
    files = {str(file.relative_to(tmp_path / "back")) for file in (tmp_path / "back").rglob("*.*")}
    assert files == {f"{name}/{file}" for name in ("ada", "ben") for file in FOR_LEARNERS}
    assert not markers("".join(file.read_text() for file in (tmp_path / "back").rglob("*.*")))
    assert {file: file.read_bytes() for file in graded.rglob("*.*")} == before


def test_report_takes_single_files(lmi: Lmi, tiny_course: Course, graded: Path, tmp_path: Path) -> None:
    assert lmi(tiny_course, graded / "ada/report.json", "-o", tmp_path / "back")[0] == 0
    assert [folder.name for folder in (tmp_path / "back").iterdir()] == ["ada"]


def test_a_broken_report_is_named_and_the_others_are_rendered(lmi: Lmi, tiny_course: Course, graded: Path) -> None:
    (graded / "ada/report.json").write_text("{")
    before = texts(graded / "ada")
    status, out, err = lmi(tiny_course, graded)
    assert status == 1 and "1 of 2" in out and "ada/report.json: not a report: broken JSON" in err
    assert texts(graded / "ada") == before and markers(texts(graded / "ben")["report.md"]) == EVERYTHING


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["graded", "--hidden-tests", "some"], "--hidden-tests is 'some': choose nothing, names, messages"),
        (["nowhere"], "nowhere: no such file or folder"),
        (["empty"], "empty: no report.json is in it"),
        (["graded", "again", "-o", "back"], "more than one report would be written to"),
    ],
)
def test_report_that_cannot_begin_says_why_and_writes_nothing(
    lmi: Lmi, tiny_course: Course, graded: Path, tmp_path: Path, arguments: list[str], said: str
) -> None:
    (tmp_path / "empty").mkdir()
    shutil.copytree(graded, tmp_path / "again")
    given = [word if word.startswith("-") or word == "some" else tmp_path / word for word in arguments]
    status, _, err = lmi(tiny_course, *given)
    assert status == 2 and said in err and err.count("\n") == 1
    assert not (tmp_path / "back").exists()


def test_report_json_never_holds_what_is_said_in_place_of_hidden_tests() -> None:
    shown = for_learner(marked(), setting("nothing", "now"), DAY)
    assert shown.note and "note" not in json.loads(to_json(shown))
