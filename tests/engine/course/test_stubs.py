from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from autograder.course import Course, CourseError, load_course
from autograder.course.stubs import make_stub, pristine_folder, stub_texts
from autograder.upkeep.stub_files import stale_stubs, write_stubs
from tests.engine.tiny_course import STUB
from tests.engine.tools import text

FILE = Path("model.py")


def stub_of(solution: str) -> str:
    return make_stub(text(solution), FILE)


def test_region_becomes_the_task() -> None:
    solution = '''
        def f(x: int) -> int:
            """Twice x."""
            # region solution: double it
            return 2 * x  # quick
            # endregion
    '''
    assert stub_of(solution) == text('''
        def f(x: int) -> int:
            """Twice x."""
            raise NotImplementedError("Double it")
    ''')


def test_method_in_a_class_becomes_a_task() -> None:
    solution = """
        class Model:
            size = 3

            def forward(self, x):
                # region solution: apply the model
                return x
                # endregion

            def given(self):
                return self.size
    """
    assert '\n    def forward(self, x):\n        raise NotImplementedError("Apply the model")\n\n' in stub_of(solution)


def test_text_outside_of_regions_stays_as_it_is() -> None:
    solution = "import os  # given\n\n\ndef f( x ):   # odd\n    return os.sep\n"
    assert make_stub(solution, FILE) == solution


def test_helper_at_module_level_vanishes_with_its_blank_lines() -> None:
    solution = """
        A = 1


        # region solution
        SECRET = 3


        def helper():
            return SECRET
        # endregion


        def f():
            return A
    """
    assert stub_of(solution) == text("""
        A = 1


        def f():
            return A
    """)


def test_constant_in_a_class_vanishes() -> None:
    solution = """
        class A:
            x = 1
            # region solution
            y = 2
            # endregion
            z = 3
    """
    assert stub_of(solution) == "class A:\n    x = 1\n    z = 3\n"


def test_imports_that_only_the_solution_needs_vanish() -> None:
    solution = """
        import math

        from torch import Tensor, einsum


        def f(x: Tensor) -> Tensor:
            # region solution: multiply
            return einsum("i,i", x, x) * math.pi
            # endregion
    """
    assert stub_of(solution).startswith("from torch import Tensor\n\n\ndef f(")


@pytest.mark.parametrize(
    "kept",
    [
        "from __future__ import annotations",
        "import os.path",
        "from torch import Tensor",
        "from torch import Tensor as Tensor",
    ],
)
def test_import_that_the_stub_needs_stays(kept: str) -> None:
    solution = f"""
        {kept}


        def f(x: "Tensor", y=os) -> None:
            # region solution: use it
            print(os.path, Tensor, annotations)
            # endregion
    """
    assert stub_of(solution).startswith(kept)


def test_import_named_in_all_stays() -> None:
    solution = """
        from torch import Tensor

        __all__ = ["Tensor"]


        def f():
            # region solution: use it
            return Tensor
            # endregion
    """
    assert "from torch import Tensor" in stub_of(solution)


def test_import_that_nothing_uses_is_there_for_another_reason() -> None:
    assert stub_of("import antigravity  # noqa: F401\n") == "import antigravity  # noqa: F401\n"


def test_long_task_goes_on_a_line_of_its_own() -> None:
    task = "w" * 95
    stub = stub_of(f"def f():\n    # region solution: {task}\n    return 1\n    # endregion\n")
    assert stub == f'def f():\n    raise NotImplementedError(\n        "W{task[1:]}"\n    )\n'


def test_quotes_in_a_task_are_kept() -> None:
    stub = stub_of('def f():\n    # region solution: the "mean", not \\sum\n    return 1\n    # endregion\n')
    assert r"""raise NotImplementedError('The "mean", not \\sum')""" in stub


def test_region_in_a_text_is_only_text() -> None:
    solution = 'TEXT = """\n# region solution: not one\n"""\n'
    assert stub_of(solution) == solution


def test_region_inside_a_loop_keeps_its_indentation() -> None:
    solution = """
        def train(data):
            for batch in data:
                # region solution: take a step
                step(batch)
                # endregion
            return data
    """
    assert '    for batch in data:\n        raise NotImplementedError("Take a step")\n    return data' in stub_of(
        solution
    )


