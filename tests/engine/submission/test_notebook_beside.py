"""A notebook beside the modules gives what the modules leave out, and the modules' own work stays."""

from __future__ import annotations

import ast
import importlib
import json
import random
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from autograder.course import Course, Step, load_course
from autograder.grading.one import grade
from autograder.sandbox.host import Sandbox
from autograder.submission.read import Submission, SubmissionError, read_submission
from tests.engine.submission.handing_in import notebook, write_tree, write_zip
from tests.engine.tiny_course import COURSE_TOML, SOLUTION, STEP_TOML, STUB, edited
from tests.engine.tools import BACKEND, DOUBLE_STUB, ROOT, TOTAL_STUB, own_modules

SUMS, LESSON = "step00_sums/sums.py", "step00_sums/lesson.ipynb"
HALF = edited(STUB, (DOUBLE_STUB, "return x + x"))  # double is solved, total is not
TOTAL = "def total(numbers):\n    return sum(numbers)"


def numbers(files: Mapping[str, bytes], module: str = "step00_sums.sums") -> object:
    """The module that the files hold, executed here because the test wrote it."""
    folder = Path(sys.path[0])
    write_tree(folder / "exercises", files)
    return importlib.import_module(f"exercises.{module}")


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with own_modules():
        monkeypatch.syspath_prepend(tmp_path / "imported")
        yield


GAVE_TOTAL = f"{LESSON} gave total; the modules gave the rest"


def read(course: Course, folder: Path, files: Mapping[str, str | bytes]) -> Submission:
    return read_submission(write_tree(folder, files), course)


SHAPES = {
    "a tree": ("ada", "exercises/step00_sums/"),
    "a tree without exercises": ("ada", "step00_sums/"),
    "the step's folder": ("step00_sums", ""),
    "bare files": ("homework", ""),
    "bare files in a folder": ("ada", "homework/"),
}


@pytest.mark.parametrize("zipped", [False, True], ids=["folder", "zip"])
@pytest.mark.parametrize("shape", SHAPES)
def test_what_the_module_leaves_out_is_taken_from_the_notebook(
    tiny_course: Course, tmp_path: Path, shape: str, zipped: bool
) -> None:
    outer, above = SHAPES[shape]
    files = {f"{above}sums.py": HALF, f"{above}lesson.ipynb": notebook(TOTAL)}
    path = write_zip(tmp_path / f"{outer}.zip", files) if zipped else write_tree(tmp_path / outer, files)
    submission = read_submission(path, tiny_course)
    sums = numbers(submission.files)
    assert (sums.double(4), sums.total([1, 2]), submission.warnings) == (8, 3, [GAVE_TOTAL])


def test_notebook_that_gave_all_that_counts_is_not_worth_a_word(tiny_course: Course, tmp_path: Path) -> None:
    assert read(tiny_course, tmp_path / "ada", {SUMS: STUB, LESSON: notebook(TOTAL)}).warnings == []


def test_what_the_module_has_solved_stays(tiny_course: Course, tmp_path: Path) -> None:
    wrong = "def double(x):\n    return 0"
    submission = read(tiny_course, tmp_path / "ada", {SUMS: HALF, LESSON: notebook(wrong, TOTAL)})
    assert numbers(submission.files).double(4) == 8
    assert submission.warnings == [
        GAVE_TOTAL,
        f"{LESSON} defines double: the modules were graded; to have the notebook graded, hand it in by itself",
    ]


def test_same_solution_in_both_is_not_worth_a_word(tiny_course: Course, tmp_path: Path) -> None:
    same = "def double(x: int) -> int:\n    return x + x  # as in the module"
    submission = read(tiny_course, tmp_path / "ada", {SUMS: HALF, LESSON: notebook(same)})
    assert (submission.warnings, submission.files) == ([], {SUMS: HALF.encode()})


def test_submission_is_as_it_was_when_the_notebook_gives_nothing(tiny_course: Course, tmp_path: Path) -> None:
    modules = read(tiny_course, tmp_path / "a", {SUMS: STUB})
    both = read(tiny_course, tmp_path / "b", {SUMS: STUB, LESSON: notebook("import torch", "print(1)")})
    assert (both.files, both.digest, both.warnings) == (modules.files, modules.digest, [])


