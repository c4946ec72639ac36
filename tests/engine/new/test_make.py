"""`lmi new`: what it makes is sound, and what it cannot make whole leaves everything as it was."""

from __future__ import annotations

import ast
import shutil
import sys
import tomllib
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import pytest

from autograder import cli
from autograder.course import Course, audit_course, load_course
from autograder.new import make
from autograder.new.make import NewError, new_course, new_step
from autograder.release import package_name, release
from autograder.upkeep import stale_stubs
from tests.engine.tools import ROOT

Lmi = Callable[..., tuple[int, str]]


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return new_course(tmp_path / "sums", "Sums and products", "Means")


@pytest.fixture
def lmi(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Lmi:
    """Runs `lmi` in the folder that is named first; its exit status and what it says on stderr."""

    def lmi(folder: Path, *arguments: object) -> tuple[int, str]:
        monkeypatch.chdir(folder)
        monkeypatch.setattr(sys, "argv", ["lmi", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            cli.main()
        return int(left.value.code or 0), capsys.readouterr().err

    return lmi


def everything(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def places(folder: Path) -> set[Path]:
    return set(folder.rglob("*"))


# ---------------------------------------------------------------- a course


def test_a_new_course_has_no_problem(course: Course) -> None:
    assert audit_course(course) == [] and stale_stubs(course) == []


def test_its_stub_asks_for_the_solution(course: Course) -> None:
    assert "raise NotImplementedError(" in course.stub_path(course.exercises[0]).read_text()


def test_every_blank_is_filled_in(course: Course) -> None:
    texts = {name: content.decode() for name, content in everything(course.root).items()}
    assert [name for name, text in texts.items() if "{{" in text or "stepNN" in text + name] == []


def test_its_title_comes_from_the_folder(tmp_path: Path) -> None:
    assert new_course(tmp_path / "linear-algebra", None, "First").title == "Linear algebra"


@pytest.mark.parametrize("title", ['Sums, "exactly"', r"a \ b", "Maße und Größen", "線形代数"])
def test_any_title_is_kept(tmp_path: Path, title: str) -> None:
    made = new_course(tmp_path / "course", title, title)
    assert (made.title, made.steps[0].title) == (title, title)
    assert tomllib.loads((made.root / "pyproject.toml").read_text("utf-8"))["project"]["description"] == title


def test_an_empty_folder_becomes_a_course(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert audit_course(new_course(tmp_path / "empty", None, "First")) == []


def test_what_it_needs_is_pinned(course: Course) -> None:
    pins = (course.root / "constraints.txt").read_text().splitlines()
    assert f"numpy=={metadata.version('numpy')}" in pins and "torch" in {package_name(pin) for pin in pins}


def test_what_the_engine_imports_is_among_what_a_course_installs(course: Course) -> None:
    project = tomllib.loads((course.root / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    listed = {package_name(one) for one in [*project["dependencies"], *extras["staff"], *extras["site"]]}
    homes = metadata.packages_distributions()
    imported = {package_name(homes[name][0]) for name in _imported(ROOT / "autograder") if name in homes}
    come_with_others = {"nbformat", "ipython", "nbclient", "docutils"}  # with jupyter, and with Sphinx
    assert imported - listed - come_with_others - {"learn-mech-interp"} == set()


def _imported(folder: Path) -> set[str]:
    nodes = [node for file in folder.rglob("*.py") for node in ast.walk(ast.parse(file.read_text("utf-8")))]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom) and not node.level}
    return {name.partition(".")[0] for name in names}


def test_its_tests_run_with_this_engines_plugin(course: Course) -> None:
    ours, theirs = (tomllib.loads((root / "pyproject.toml").read_text()) for root in (ROOT, course.root))
    assert theirs["tool"]["pytest"]["ini_options"]["addopts"] == ours["tool"]["pytest"]["ini_options"]["addopts"]


def test_it_can_be_released_and_learners_get_no_scaffold(course: Course, tmp_path: Path) -> None:
    assert [name for name in release(course, tmp_path / "out") if "scaffold" in name] == []


# ---------------------------------------------------------------- a step


def test_a_new_step_leaves_the_course_without_problem(course: Course) -> None:
    more = new_step(new_step(course), title="Least squares")
    assert [step.id for step in more.steps] == ["00", "01", "02"]
    assert more.steps[2].folder == "step02_least_squares"
    assert audit_course(more) == [] and stale_stubs(more) == []


def test_a_steps_names_can_be_chosen(course: Course) -> None:
    step = new_step(course, "A1", "Norms", "norms").step("A1")
    assert (step.title, step.folder) == ("Norms", "norms")


def test_nothing_else_of_the_course_changes(course: Course) -> None:
    before = everything(course.root)
    new_step(course)
    after = everything(course.root)
    assert [name for name in before if after[name] != before[name]] == ["grading_configs/course.toml"]


def test_the_list_of_steps_keeps_its_comments(course: Course) -> None:
    file = course.root / "grading_configs/course.toml"
    text = file.read_text().split("\n")
    at = next(n for n, line in enumerate(text) if line.startswith("steps"))
    several = ["steps = [", '  "00", # the first ]', '  # "99" one day', "] # in order"]
    file.write_text("\n".join([*text[:at], *several, *text[at + 1 :]]))
    new_step(load_course(course.root))
    written = [*several[:-1], '  "01"', several[-1]]
    assert file.read_text() == "\n".join([*text[:at], *written, *text[at + 1 :]])


# ---------------------------------------------------------------- what is refused


def test_a_folder_that_holds_something_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(NewError, match="is not empty: name a new folder"):
        new_course(tmp_path, None, "First")
    assert everything(tmp_path) == {"notes.txt": b"mine"}


@pytest.mark.parametrize(
    ("place", "title", "step", "said"),
    [
        ("file", None, "First", "is not a folder"),
        ("no/such", None, "First", "create it first"),
        ("sums/inner", None, "First", "lies inside the course"),
        ("new", " ", "First", "is no title"),
        ("new", "Two\nlines", "First", "is no title"),
        ("new", "Sums", "", "is no title"),
    ],
)
def test_a_course_that_cannot_be_is_refused(
    course: Course, tmp_path: Path, place: str, title: str | None, step: str, said: str
) -> None:
    (tmp_path / "file").write_text("")
    before = places(tmp_path)
    with pytest.raises(NewError, match=said):
        new_course(tmp_path / place, title, step)
    assert places(tmp_path) == before


@pytest.mark.parametrize(
    ("id", "title", "folder", "said"),
    [
        ("00", None, None, "there is a step 00 already"),
        ("0.1", None, None, "is no id of a step"),
        ("", None, None, "is no id of a step"),
        ("../x", None, None, "is no id of a step"),
        (None, "", None, "is no title"),
        (None, None, "Has Capitals", "is no folder for a step"),
        (None, None, "../outside", "is no folder for a step"),
        (None, None, "kit", "is no folder for a step"),
        (None, None, "step00_means", "is there already"),
    ],
)
def test_a_step_that_cannot_be_is_refused(
    course: Course, id: str | None, title: str | None, folder: str | None, said: str
) -> None:
    before = everything(course.root)
    with pytest.raises(NewError, match=said):
        new_step(course, id, title, folder)
    assert everything(course.root) == before


def test_a_disk_that_refuses_leaves_no_step(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    before = everything(course.root), places(course.root)

    def refuse(course: Course, id: str) -> None:
        raise PermissionError(13, "Permission denied", "course.toml")

    monkeypatch.setattr(make, "_list_step", refuse)
    with pytest.raises(NewError, match=r"course.toml cannot be written: Permission denied"):
        new_step(course)
    assert (everything(course.root), places(course.root)) == before


def test_a_disk_that_refuses_leaves_no_course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moved: list[Path] = []

    def refuse_the_third(source: Path, target: Path) -> None:
        if len(moved) == 2:
            raise OSError(28, "No space left on device", str(target))
        moved.append(target)
        move(source, target)

    move = shutil.move
    monkeypatch.setattr(shutil, "move", refuse_the_third)
    with pytest.raises(NewError, match="No space left on device"):
        new_course(tmp_path / "sums", None, "First")
    assert places(tmp_path) == set()


# ---------------------------------------------------------------- the command


def test_the_commands_make_a_course_and_a_step(lmi: Lmi, tmp_path: Path) -> None:
    assert lmi(tmp_path, "new", "course", "sums", "--step", "Means") == (0, "")
    assert lmi(tmp_path / "sums/exercises", "new", "step", "--title", "Medians") == (0, "")
    assert [step.folder for step in load_course(tmp_path / "sums").steps] == ["step00_means", "step01_medians"]


def test_a_refusal_is_one_line_and_status_2(lmi: Lmi, course: Course) -> None:
    status, said = lmi(course.root, "new", "step", "--id", "00")
    assert status == 2 and said == "there is a step 00 already (Means): choose another id\n"


def test_a_step_outside_of_a_course_is_refused(lmi: Lmi, tmp_path: Path) -> None:
    status, said = lmi(tmp_path, "new", "step")
    assert status == 2 and "run this inside a course" in said and said.count("\n") == 1


def test_learners_cannot_add_a_step(lmi: Lmi, course: Course, tmp_path: Path) -> None:
    release(course, tmp_path / "out")
    status, said = lmi(tmp_path / "out", "new", "step")
    assert status == 2 and "the learners' copy" in said and said.count("\n") == 1


def test_an_engine_without_the_scaffold_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(make, "SCAFFOLD", tmp_path / "nowhere")
    with pytest.raises(NewError, match="learners' copy cannot begin a course"):
        new_course(tmp_path / "sums", None, "First")
