from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.course import Course, load_course
from autograder.submission.modules import make_modules
from autograder.submission.parts import Parts
from autograder.submission.pieces import read_pieces
from autograder.submission.read import SubmissionError, read_submission
from tests.engine.submission.handing_in import SUMS, notebook, write_tree
from tests.engine.tiny_course import COURSE_TOML, STEP_TOML, STUB, edited
from tests.engine.tools import own_modules


def read_notebook(data: bytes, path: str, course: Course) -> tuple[dict[str, bytes], list[str]]:
    """The modules that a notebook at `path` makes, handed in by itself, and the warnings."""
    folder = Path(path).parent.name
    return make_modules(read_pieces(Parts(folder, {}, {}, {Path(path).name: data}, []), course), course)


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with own_modules():
        monkeypatch.syspath_prepend(tmp_path / "imported")
        yield


def read(course: Course, *cells: str) -> tuple[Any, list[str]]:
    """The module made from the cells, executed here because the test wrote it, and the warnings."""
    files, warnings = read_notebook(notebook(*cells), "lesson.ipynb", course)
    write_tree(Path(sys.path[0]) / "exercises", files)
    importlib.invalidate_caches()
    return importlib.import_module("exercises.step00_sums.sums"), warnings


def test_function_is_taken(tiny_course: Course) -> None:
    module, warnings = read(tiny_course, "def double(x):\n    return 2 * x")
    assert (module.double(3), warnings) == (6, [])


def test_exercise_that_the_notebook_leaves_out_is_still_a_stub(tiny_course: Course) -> None:
    module, _ = read(tiny_course, "def double(x):\n    return 2 * x")
    with pytest.raises(NotImplementedError, match="Begin with 0"):
        module.total([1])


def test_every_module_of_the_step_is_made(tiny_course: Course) -> None:
    files, _ = read_notebook(notebook("def double(x): return 2 * x"), "a.ipynb", tiny_course)
    assert sorted(files) == ["step00_sums/__init__.py", "step00_sums/_notebook_cells.py", SUMS]


def test_order_of_cells_does_not_matter(tiny_course: Course) -> None:
    cells = [
        "def double(x, by=TWO):\n    return times(x, by)",
        "class B(A):\n    pass",
        "def times(a, b):\n    return B().times(a, b)",
        "class A:\n    def times(self, a, b):\n        return operator.mul(a, b)",
        "TWO = 2",
        "import operator",
    ]
    assert read(tiny_course, *cells)[0].double(4) == 8


def test_later_definition_stands(tiny_course: Course) -> None:
    assert read(tiny_course, "def double(x): return 0", "def double(x): return 2 * x")[0].double(4) == 8


def test_decorator_is_kept(tiny_course: Course) -> None:
    module, _ = read(tiny_course, "import functools\n\n@functools.cache\ndef double(x):\n    return 2 * x")
    assert module.double.cache_info().hits == 0


def test_statements_that_share_a_line_are_told_apart(tiny_course: Course) -> None:
    assert read(tiny_course, "TWO = 2; print(1 / 0)\ndef double(x): return TWO * x")[0].double(4) == 8


def test_nothing_else_is_run(tiny_course: Course) -> None:
    cells = ["raise SystemExit", "for _ in range(10**12):\n    pass", "W = train()", "def double(x):\n    return 2 * x"]
    assert read(tiny_course, *cells)[0].double(4) == 8


def test_imports_that_no_exercise_needs_are_left_out(tiny_course: Course) -> None:
    module, _ = read(tiny_course, "import no_such_module", "def double(x):\n    return 2 * x")
    assert module.double(4) == 8


MAGICS = {
    "line magic": "%matplotlib inline\nimport operator\n%timeit 1\ndef double(x):\n    return operator.mul(2, x)",
    "shell": "!pip install 'torch\ndef double(x):\n    return 2 * x",
    "shell assigned": "files = !ls\ndef double(x):\n    return 2 * x",
    "help": "double?\ndef double(x):\n    return 2 * x",
    "in a block": "if True:\n    !ls\ndef double(x):\n    return 2 * x",
    "timed cell": "%%time\ndef double(x):\n    return 2 * x",
    "remainder": "%pip install x\ndef double(x):\n    return (x\n    % 1000) * 2",
    "text": 'TEXT = """\n%d items\n"""\n!ls\ndef double(x):\n    return 2 * x if TEXT == "\\n%d items\\n" else 0',
}


@pytest.mark.parametrize("what", MAGICS)
def test_magics_and_shell_lines_are_taken_out(tiny_course: Course, what: str) -> None:
    module, warnings = read(tiny_course, MAGICS[what])
    assert (module.double(4), warnings) == (8, [])


def test_cell_in_another_language_is_passed_over(tiny_course: Course) -> None:
    assert read(tiny_course, "%%bash\nrm -rf (", "def double(x):\n    return 2 * x")[1] == []


def test_broken_cell_is_told_by_its_number(tiny_course: Course) -> None:
    module, warnings = read(tiny_course, "def double(x):\n    return 2 * x", "def total(numbers:\n    return 0")
    assert module.double(4) == 8
    assert warnings == ["cell 2 is skipped: line 1 is not valid Python ('(' was never closed)"]


@pytest.mark.parametrize("hostile", ["(" * 50_000, "-" * 50_000 + "1", "x = '''" + "a" * 200_000, "\0"])
def test_hostile_cell_is_skipped(tiny_course: Course, hostile: str) -> None:
    module, warnings = read(tiny_course, hostile, "def double(x):\n    return 2 * x")
    assert module.double(4) == 8
    assert warnings[0].startswith("cell 1 is skipped")