def test_missing_module_is_made_from_its_stub(tiny_course: Course, tmp_path: Path) -> None:
    submission = read(tiny_course, tmp_path / "ada", {"step00_sums/mine.py": "x = 1\n", LESSON: notebook(TOTAL)})
    sums = numbers(submission.files)
    assert sums.total([1, 2]) == 3
    with pytest.raises(NotImplementedError):
        sums.double(1)


def test_stub_of_an_older_course_is_still_a_stub(tiny_course: Course, tmp_path: Path) -> None:
    older = edited(HALF, (TOTAL_STUB, 'raise NotImplementedError("Add them up")'), ("; 0 when there is none", ""))
    assert numbers(read(tiny_course, tmp_path / "ada", {SUMS: older, LESSON: notebook(TOTAL)}).files).total([5]) == 5


def test_function_that_was_deleted_from_the_module_is_taken(tiny_course: Course, tmp_path: Path) -> None:
    files = {SUMS: "def double(x):\n    return 2 * x\n", LESSON: notebook(TOTAL)}
    assert numbers(read(tiny_course, tmp_path / "ada", files).files).total([5]) == 5


def test_helpers_of_the_module_and_of_the_notebook_are_each_their_own(tiny_course: Course, tmp_path: Path) -> None:
    module = edited(HALF, ("return x + x", "return by(x)")) + "\n\ndef by(x):\n    return 2 * x\n"
    cells = "def by(x):\n    return 0 * x", "def total(numbers):\n    return sum(numbers) + by(1)"
    submission = read(tiny_course, tmp_path / "ada", {SUMS: module, LESSON: notebook(*cells)})
    sums = numbers(submission.files)
    assert (sums.double(4), sums.total([1, 2]), submission.warnings) == (8, 3, [GAVE_TOTAL])


def test_notebook_uses_what_the_module_has_solved(tiny_course: Course, tmp_path: Path) -> None:
    cells = (
        "from exercises.step00_sums.sums import double, total",
        "def total(numbers):\n    return double(sum(numbers))",
    )
    submission = read(tiny_course, tmp_path / "ada", {SUMS: HALF, LESSON: notebook(*cells)})
    assert (numbers(submission.files).total([1, 2]), submission.warnings) == (6, [GAVE_TOTAL])


def test_lines_of_the_module_keep_their_numbers(tiny_course: Course, tmp_path: Path) -> None:
    files = read(tiny_course, tmp_path / "ada", {SUMS: HALF.lstrip(), LESSON: notebook(TOTAL)}).files
    assert files[SUMS].decode().split("\n")[1:11] == HALF.lstrip().split("\n")[1:11]


def test_module_keeps_its_encoding(tiny_course: Course, tmp_path: Path) -> None:
    half = ("# -*- coding: latin-1 -*-\nname = 'Zoë'\n" + HALF).encode("latin-1")
    submission = read(tiny_course, tmp_path / "ada", {SUMS: half, LESSON: notebook(TOTAL)})
    sums = numbers(submission.files)
    assert (sums.double(4), sums.total([1, 2]), sums.name) == (8, 3, "Zoë")


@pytest.mark.parametrize("broken", ["def double(x:\n", "x = 'déjà'".encode("latin-1"), b"x = 1\0"])
def test_module_that_python_cannot_read_is_left_alone(tiny_course: Course, tmp_path: Path, broken: str | bytes) -> None:
    submission = read(tiny_course, tmp_path / "ada", {SUMS: broken, LESSON: notebook(TOTAL)})
    assert submission.files[SUMS] == (broken if isinstance(broken, bytes) else broken.encode())
    assert submission.warnings[-1].startswith(f"{LESSON} defines total: the modules were graded")


def test_broken_cell_is_told_while_something_is_missing(tiny_course: Course, tmp_path: Path) -> None:
    submission = read(tiny_course, tmp_path / "ada", {SUMS: HALF, LESSON: notebook("def total(")})
    assert submission.warnings == [f"{LESSON} cell 1 is skipped: line 1 is not valid Python ('(' was never closed)"]


def test_broken_cell_is_not_worth_a_word_when_all_is_written(tiny_course: Course, tmp_path: Path) -> None:
    assert read(tiny_course, tmp_path / "ada", {SUMS: SOLUTION, LESSON: notebook("def total(")}).warnings == []


