"""A notebook is graded as its kernel runs it: each function with every statement that made or changed what it needs."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.course import Course
from autograder.submission.read import read_submission
from tests.engine.submission.handing_in import notebook, write_tree
from tests.engine.submission.test_notebook import SUMS, read, read_notebook
from tests.engine.tools import own_modules

DOUBLE = "def double(x):\n    return BY * x"


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with own_modules():
        monkeypatch.syspath_prepend(tmp_path / "imported")
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("BY_OF_ADA", "1")
        yield


# Each makes BY 2 by the time that the cells have run; a kernel agrees.
STATE = {
    "a call": ["BY = int('2')"],
    "the last of two": ["BY = 7", "BY = int('2')"],
    "after the function": [DOUBLE, "BY = 2"],
    "an augmented assignment": ["BY = 1", "BY *= 2"],
    "a tuple": ["A, (B, *C) = 1, (2, 3)", "BY = B"],
    "an expression of another": ["A = 4", "BY = A / 2"],
    "the earlier value of another": ["A = 2", "BY = A", "A = 5"],
    "under if": ["if 1 > 2:\n    BY = 1\nelse:\n    BY = 2"],
    "try": ["try:\n    import no_such_module as BY\nexcept ImportError:\n    BY = 2"],
    "with": ["import contextlib\nwith contextlib.suppress(ValueError):\n    BY = 2\n    int('x')"],
    "a loop": ["BY = 0\nfor _ in range(2):\n    BY += 1"],
    "a while loop": ["BY = 0", "while BY < 2:\n    BY = BY + 1"],
    "a walrus": ["print((BY := 2))"],
    "a comprehension": ["BY = sum([one for one in (1, 1)])"],
    "a walrus in a comprehension": ["[BY := one for one in (1, 2)]"],
    "a dictionary changed": ["D = {}", "D['by'] = 2", "BY = D['by']"],
    "a dictionary changed later": ["D = {'by': 1}", "class C:\n    def __rmul__(s, x): return x * D['by']\n"
                                   "    __mul__ = __rmul__", "BY = C()", "D['by'] = 2"],
    "a list that grew": ["L = []", "L.append(2)", "BY = L[0]"],
    "another name of a list": ["L = [1]", "M = L", "M[0] = 2", "BY = L[0]"],
    "a list held by another": ["L = [1]", "M = {'l': L}", "L[0] = 2", "BY = M['l'][0]"],
    "a call that is passed it": ["D = {}", "def register(d):\n    d['by'] = 2", "register(D)", "BY = D['by']"],
    "a call that sets a global": ["def setup():\n    global BY\n    BY = 2", "setup()"],
    "a call that changes a global": ["R = []", "def add():\n    R.append(2)", "add()", "BY = R[0]"],
    "a closure that counts": ["def counter():\n    n = 0\n    def count():\n        nonlocal n\n        n += 1\n"
                              "        return n\n    return count", "count = counter()", "count()", "BY = count()"],
    "setattr": ["class C: by = 1", "setattr(C, 'by', 2)", "BY = C.by"],
    "an attribute": ["class C: by = 1", "C.by = 2", "BY = C().by"],
    "a deleted item": ["L = [1, 2]", "del L[0]", "BY = L[0]"],
    "a decorator that registers": ["R = {}\ndef register(f):\n    R[f.__name__] = f\n    return f",
                                   "@register\ndef two(): return 2", "BY = R['two']()"],
    "a partial": ["from functools import partial\nBY = partial(int, '2')()"],
    "a base": ["class A:\n    by = 2", "class B(A): pass", "BY = B.by"],
    "a star": ["from math import *", "BY = int(sqrt(4))"],
    "a seed": ["import random", "random.seed(3)", "BY = random.random() * 0 + 2"],
    "a match": ["match 2:\n    case BY:\n        pass"],
    "an alias of a module": ["import math as m", "BY = int(m.sqrt(4))"],
    "iterators": ["I = iter([1, 2])", "next(I)", "BY = next(I)"],
    "an exception's name left out": ["try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    BY = len([error, 1])"],
    "await": ["async def two():\n    return 2", "BY = await two()"],
    "a time magic": ["%time BY = 2"],
    "a timed cell": ["%%time\nBY = 2"],
    "a captured cell": ["%%capture out\nprint(1)\nBY = 2"],
    "main": ["if __name__ == '__main__':\n    BY = 2"],
    "a data class": ["from dataclasses import dataclass\n@dataclass\nclass C:\n    by: int = 2", "BY = C().by"],
    "an import of its own": ["import os, no_such_module", "BY = len(os.sep) + 1"],
    "what fails on the way": ["BY = 2", "BY += 1 / 0"],
    "a continued shell line": ["!pip install \\\n  torch\nBY = 2"],
    "a magic in a block": ["if True:\n    %matplotlib inline\n    BY = 2"],
    "a copied prompt": ["In [3]: BY = 2"],
    "lone carriage returns": ["A = 1\rBY = 2\r"],
    "a help line": ["BY = 2\nBY?"],
    "a magic that sets a variable": ["%set_env BY_OF_ADA=2", "import os\nBY = int(os.environ['BY_OF_ADA'])"],
    "another": ["%env BY_OF_ADA 2", "from os import getenv", "BY = int(getenv('BY_OF_ADA'))"],
    "a question of where it runs": ["BY = 3 if 'google.colab' in str(get_ipython()) else 2"],
    "a magic with options": ["%prun -q BY = 2"],
    "no file of its own": ["try:\n    here = __file__\n    BY = 3\nexcept NameError:\n    BY = 2"],
    "another name of a list that grows": ["L = [1]", "M = L", "M += [1]", "BY = len(L)"],
    "a thread": ["import threading\nbox = []\nt = threading.Thread(target=lambda: box.append(2))",
                 "t.start(); t.join()", "BY = box[0]"],
    "a timed value": ["BY = %time 1 + 1"],
    "a value for main": ["BY = 2 if __name__ == '__main__' else 3"],
    "a name as text": ["globals()['BY'] = 2"],
    "names as text": ["globals().update(BY=2)"],
    "a text that is run": ["exec('BY = 2')"],
    "a text put together that is run": ["for name in ('AY', 'BY'):\n    exec(name + ' = 2')"],
    "a file": ["from pathlib import Path", "Path('by.txt').write_text('2')", "BY = int(Path('by.txt').read_text())"],
    "a file by its name": ["import json\nFILE = 'by.json'", "with open(FILE, 'w') as f:\n    json.dump(2, f)",
                           "with open(FILE) as f:\n    BY = json.load(f)"],
    "a loop beside another of the same name": ["L = []", "for i in (1, 1):\n    L.append(i)", "BY = sum(L)",
                                               "for i in range(3):\n    1 / 0"],
    "a file that a function writes": ["def keep(n):\n    with open('by.txt', 'w') as f:\n        f.write(str(n))",
                                      "keep(2)", "BY = int(open('by.txt').read())"],
    "a file that a cell is": ["%%writefile by.txt\n2", "BY = int(open('by.txt').read())"],
    "a file that cells add to": ["%%writefile by.txt\n1", "%%writefile -a by.txt\n1",
                                 "BY = len(open('by.txt').read().split())"],
}  # fmt: skip


@pytest.mark.parametrize("what", STATE)
def test_state_is_what_the_kernel_has(tiny_course: Course, what: str) -> None:
    cells = STATE[what]
    module, warnings = read(tiny_course, *cells, *([] if DOUBLE in cells else [DOUBLE]))
    assert (module.double(4), warnings) == (8, [])


# Each answers the exercise.
ANSWERS = {
    "a lambda": ["double = lambda x: 2 * x"],
    "another name": ["def mine(x):\n    return 2 * x", "double = mine"],
    "a partial": ["from functools import partial", "def times(a, b): return a * b", "double = partial(times, 2)"],
    "a wrapped function": ["import functools\ndef mine(x): return 2 * x", "double = functools.lru_cache(mine)"],
    "an object that is called": ["class Two:\n    def __call__(self, x): return 2 * x", "double = Two()"],
    "a method": ["class Two:\n    def of(self, x): return 2 * x", "double = Two().of"],
    "a static method": ["class Two:\n    @staticmethod\n    def of(x): return 2 * x", "double = Two.of"],
    "one of a dictionary": ["WAYS = {'fast': lambda x: 2 * x}", "double = WAYS['fast']"],
    "one that was put into a dictionary": ["WAYS = {}", "WAYS['fast'] = lambda x: 2 * x", "double = WAYS['fast']"],
    "some of a list": ["ways = [lambda x: 2 * x, abs]", "double, *others = ways"],
    "by its kind": ["from functools import singledispatch\n@singledispatch\ndef double(x): ...",
                    "@double.register\ndef _(x: int): return 2 * x"],
    "under if": ["if True:\n    def double(x):\n        return 2 * x"],
    "under else": ["if 0:\n    pass\nelse:\n    double = lambda x: 2 * x"],
    "under with": ["import contextlib\nwith contextlib.nullcontext():\n    def double(x): return 2 * x"],
    "under try": ["try:\n    def double(x): return 2 * x\nexcept ValueError:\n    pass"],
    "under for": ["for by in (1, 2):\n    def double(x, by=by): return by * x"],
    "a tuple": ["double, half = lambda x: 2 * x, lambda x: x / 2"],
    "of two": ["F = lambda x: x", "double = (lambda x: 2 * x) if F else F"],
    "a function that makes it": ["def make(by):\n    def f(x): return by * x\n    return f", "double = make(2)"],
    "a class": ["class double:\n    def __new__(cls, x): return 2 * x"],
    "wrapped in itself": ["def double(x): return x", "def two(f): return lambda x: 2 * f(x)", "double = two(double)"],
    "typed": ["from typing import Callable", "double: Callable = lambda x: 2 * x"],
    "the last": ["def double(x): return 1", "double = lambda x: 2 * x"],
    "one that counts": ["N = 0", "def double(x):\n    global N\n    N += 1\n    return 2 * x"],
    "a text that is run": ["exec('def double(x): return 2 * x')"],
    "hidden by a variable": ["def double(x): return 2 * x", "double = double(4)"],
    "hidden by a loop": ["def double(x): return 2 * x", "for double in range(3): pass"],
    "of a module": ["import types\nm = types.SimpleNamespace(f=lambda x: 2 * x)", "f = m.f", "double = lambda x: f(x)"],
}  # fmt: skip


@pytest.mark.parametrize("how", ANSWERS)
def test_answer_counts_however_it_is_bound(tiny_course: Course, how: str) -> None:
    module, warnings = read(tiny_course, *ANSWERS[how])
    assert (module.double(4), warnings) == (8, [])


# Of each the last cell only reads, and is not run.
READERS = {
    "a plot": ["import math", "W = [1]", "plt.plot(W)"],
    "a print": ["W = [1]", "print(W, 1 / 0)"],
    "a training loop": ["W = [1]", "for _ in range(10**12):\n    loss = double(W)\n    losses = loss"],
    "a loop that passes the function on": ["W = [1]", "def fit(f):\n    while True: f()", "fit(double)"],
    "a check": ["W = [1]", "grader.check('00.double')"],
    "a variable": ["W = [1]", "V = sorted(W, key=lambda one: 1 / 0)"],
    "what is bound again": ["W = train(10**12)", "W = [1]"],
}


@pytest.mark.parametrize("what", READERS)
def test_what_only_reads_is_not_run(tiny_course: Course, what: str) -> None:
    cells = "def double(x):\n    return 2 * x * len(W)", *READERS[what]
    files, _ = read_notebook(notebook(*cells), "lesson.ipynb", tiny_course)
    run = files["step00_sums/_notebook_cells.py"].decode().split("\nCELLS = [")[1]
    *_, last = READERS[what]
    assert repr(last if what != "what is bound again" else READERS[what][0]) not in run


def test_state_is_one_for_all_functions(tiny_course: Course) -> None:
    cells = (
        "SEEN = []",
        "def double(x):\n    SEEN.append(x)\n    return 2 * x",
        "def total(numbers):\n    return len(SEEN)",
    )
    module, _ = read(tiny_course, *cells)
    module.double(1)
    assert module.total([]) == 1


def test_statement_that_fails_leaves_other_exercises_alone(tiny_course: Course) -> None:
    module, _ = read(tiny_course, "BY = 1 / 0", DOUBLE, "def total(numbers):\n    return sum(numbers)")
    assert module.total([1, 2]) == 3
    with pytest.raises(RuntimeError, match="there is no BY: cell 1 failed when it was run .ZeroDivisionError"):
        module.double(2)


def test_traceback_leads_to_the_line_of_the_cell(tiny_course: Course) -> None:
    module, _ = read(tiny_course, "import math", "\n\ndef double(x):\n    return 1 / 0")
    with pytest.raises(ZeroDivisionError) as caught:
        module.double(2)
    last = caught.traceback[-1]
    assert (Path(last.path).name, last.lineno + 1, str(last.statement).strip()) == (
        "lesson.ipynb, cell 2",
        4,
        "return 1 / 0",
    )


def test_answer_that_somebody_types_is_told(tiny_course: Course) -> None:
    module, warnings = read(tiny_course, "BY = int(input())", DOUBLE)
    assert warnings[0].startswith("BY of cell 1 comes from an answer that somebody types")
    with pytest.raises(RuntimeError, match="grading has nobody who types an answer"):
        module.double(2)


@pytest.mark.parametrize("first", ["%%capture BY", "%%bash --out BY", "%%script python --no-raise-error --out BY"])
def test_what_only_a_cell_magic_makes_is_told(tiny_course: Course, first: str) -> None:
    _, warnings = read(tiny_course, f"{first}\nprint(2)", DOUBLE)
    assert warnings == ["BY of cell 1 comes from a shell line or magic, which grading does not run: a function that "
                        "needs it must make it or be given it"]  # fmt: skip


# A file beside the notebook, and cells that run it.
RUNS = {
    "its names": ("BY = 2\n", ["%run other.py", DOUBLE]),
    "without its ending": ("BY = 2\n", ["%run other", DOUBLE]),
    "among the notebook's names": ("BY = ONE + 1\n", ["ONE = 1", "%run -i ./other.py", DOUBLE]),
    "apart from them": ("ONE = 2\ndef by(): return ONE\n",
                        ["%run other.py", "ONE = 5", "def double(x): return by() * x"]),
    "as main": ("if __name__ == '__main__':\n    BY = 2\n", ["%run other.py", DOUBLE]),
    "after it was bound": ("BY = 2\n", ["BY = 1", "%run other.py", DOUBLE]),
    "before it is bound": ("BY = 3\n", ["%run other.py", "BY -= 1", DOUBLE]),
    "an answer": ("def double(x): return 2 * x\n", ["%run other.py"]),
}  # fmt: skip


@pytest.mark.parametrize("what", RUNS)
def test_file_that_a_cell_runs_gives_its_names(tiny_course: Course, tmp_path: Path, what: str) -> None:
    other, cells = RUNS[what]
    files = {"lesson.ipynb": notebook(*cells), "other.py": other}
    submission = read_submission(write_tree(tmp_path / "ada", files), tiny_course)
    write_tree(Path(sys.path[0]) / "exercises", submission.files)
    module = importlib.import_module("exercises.step00_sums.sums")
    assert (module.double(4), submission.warnings) == (8, [])


def test_file_that_is_run_again_and_again_is_read_all_the_same(tiny_course: Course, tmp_path: Path) -> None:
    cells = "get_ipython().run_line_magic('run', 'other.py')\n" * 4_000, "def double(x): return 2 * x"
    files = {"lesson.ipynb": notebook(*cells), "other.py": "a = b = []\n" * 4_000}
    assert SUMS in read_submission(write_tree(tmp_path / "ada", files), tiny_course).files


def test_file_that_a_cell_runs_and_nobody_handed_in_is_told(tiny_course: Course) -> None:
    _, warnings = read(tiny_course, "%run other.py", DOUBLE)
    assert warnings[0].startswith("BY may come from the magic in cell 1, which grading does not run: put what makes it")


def test_module_that_a_cell_writes_is_taken_along(tiny_course: Course) -> None:
    cells = "%%writefile helpers_of_ada.py\ndef twice(x):\n    return 2 * x", "from helpers_of_ada import twice"
    module, _ = read(tiny_course, *cells, "def double(x): return twice(x)")
    sys.modules.pop("helpers_of_ada", None)
    assert module.double(4) == 8


def test_magic_that_nobody_knows_is_told_with_its_cell(tiny_course: Course) -> None:
    _, warnings = read(tiny_course, "%alias_magic t time\n1", "%t BY = 2", DOUBLE)
    assert warnings[0].startswith("BY may come from the magic in cell 2, which grading does not run")


def test_module_that_cells_add_to_is_whole(tiny_course: Course) -> None:
    cells = "%%writefile more_of_ada.py\nBY = 2", "%%writefile -a more_of_ada.py\ndef twice(x):\n    return BY * x"
    module, _ = read(tiny_course, *cells, "from more_of_ada import twice", "def double(x): return twice(x)")
    sys.modules.pop("more_of_ada", None)
    assert module.double(4) == 8


@pytest.mark.parametrize("kind", ["markdown", "raw"])
def test_function_in_a_cell_that_is_not_run_is_told(tiny_course: Course, kind: str) -> None:
    cells: list[dict[str, Any]] = [{"cell_type": "code", "source": "def double(x): return 2 * x"}]
    cells.append({"cell_type": kind, "source": "```\ndef total(numbers):\n    return 0\n```"})
    _, warnings = read_notebook(json.dumps({"cells": cells}).encode(), "lesson.ipynb", tiny_course)
    assert warnings == [f"total is in cell 2, a {kind} cell, which defines nothing: put it in a code cell"]


def test_function_in_a_cell_of_another_language_is_told(tiny_course: Course) -> None:
    _, warnings = read(tiny_course, "def double(x): return 2 * x", "%%script python\ndef total(numbers): return 0")
    assert warnings == ["total is in cell 2, a %%script cell, which defines nothing: put it in a code cell"]


# Cells that would be slow to read for somebody who asks IPython about all of it.
HOSTILE = {
    "prompts": ">>> x?\n" * 3_000,
    "dots": "a." * 10_000 + "?",
    "spaces": " " * 20_000 + "?",
    "magics": "%a b\n" * 4_000,
    "assignments": "a=" * 10_000 + "!ls",
    "words": "x " * 10_000 + "?",
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_lines_are_read_all_the_same(tiny_course: Course, what: str) -> None:
    files, _ = read_notebook(notebook(HOSTILE[what], "def double(x): return 2 * x"), "lesson.ipynb", tiny_course)
    assert b"_notebook_cells" in files[SUMS]


def test_helper_that_every_function_calls_is_followed_no_further_than_is_reasonable(tiny_course: Course) -> None:
    many = "".join(f"def f{at}(): return f{at + 1}() + f{at // 2}()\n" for at in range(2_000))
    files, _ = read_notebook(notebook(many, "def double(x): return f0()"), "lesson.ipynb", tiny_course)
    assert b"f1999" in files["step00_sums/_notebook_cells.py"]


def test_modules_may_be_imported_in_any_order(tiny_course: Course) -> None:
    cells = "from exercises.step00_sums.sums import double, total", "def total(numbers): return double(1)"
    module, _ = read(tiny_course, *cells, "def double(x): return 2 * x")
    assert importlib.import_module(module.__name__).total([]) == 2


@pytest.mark.parametrize("above", ["", "homework/"])
def test_helper_beside_a_lone_notebook_is_taken_along(tiny_course: Course, tmp_path: Path, above: str) -> None:
    cells = "from helpers import twice", "def double(x): return twice(x)"
    files = {f"{above}lesson.ipynb": notebook(*cells), f"{above}helpers.py": "def twice(x): return 2 * x\n"}
    submission = read_submission(write_tree(tmp_path / "ada", files), tiny_course)
    assert (submission.files["step00_sums/helpers.py"][:9], submission.warnings) == (b"def twice", [])


def test_helper_is_found_by_every_module_whatever_path_the_first_had(
    tiny_course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = "%%writefile helpers_of_all.py\ndef twice(x):\n    return 2 * x"
    cells = written, "def double(x): return 2 * x", "from helpers_of_all import twice", "def total(n): return twice(1)"
    module, _ = read(tiny_course, *cells)
    given = importlib.import_module("exercises.step00_sums._notebook_cells")
    folder = str(Path(given.__file__ or "").parent)
    monkeypatch.setattr(sys, "path", [entry for entry in sys.path if entry != folder])
    sys.modules.pop("helpers_of_all", None)
    given._done.clear()
    assert given.give({}, "total")([]) == 2
    assert folder in sys.path and module.double(4) == 8
