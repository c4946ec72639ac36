"""The Report, its JSON and its Markdown, and how they are written."""

import io
import json

import pytest
from markdown_it import MarkdownIt
from pydantic import ValidationError

from autograder.files import write_atomic
from autograder.report import ReportError, StepResult, clean_text, load_report, to_json
from autograder.report.html import render_html
from autograder.report.markdown import render_markdown
from autograder.report.schema import SCHEMA_FILE, json_schema
from autograder.report.text import LONGEST, duration, moment, percent, points
from autograder.report.write import FOR_LEARNERS, FOR_STAFF, write_class, write_reports
from tests.engine.report.sample_report import HIDDEN_MESSAGE, PIXEL, exercise, outcome, report, saying


def markdown_html(text):
    return MarkdownIt("gfm-like", {"linkify": False}).render(text)


# --- the schema


def test_schema_in_the_repository_is_in_step_with_the_models():
    hint = "run `python -m autograder.report`"
    assert json.loads(SCHEMA_FILE.read_text(encoding="utf-8")) == json_schema(), hint


def test_report_json_validates_against_its_schema():
    from jsonschema import Draft202012Validator

    Draft202012Validator(json_schema()).validate(json.loads(to_json(report())))


def test_schema_refuses_an_unknown_key():
    data = {**json.loads(to_json(report())), "bribe": 5}
    from jsonschema import Draft202012Validator

    assert not Draft202012Validator(json_schema()).is_valid(data)


def test_every_field_is_documented():
    schema = json_schema()
    kinds = [schema, *schema["$defs"].values()]
    bare = [
        name for kind in kinds for name, field in kind["properties"].items() if not {"description", "$ref"} & set(field)
    ]
    assert bare == []


def test_report_reads_back_as_it_was(tmp_path):
    (tmp_path / "report.json").write_text(to_json(report()), encoding="utf-8")
    assert to_json(load_report(tmp_path / "report.json")) == to_json(report())


def test_pictures_stay_out_of_the_json():
    assert PIXEL not in to_json(report())


def test_blocked_by_is_only_there_when_something_blocks():
    exercises = json.loads(to_json(report()))["steps"][0]["exercises"]
    assert [e["id"] for e in exercises if "blocked_by" in e] == ["00.loss_mean"]


def test_bonus_is_not_counted():
    step = StepResult.of("00", "t", [exercise("00.a", "passed", 5, 5), exercise("00.b", "passed", 3, 3, bonus=True)])
    assert (step.score, step.max_score) == (5, 5)


def test_totals_that_do_not_add_up_are_refused():
    with pytest.raises(ValidationError, match="add up to 5"):
        StepResult(id="00", title="t", score=6, max_score=6, exercises=[exercise("00.a", "passed", 5, 5)])


def test_more_points_than_there_are_is_refused():
    with pytest.raises(ValidationError, match="more than max_score"):
        exercise("00.a", "passed", 6, 5)


def test_nan_is_no_score():
    with pytest.raises(ValidationError):
        exercise("00.a", "passed", float("nan"), 5)


def test_a_picture_that_is_not_a_png_data_uri_is_refused():
    with pytest.raises(ValidationError):
        exercise("00.a", "passed", 5, 5, picture="https://example.org/track.png")


def test_a_time_without_zone_is_refused():
    with pytest.raises(ValidationError, match="time zone"):
        report(started="2025-01-31T14:05:00")


def test_next_exercise_is_the_first_that_is_neither_passed_nor_blocked():
    assert report().next_exercise.id == "00.gradients"


def test_a_test_name_reads_as_a_claim():
    assert outcome("tests/x.py::test_rows_sum_to_one[3-a_b]").claim == "rows sum to one [3-a_b]"


# --- broken files


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "broken JSON"),
        ("{", "broken JSON"),
        ("[" * 100_000, "broken JSON"),
        ("[1]", "has no schema_version"),
        ('{"schema_version": "99"}', "says schema_version '99'"),
        ('{"schema_version": "1"}', "submission: Field required"),
    ],
)
def test_a_broken_report_is_named_with_its_mistake(tmp_path, content, said):
    path = tmp_path / "report.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ReportError) as error:
        load_report(path)
    assert str(path) in str(error.value) and said in str(error.value)


def test_a_missing_report_says_who_writes_it(tmp_path):
    with pytest.raises(ReportError, match="lmi grade"):
        load_report(tmp_path / "report.json")


def test_a_score_changed_by_hand_is_noticed(tmp_path):
    path = tmp_path / "report.json"
    path.write_text(to_json(report()).replace('"score": 26.0', '"score": 73.0', 1), encoding="utf-8")
    with pytest.raises(ReportError, match="add up to 26"):
        load_report(path)


# --- text from strangers


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain\ttext\n", "plain\ttext\n"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1b]never ends\nnext line", "\nnext line"),
        ("overwritten\rby this", "overwritten\nby this"),
        ("bell\x07 nul\x00 csi\x9b", "bell\\x07 nul\\x00 csi\\x9b"),
        ("\u202etxt.exe", "\\u202etxt.exe"),
        ("half \ud800", "half \\ud800"),
        ("tag \U000e0041", "tag \\U000e0041"),
        ("said:\n  ::error::no\n##[group]\nstep00::test", "said:\n  \\::error::no\n\\##[group]\nstep00::test"),
        ("é ü 中 😀 ∑ → ‖W‖²", "é ü 中 😀 ∑ → ‖W‖²"),
    ],
)
def test_clean_text_shows_what_is_there(text, shown):
    assert clean_text(text) == shown