def test_notebook_that_cannot_be_read_is_told(tiny_course: Course, tmp_path: Path) -> None:
    submission = read(tiny_course, tmp_path / "ada", {SUMS: HALF, LESSON: "no notebook"})
    [warning] = submission.warnings
    assert warning.startswith(f"{LESSON} is not a notebook") and warning.endswith("it is not graded")


def test_lesson_counts_before_other_notebooks_of_its_folder(tiny_course: Course, tmp_path: Path) -> None:
    files = {SUMS: HALF, LESSON: notebook(TOTAL), "step00_sums/a.ipynb": notebook("def total(numbers): return 0")}
    submission = read(tiny_course, tmp_path / "ada", files)
    assert numbers(submission.files).total([1, 2]) == 3
    assert submission.warnings[0] == GAVE_TOTAL
    assert submission.warnings[1].startswith("step00_sums/a.ipynb defines total: the modules were graded")


def test_notebook_outside_of_the_steps_folders_is_told(tiny_course: Course, tmp_path: Path) -> None:
    submission = read(tiny_course, tmp_path / "ada", {SUMS: HALF, "work.ipynb": notebook(TOTAL)})
    assert submission.warnings == [
        "work.ipynb defines total but is not graded: put it in its step's folder, or hand it in by itself"
    ]


def test_notebooks_outside_of_the_steps_folders_are_told_in_the_order_of_their_names(
    tiny_course: Course, tmp_path: Path
) -> None:
    files = {f"{letter}.ipynb": notebook(TOTAL) for letter in "abcdefgh"}
    told = read(tiny_course, tmp_path / "ada", {"exercises/" + SUMS: HALF, **files}).warnings
    assert [line.split()[0] for line in told] == list(files)


def test_more_notebooks_than_anyone_needs_are_not_read(tiny_course: Course, tmp_path: Path) -> None:
    files = {SUMS: HALF} | {f"step00_sums/n{at:02}.ipynb": notebook("x = 1") for at in range(22)}
    [warning] = read(tiny_course, tmp_path / "ada", files).warnings
    assert warning == "holds more than 20 notebooks: step00_sums/n20.ipynb and the rest are not graded"


@pytest.fixture
def two_steps(write_course: Callable[..., Path]) -> Course:
    swaps = ('id = "00"', 'id = "01"'), ("step00_sums", "step01_more"), ('["double"]', '["01.double"]')
    changes = {
        "grading_configs/course.toml": edited(COURSE_TOML, ('["00"]', '["00", "01"]')),
        "grading_configs/step01.toml": edited(STEP_TOML, *swaps),
        "reference/step01_more/sums.py": SOLUTION,
    }
    return load_course(write_course(changes))


@pytest.mark.parametrize("modules", [{SUMS: HALF, "step01_more/sums.py": STUB}, {}], ids=["with modules", "alone"])
def test_each_step_has_its_notebook(two_steps: Course, tmp_path: Path, modules: dict[str, str]) -> None:
    more = notebook("def total(numbers): return 7")
    files = read(
        two_steps, tmp_path / "ada", {**modules, LESSON: notebook(TOTAL), "step01_more/lesson.ipynb": more}
    ).files
    assert numbers(files).total([1, 2]) == 3
    assert numbers(files, "step01_more.sums").total([1, 2]) == 7


def test_notebooks_that_hold_nothing_are_no_submission(two_steps: Course, tmp_path: Path) -> None:
    files = {LESSON: notebook("x = 1"), "step01_more/lesson.ipynb": notebook("x = 1")}
    with pytest.raises(SubmissionError, match="holds no module of the course"):
        read(two_steps, tmp_path / "ada", files)


# ---------------------------------------------------------------- this course


@pytest.fixture(scope="module")
def course() -> Course:
    return load_course(ROOT)


