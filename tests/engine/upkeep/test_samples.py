"""The sample class: made-up learners' submissions, written as learners would hand them in."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest

from autograder.course import load_course
from autograder.grading import worker
from autograder.report.schema import load_report
from autograder.staff import grade_samples
from autograder.submission.read import read_submission
from autograder.upkeep.samples import SampleError, read_samples, write_samples
from tests.engine.tiny_course import SOLUTION, STUB, edited
from tests.engine.tools import BACKEND, DOUBLE, MODULE, own_modules

FILE = "grading_configs/sample_class.toml"
ADA = '[[submission]]\nname = "ada"\nabout = "everything right"\nbase = "reference"\n'
BEN = '[[submission]]\nname = "ben"\nabout = "has not started"\nbase = "stubs"\n'
CHLOE = ADA.replace("ada", "chloe") + 'changes = ["step00/wrong/double__plus"]\n'
DMITRI = ADA.replace("ada", "dmitri") + 'broken = ["sums"]\n'
EMEKA = BEN.replace("ben", "emeka") + 'solved = ["sums"]\nas_zip = true\n'
CLASS = ADA + BEN + CHLOE + DMITRI + EMEKA
BANK = {
    "tests/banks/step00/wrong/double__plus.py": '"""wrong: adds. Fails: 00.double."""\ndef double(x): return x + 1\n'
}


def written(write: Any, tmp_path: Path, text: str, **more: str) -> Path:
    write_samples(load_course(write({FILE: text} | BANK | more)), tmp_path / "class")
    return tmp_path / "class"


def module(folder: Path, name: str) -> str:
    return (folder / name / "exercises" / MODULE).read_text()


def test_a_sample_on_the_reference_is_solved(write_course: Any, tmp_path: Path) -> None:
    assert module(written(write_course, tmp_path, ADA), "ada") == SOLUTION.lstrip("\n")


def test_a_sample_on_the_stubs_is_untouched(write_course: Any, tmp_path: Path) -> None:
    assert module(written(write_course, tmp_path, BEN), "ben") == STUB.lstrip("\n")


def test_a_change_is_put_on_top(write_course: Any, tmp_path: Path) -> None:
    text = module(written(write_course, tmp_path, CHLOE), "chloe")
    assert text.startswith(SOLUTION.lstrip("\n")) and text.endswith("return x + 1\n")


def test_a_broken_module_does_not_compile(write_course: Any, tmp_path: Path) -> None:
    with pytest.raises(SyntaxError):
        compile(module(written(write_course, tmp_path, DMITRI), "dmitri"), "sums.py", "exec")


def test_a_zip_holds_what_a_folder_would(write_course: Any, tmp_path: Path) -> None:
    folder = written(write_course, tmp_path, EMEKA)
    with zipfile.ZipFile(folder / "emeka.zip") as archive:
        assert archive.read(f"exercises/{MODULE}").decode() == SOLUTION.lstrip("\n")


def test_every_sample_is_a_submission(write_course: Any, tmp_path: Path) -> None:
    folder = written(write_course, tmp_path, CLASS)
    course = load_course(tmp_path / "course")
    assert [read_submission(path, course).warnings for path in sorted(folder.iterdir())] == [[]] * 5


MISTAKES = {
    "unknown key": (ADA + "sovled = []\n", "sovled"),
    "unknown base": (ADA.replace("reference", "refrence"), "base"),
    "unknown module": (BEN + 'solved = ["smus"]\n', "ben names no module of the course: smus"),
    "unknown broken module": (BEN + 'broken = ["smus"]\n', "ben names no module of the course: smus"),
    "unknown step": (ADA + 'steps = ["00", "07"]\n', "ada names no step of the course: 07"),
    "unknown change": (ADA + 'changes = ["step00/wrong/gone"]\n', "there is no tests/banks/step00/wrong/gone.py"),
    "a change without a folder": (ADA + 'changes = ["double__plus"]\n', "double__plus"),
    "broken TOML": ("[[submission]\n", "sample_class.toml"),
    "nobody": ("", "lists no [[submission]]"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "said"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_with_its_place(write_course: Any, tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SampleError, match="sample_class.toml") as caught:
        written(write_course, tmp_path, text)
    assert said in str(caught.value)


def test_a_bank_file_that_cannot_be_read_is_told(write_course: Any, tmp_path: Path) -> None:
    broken = {name: "def double(:\n" for name in BANK}
    with pytest.raises(SampleError, match="double__plus.py"):
        written(write_course, tmp_path, CHLOE, **broken)


def test_a_course_without_a_sample_class_says_so(tiny_course: Any) -> None:
    with pytest.raises(SampleError, match="sample_class.toml"):
        read_samples(tiny_course)


def two_steps() -> dict[str, str]:
    """The tiny course's files with its step twice, as 00 and 01."""
    from tests.engine.tiny_course import COURSE_TOML, FILES, STEP_TOML

    more = {name.replace("step00", "step01"): text for name, text in FILES.items() if "step00" in name}
    more["grading_configs/step01.toml"] = edited(STEP_TOML, ('id = "00"', 'id = "01"'), ("step00_sums", "step01_sums"))
    more["grading_configs/course.toml"] = edited(COURSE_TOML, ('["00"]', '["00", "01"]'))
    return more


def test_a_steps_change_leaves_other_steps_alone(write_course: Any, tmp_path: Path) -> None:
    folder = written(write_course, tmp_path, CHLOE, **two_steps())
    other = (folder / "chloe" / "exercises" / "step01_sums" / "sums.py").read_text()
    assert DOUBLE in other and "return x + 1" not in other


def test_a_sample_may_have_begun_some_steps_alone(write_course: Any, tmp_path: Path) -> None:
    folder = written(write_course, tmp_path, ADA + 'steps = ["01"]\n', **two_steps())
    done = {step: (folder / "ada" / "exercises" / f"step{step}_sums" / "sums.py").read_text() for step in ("00", "01")}
    assert done == {"00": STUB.lstrip("\n"), "01": SOLUTION.lstrip("\n")}


def test_the_sample_class_is_graded_from_end_to_end(
    write_course: Any, tmp_path: Path, tiny_sandbox: Any, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setattr(worker, "_sandbox", lambda job, kit: tiny_sandbox)
    course, out = load_course(write_course({FILE: CLASS} | BANK)), tmp_path / "out"
    with own_modules():
        assert grade_samples(course, out, 1, BACKEND) == 0
    scores = {
        name: load_report(out / name / "report.json").score for name in ("ada", "ben", "chloe", "dmitri", "emeka")
    }
    assert scores == {"ada": 10, "ben": 0, "chloe": 6, "dmitri": 0, "emeka": 10}
    shown = capsys.readouterr().out
    assert "ben      has not started" in shown and "index.html" in shown
    assert (out / "index.html").exists() and (out / "grades.csv").exists()
    with own_modules():
        assert grade_samples(course, out, 1, BACKEND) == 0
    shown = capsys.readouterr().out
    assert "5 taken as graded before" in shown and "takes its place" not in shown