@pytest.mark.parametrize(
    "text", ["\x1b[\x1b[31m31m", "\x1b\x1b[31m", "\r\r\n\ud83d", "x" * (LONGEST * 3), "\ud800" * LONGEST]
)
def test_cleaning_twice_changes_nothing(text):
    assert clean_text(clean_text(text)) == clean_text(text)


def test_a_long_text_loses_its_middle():
    text = clean_text("start\n" + "x\n" * LONGEST + "end")
    assert len(text) <= LONGEST and text.startswith("start\n") and text.endswith("\nend") and "lines left out" in text


def test_a_long_line_says_at_its_end_that_it_is_cut():
    assert clean_text("x" * LONGEST * 2).endswith("characters left out]")


def test_messages_are_cleaned_as_they_enter_a_report():
    assert outcome("test_x", said="\x1b[2Jgone\x00").message == "gone\\x00"


# --- words


@pytest.mark.parametrize(("value", "shown"), [(7.0, "7"), (7.5, "7.5"), (20 / 3, "6.67"), (0, "0"), (100, "100")])
def test_points_are_written_as_people_do(value, shown):
    assert points(value) == shown


@pytest.mark.parametrize(
    ("part", "whole", "shown"), [(999, 1000, 99), (1000, 1000, 100), (1, 1000, 1), (0, 0, 0), (0, 5, 0)]
)
def test_percent_never_rounds_to_all_or_nothing(part, whole, shown):
    assert percent(part, whole) == shown


@pytest.mark.parametrize(("seconds", "shown"), [(0.42, "0.4 s"), (21.4, "21 s"), (185, "3 min 5 s")])
def test_durations_are_written_as_people_do(seconds, shown):
    assert duration(seconds) == shown


@pytest.mark.parametrize(
    ("iso", "shown"),
    [
        ("2025-01-31T14:05:09+00:00", "2025-01-31 14:05 UTC"),
        ("2025-01-31T14:05:09-03:30", "2025-01-31 14:05 UTC-03:30"),
    ],
)
def test_times_are_written_with_their_zone(iso, shown):
    assert moment(iso) == shown


# --- Markdown


def test_markdown_has_a_row_for_every_exercise():
    html = markdown_html(render_markdown(report()))
    assert all(f"<code>{exercise.id}</code>" in html for exercise in report().exercises)


def test_markdown_says_which_test_was_hidden():
    assert "✗ any logits (hidden test, failed)" in render_markdown(report())


@pytest.mark.parametrize(
    "message", ["```\n# heading\n```", "~~~\n````", "<script>alert(1)</script>", "`" * 50 + "\n<b>"]
)
def test_markdown_shows_a_message_as_a_block_that_it_cannot_leave(message):
    html = markdown_html(render_markdown(saying(message)))
    escaped = message.replace("<", "&lt;").replace(">", "&gt;")
    assert f'<pre><code class="language-text">{escaped}\n</code></pre>' in html


@pytest.mark.parametrize("name", ["`a`", "a|b", "<img src=x>", "![x](http://x)", "# a\n# b", "@everyone"])
def test_markdown_keeps_a_submission_name_inert(name):
    html = markdown_html(render_markdown(report(submission=name, warnings=[name])))
    assert "<img" not in html and html.count("<h1>") == 1 and "<a " not in html


def test_markdown_warns_when_nothing_isolated_the_submission():
    assert "**Not isolated.**" in render_markdown(report(isolated=False))


# --- writing


def test_write_reports_writes_every_rendering(tmp_path):
    write_reports(report(), tmp_path / "ada")
    assert {path.name for path in (tmp_path / "ada").iterdir()} == {*FOR_STAFF, *FOR_LEARNERS}


def test_write_class_writes_the_table_and_the_page(tmp_path):
    write_class([report()], {"broken": "not a zip"}, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"grades.csv", "index.html"}


def test_text_that_was_added_to_a_finished_report_is_cleaned_when_written(tmp_path):
    late = report()
    late.warnings.append("ignored \x1b[8mkit\ud800.py")
    write_reports(late, tmp_path)
    assert load_report(tmp_path / "report.json").warnings == ["ignored kit\\ud800.py"]


class FullDisk(io.StringIO):
    def write(self, text):
        raise OSError(28, "No space left on device")


@pytest.mark.parametrize("what", ["open", "os.fsync"])
def test_a_full_disk_leaves_the_old_files(tmp_path, monkeypatch, what):
    write_reports(report(), tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    stand_in = (lambda *_a, **_k: FullDisk()) if what == "open" else (lambda *_: FullDisk().write(""))
    monkeypatch.setattr(f"autograder.files.{what}", stand_in, raising=False)
    with pytest.raises(OSError, match="No space left"):
        write_reports(report(submission="new"), tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_an_interruption_leaves_no_draft_behind(tmp_path, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("autograder.files.os.replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_atomic(tmp_path / "file", "text")
    assert list(tmp_path.iterdir()) == []


def test_no_rendering_of_a_hidden_failure_says_more_than_its_message(tmp_path):
    write_reports(report(), tmp_path)
    texts = [path.read_text(encoding="utf-8") for path in tmp_path.iterdir()]
    assert all(HIDDEN_MESSAGE in text for text in texts)


def test_what_memory_was_counted_by_is_said_once_and_not_needed(tmp_path):
    made, path = report(), tmp_path / "report.json"
    assert "counted by" not in render_markdown(made) and "memory_by" not in to_json(made)
    path.write_text(to_json(made), encoding="utf-8")
    assert load_report(path).sandbox.memory_by is None
    made.sandbox.memory_by = "PSS"
    path.write_text(to_json(made), encoding="utf-8")
    assert load_report(path).sandbox.memory_by == "PSS"
    assert render_markdown(made).count("memory counted by PSS") == 1
    assert render_html(made).count("memory counted by PSS") == 1