def as_notebook(course: Course, step: Step, taken: set[str]) -> bytes:
    """The step's lesson with the solutions of the taken names, and all that is no exercise, in cells out of order."""
    lesson = json.loads((course.exercises_folder(step) / "lesson.ipynb").read_text(encoding="utf-8"))
    cells = ["".join(cell["source"]) for cell in lesson["cells"] if cell["cell_type"] == "code"]
    for path in course.reference_folder(step).glob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if getattr(node, "name", None) in asked_for(step) - taken:
                cells.append(f"from exercises.{step.folder}.{path.stem} import {node.name}")
            elif not (isinstance(node, ast.ImportFrom) and node.level):
                cells.append(ast.unparse(node))
    random.Random(0).shuffle(cells)
    return notebook(*cells)


def asked_for(step: Step) -> set[str]:
    return {exercise.target.split(".")[0] for exercise in step.exercises}


def with_solved(course: Course, step: Step, solved: set[str]) -> dict[str, str]:
    """The step's solutions with every exercise that is not solved as in its stub."""
    files = {}
    for path in course.reference_folder(step).glob("*.py"):
        stub = ast.parse((course.exercises_folder(step) / path.name).read_text(encoding="utf-8"))
        stubs = {node.name: node for node in stub.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
        body = ast.parse(path.read_text(encoding="utf-8")).body
        missing = asked_for(step) - solved
        kept = [stubs[name] if (name := getattr(node, "name", None)) in missing else node for node in body]
        files[f"{step.folder}/{path.name}"] = ast.unparse(ast.Module(kept, []))
    return files


OTHERS = [(1, "other half"), (None, "all")]


def handed_in(course: Course, step: Step, taken: set[str]) -> dict[str, str | bytes]:
    """The solutions of a step, those of the taken names in its notebook."""
    lesson = as_notebook(course, step, taken)
    return {**with_solved(course, step, asked_for(step) - taken), f"{step.folder}/lesson.ipynb": lesson}


@pytest.mark.parametrize(
    "half",
    [pytest.param(0, id="one half"), *(pytest.param(half, marks=pytest.mark.slow, id=id) for half, id in OTHERS)],
)
@pytest.mark.parametrize("step", ["primer", "00", "01", "02", "03", "04", "05"])
def test_modules_import_whichever_is_first(course: Course, tmp_path: Path, step: str, half: int | None) -> None:
    asked = sorted(asked_for(course.step(step)))
    files = handed_in(course, course.step(step), set(asked if half is None else asked[half::2]))
    submission = read_submission(write_tree(tmp_path / "ada", files), course)
    told = [] if half is None else [course.step(step).folder]  # when the notebook gave all, there is nothing to tell
    assert [line.split("/")[0] for line in submission.warnings] == told
    assert all(line.endswith("; the modules gave the rest") for line in submission.warnings)
    home = write_tree(Path(sys.path[0]) / "exercises", submission.files)
    (home / "kit").symlink_to(ROOT / "exercises" / "kit")
    importlib.invalidate_caches()  # a folder that was looked into a moment ago holds more now
    for name in submission.files:
        for earlier in [name for name in sys.modules if name.startswith(f"exercises.{course.step(step).folder}")]:
            del sys.modules[earlier]
        importlib.import_module(f"exercises.{name.removesuffix('.py').replace('/', '.')}")


@pytest.mark.slow
def test_solutions_of_which_half_are_in_the_notebook_score_full_marks(course: Course, tmp_path: Path) -> None:
    step = course.step("00")
    path = write_tree(tmp_path / "ada", handed_in(course, step, set(sorted(asked_for(step))[::2])))
    with Sandbox(BACKEND, ROOT, ROOT / "exercises" / "kit") as sandbox:
        report = grade(read_submission(path, course), course, sandbox, [step], "salt")
    assert report.score == 100
    [gave] = report.warnings
    assert gave.startswith("step00_mnist_templates/lesson.ipynb gave ")


@pytest.mark.parametrize("depth", [900, 2900, 20_000])
@pytest.mark.parametrize("where", [SUMS, LESSON])
def test_code_nested_too_deeply_to_be_looked_at_harms_nobody(
    tiny_course: Course, tmp_path: Path, where: str, depth: int
) -> None:
    deep = f"def double(x):\n    return {'-' * depth}x\n\n\n{TOTAL}"
    files = {SUMS: HALF, LESSON: notebook(TOTAL)} | {where: notebook(deep, "x = (") if where == LESSON else deep}
    assert SUMS in read(tiny_course, tmp_path / "ada", files).files