def test_value_that_only_running_a_cell_would_give_is_told(tiny_course: Course) -> None:
    _, warnings = read(tiny_course, "W = int(input())", "def double(x):\n    return W * x")
    assert warnings == [
        "W of cell 1 comes from an answer that somebody types, and grading has nobody: a function that needs it must "
        "make it or be given it"
    ]


def test_name_that_no_cell_makes_is_told(tiny_course: Course) -> None:
    _, warnings = read(tiny_course, "def double(x):\n    return by(x)")
    assert warnings == [
        "by is made by no cell (by one that was deleted?): put what makes it in a cell, or in a .py file beside the "
        "notebook"
    ]


def test_local_variable_is_not_taken_for_a_computed_value(tiny_course: Course) -> None:
    assert read(tiny_course, "loss = train()", "def double(x):\n    loss = 2 * x\n    return loss")[1] == []


def test_import_of_the_learners_own_modules_does_not_get_in_the_way(tiny_course: Course) -> None:
    cells = [
        "from exercises.step00_sums.sums import double, total",
        "import exercises.kit",
        "def double(x): return 2 * x",
    ]
    assert read(tiny_course, *cells)[0].double(4) == 8


def test_constant_made_of_functions_is_taken(tiny_course: Course) -> None:
    cells = ["WAYS = {'twice': twice}", "def double(x): return WAYS['twice'](x)", "def twice(x): return 2 * x"]
    module, warnings = read(tiny_course, *cells)
    assert (module.double(4), warnings) == (8, [])


def test_name_that_only_an_annotation_needs_is_not_missed(tiny_course: Course) -> None:
    assert read(tiny_course, "if typing:\n    Number = int", "def double(x: Number): return 2 * x")[1] == []


def test_stub_with_late_annotations_is_still_a_module(write_course: Callable[..., Path]) -> None:
    late = "from __future__ import annotations\n"
    solution = {"reference/step00_sums/sums.py": f'"""Sums."""\n\n{late}' + STUB.replace('"""Sums of numbers."""', "")}
    module, _ = read(load_course(write_course(solution)), "def double(x) -> Never:\n    return 2 * x")
    assert module.double(4) == 8


def test_notebook_without_exercises_is_refused(tiny_course: Course) -> None:
    with pytest.raises(SubmissionError, match="defines no function that an exercise asks for; cell 1 is skipped"):
        read_notebook(notebook("def ("), "a.ipynb", tiny_course)


@pytest.mark.parametrize("data", [b"", b"[]", b'{"cells": 3}', b"[" * 100_000, b"\xff", b'{"worksheets": []}'])
def test_what_is_no_notebook_is_refused(tiny_course: Course, data: bytes) -> None:
    with pytest.raises(SubmissionError, match="is not a notebook"):
        read_notebook(data, "a.ipynb", tiny_course)


@pytest.mark.parametrize("cell", [3, None, {"cell_type": "code"}, {"cell_type": "code", "source": [1, {}]}])
def test_odd_cells_are_passed_over(tiny_course: Course, cell: object) -> None:
    good = {"cell_type": "code", "source": ["def double(x):\n", "    return 2 * x"]}
    files, warnings = read_notebook(json.dumps({"cells": [cell, good]}).encode(), "a.ipynb", tiny_course)
    assert (SUMS in files, warnings) == (True, [])


@pytest.fixture
def two_steps(write_course: Callable[..., Path]) -> Course:
    swaps = ('id = "00"', 'id = "01"'), ("step00_sums", "step01_more"), ('["double"]', '["01.double"]')
    changes = {
        "grading_configs/course.toml": edited(COURSE_TOML, ('["00"]', '["00", "01"]')),
        "grading_configs/step01.toml": edited(STEP_TOML, *swaps, ('id = "total"', 'id = "product"')),
        "reference/step01_more/sums.py": STUB.replace("total", "product"),
    }
    return load_course(write_course(changes))


DOUBLE, PRODUCT = "def double(x): return 2 * x", "def product(x): return 0"
STEPS: dict[str, tuple[bytes, str, str]] = {
    "by its name": (notebook(DOUBLE), "/home/a/my step01 work.ipynb", "step01_more"),
    "by its folder": (notebook(DOUBLE), "/exercises/step01_more/lesson.ipynb", "step01_more"),
    "by its metadata": (notebook(DOUBLE, lmi={"step": "01"}), "/home/step00.ipynb", "step01_more"),
    "by its functions": (notebook(DOUBLE, PRODUCT), "lesson.ipynb", "step01_more"),
    "not by a student's number": (notebook(DOUBLE, PRODUCT), "0034.ipynb", "step01_more"),
}


@pytest.mark.parametrize("how", STEPS)
def test_step_of_a_notebook_is_found(two_steps: Course, how: str) -> None:
    data, path, folder = STEPS[how]
    files, _ = read_notebook(data, path, two_steps)
    assert {name.split("/")[0] for name in files} == {folder}


def test_notebook_of_no_clear_step_is_refused(two_steps: Course) -> None:
    with pytest.raises(SubmissionError, match="could belong to step 00 or 01: put step00 in its file name"):
        read_notebook(notebook(DOUBLE), "lesson.ipynb", two_steps)


def test_notebook_is_a_submission(tiny_course: Course, tmp_path: Path) -> None:
    (tmp_path / "ada.ipynb").write_bytes(notebook(DOUBLE))
    submission = read_submission(tmp_path / "ada.ipynb", tiny_course)
    assert (submission.name, SUMS in submission.files) == ("ada", True)


def test_notebook_alone_in_a_folder_is_a_submission(tiny_course: Course, tmp_path: Path) -> None:
    (tmp_path / "ada").mkdir()
    (tmp_path / "ada/work.ipynb").write_bytes(notebook(DOUBLE))
    assert SUMS in read_submission(tmp_path / "ada", tiny_course).files
