from __future__ import annotations

import importlib
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.course import Course, load_course
from autograder.study import doctor
from autograder.study.machine import Packages, Probe, packages, probe
from tests.engine.tiny_course import STEP_TOML, edited

ROOM = importlib.import_module("autograder.study.doctor")
SETTINGS = ("LMI_THREADS", "LMI_SEED")


@pytest.fixture(autouse=True)
def _machine_that_works(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(ROOM, "probe", lambda root: Probe(threads=2))
    monkeypatch.setattr(ROOM, "packages", lambda root: Packages(">=3.11", True, [], []))


def test_a_machine_that_works_is_well(tiny_course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    assert doctor(tiny_course) == 0
    assert "Everything that is needed works." in capsys.readouterr().out


def test_it_says_whose_copy_this_is(tiny_course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    doctor(tiny_course)
    assert "staff: with solutions and hidden tests" in capsys.readouterr().out
    shutil.rmtree(tiny_course.root / "reference")
    doctor(tiny_course)
    assert "learners': stubs and public tests" in capsys.readouterr().out


def test_a_broken_manifest_is_essential_and_told(
    write_course: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = write_course({"grading_configs/step00.toml": edited(STEP_TOML, ("points = 10", "points = 11"))})
    monkeypatch.chdir(root)
    assert doctor(None) == 2
    assert "the exercises add up to 10 points" in capsys.readouterr().out


def test_outside_of_a_course_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert doctor(None) == 2
    assert "run this inside a course" in capsys.readouterr().out


def test_a_missing_stub_is_named(tiny_course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    (tiny_course.root / "exercises/step00_sums/sums.py").unlink()
    assert doctor(tiny_course) == 0
    assert "step00_sums/sums.py is missing" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("LMI_SEED", "seven", "not a whole number"),
        ("LMI_THREADS", "0", "not a number of threads"),
    ],
)
def test_a_setting_that_cannot_be_is_broken(
    tiny_course: Course,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    value: str,
    said: str,
) -> None:
    monkeypatch.setenv(name, value)
    assert doctor(tiny_course) == 2
    shown = capsys.readouterr().out
    assert said in shown and f"Broken: {name}." in shown


def test_a_torch_that_does_not_import_is_broken(
    tiny_course: Course, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(ROOM, "probe", lambda root: Probe(problem="ImportError: libtorch.so"))
    assert doctor(tiny_course) == 2
    assert "libtorch.so" in capsys.readouterr().out


def test_a_package_that_is_missing_or_too_old_says_what_to_install(
    tmp_path: Path, tiny_course: Course, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    needed = 'requires-python = ">=3.11"\ndependencies = ["no-such-package-here>=2", "rich>=999", "typer"]\n'
    (tmp_path / "pyproject.toml").write_text(f"[project]\n{needed}")
    monkeypatch.setattr(ROOM, "packages", lambda root: packages(tmp_path))
    assert doctor(tiny_course) == 2
    shown = capsys.readouterr().out
    assert "not installed (needs >=2)" in shown and 'pip install "rich>=999"' in shown and "1 of 3 as needed" in shown


KIT_DOCTOR = """
def lines():
    print("noise")
    yield "ok", "BASIS", "not set: the standard basis", ""
    yield "bad", "tables", "torn", "Fetch them again."
"""


def test_what_a_courses_kit_looked_at_is_shown(
    write_course: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(ROOM, "probe", probe)
    assert doctor(load_course(write_course({"exercises/kit/doctor.py": KIT_DOCTOR}))) == 2
    shown = capsys.readouterr().out
    assert "✓ BASIS            not set: the standard basis" in shown and "Fetch them again." in shown
    assert "Broken: tables." in shown and "noise" not in shown


def test_a_kits_doctor_that_fails_is_told(write_course: Callable[..., Path]) -> None:
    found = probe(write_course({"exercises/kit/doctor.py": "def lines():\n    raise OSError('no disk')\n"}))
    assert found.kit == [["bad", "kit", "its doctor.py does not work", "OSError: no disk"]]


def test_a_course_without_a_kit_has_nothing_more_to_look_at(tiny_course: Course) -> None:
    shutil.rmtree(tiny_course.kit)
    found = probe(tiny_course.root)
    assert found.threads and found.kit == [] and found.problem is None