MALFORMED = {
    "nested": ("# region solution: a\n    # region solution: b\n    x\n    # endregion", "3: region inside the region"),
    "unclosed": ("# region solution: a\n    x", "2: region is never closed"),
    "unopened": ("x\n    # endregion", "3: endregion without a region"),
    "untitled": ("# region solution\n    x\n    # endregion", "2: region has no task"),
    "misspelt": ("# region soluton: a\n    x\n    # endregion", "2: region 'soluton: a' is unknown"),
    "empty": ("# region solution: a\n    # endregion\n    x", "2: region holds no code"),
    "half a block": (
        "if x:\n        # region solution: a\n        y\n    z\n    # endregion",
        "3: region cuts a block",
    ),
    "behind code": ("x  # region solution: a\n    y\n    # endregion", "2: a region's comment must stand on a line"),
    "no Python": ("return (", "2: is not valid Python"),
}


@pytest.mark.parametrize("what", MALFORMED)
def test_malformed_region_is_named_with_file_and_line(what: str) -> None:
    body, expected = MALFORMED[what]
    with pytest.raises(CourseError) as caught:
        make_stub(f"def f(x):\n    {body}\n", FILE)
    assert any(str(problem).startswith(f"model.py:{expected}") for problem in caught.value.problems), caught.value


def test_task_outside_of_a_function_is_refused() -> None:
    with pytest.raises(CourseError, match="model.py:1: region outside of a function cannot have a task"):
        make_stub("# region solution: do it\nX = 1\n# endregion\n", FILE)


def test_stub_is_as_ruff_would_format_it(tmp_path: Path) -> None:
    solution = """
        \"\"\"A module.\"\"\"

        import math
        from itertools import (
            accumulate,
            chain,
            combinations,
        )

        from torch import Tensor

        # region solution
        EPSILON = 1e-9
        # endregion
        STEPS = 3


        # region solution
        def helper() -> None: ...


        # endregion


        class Model:
            \"\"\"A model.\"\"\"

            # region solution
            def inner(self) -> float:
                return math.pi

            # endregion

            def forward(self, x: Tensor) -> chain[float]:
                \"\"\"Forward.\"\"\"

                # region solution: go forward
                return accumulate(combinations(x, EPSILON))
                # endregion


        # region solution
        def last() -> None: ...


        # endregion
    """
    stub = tmp_path / "stub.py"
    stub.write_text(stub_of(solution))
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "--line-length=120", "--diff", str(stub)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_tiny_stub_is_in_step(tiny_course: Course) -> None:
    assert stale_stubs(tiny_course) == []


def test_stale_stub_shows_the_difference(tiny_course: Course) -> None:
    stub = tiny_course.root / "exercises/step00_sums/sums.py"
    stub.write_text(stub.read_text().replace("Add x", "Add y"))
    [(path, difference)] = stale_stubs(tiny_course)
    assert path == stub
    assert '+    raise NotImplementedError("Add x to itself")' in difference


def test_missing_stub_is_stale(tiny_course: Course) -> None:
    stub = tiny_course.root / "exercises/step00_sums/sums.py"
    stub.unlink()
    assert stale_stubs(tiny_course) == [(stub, "missing")]


def test_stubs_are_written_where_they_are_stale(tiny_course: Course) -> None:
    stub = tiny_course.root / "exercises/step00_sums/sums.py"
    stub.unlink()
    assert write_stubs(tiny_course) == [stub]
    assert stub.read_text() == STUB.lstrip("\n")


def test_stubs_in_step_are_left_alone(tiny_course: Course) -> None:
    assert write_stubs(tiny_course) == []


def test_release_has_its_stubs_from_the_copy_it_keeps(tiny_course: Course) -> None:
    step = tiny_course.step("00")
    copy = pristine_folder(tiny_course.root, step) / "sums.py"
    copy.parent.mkdir(parents=True)
    copy.write_text("untouched\n")
    (tiny_course.root / "reference").rename(tiny_course.root / "elsewhere")
    assert stub_texts(load_course(tiny_course.root), step) == {"sums.py": "untouched\n"}
