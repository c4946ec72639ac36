"""Exercise pages say what manifests and stubs say."""

from __future__ import annotations

import ast

from autograder.course import Course
from autograder.site.glossary import entries
from autograder.site.tasks import all_exercises, hours, prose, step_exercises, task

TEXT = '''
class Model:
    """A model."""

    @cached
    def forward(self, x_1):
        """Times *two*.

            y = 2 x

        That is all.
        """
        raise NotImplementedError("Double `x`")
'''


def test_every_exercise_is_listed_with_its_points_and_leads_to_its_task(tiny_course: Course) -> None:
    listed = all_exercises(tiny_course)
    assert "| [Twice a number](#exercise-00-double)<br>`00.double` | 1 | 5 | 4 |" in listed
    assert "| [The sum of a list](#exercise-00-total) ★<br>`00.total` | 2 | 10 | 6 |" in listed
    assert "2 exercises, about 15 minutes, 10 points" in listed


def test_a_task_is_the_stubs_and_not_the_solutions(tiny_course: Course) -> None:
    page = step_exercises(tiny_course, tiny_course.steps[0])
    assert (
        "(exercise-00-total)=\n### The sum of a list ★" in page
        and "after [Twice a number](#exercise-00-double)" in page
    )
    assert "def double(x: int) -> int:" in page and "Twice x." in page
    assert "x + x" not in page and "functools" not in page and "Begin with nothing" not in page


def test_a_method_is_shown_by_itself_and_its_docstring_as_text() -> None:
    shown = task(TEXT, ast.parse(TEXT), "Model.forward")
    assert shown == (
        "```python\n@cached\ndef forward(self, x_1):\n```\n\nTimes \\*two\\*.\n\n```text\ny = 2 x\n```\n\nThat is all."
    )


def test_a_class_is_shown_as_it_stands() -> None:
    assert task(TEXT, ast.parse(TEXT), "Model").startswith('```python\nclass Model:\n    """A model."""')


def test_code_in_a_docstring_stays_code() -> None:
    assert prose("W_E of `W_E[0]` [batch, 2]") == r"W\_E of `W_E[0]` \[batch, 2\]"


def test_minutes_become_hours(tiny_course: Course) -> None:
    assert hours(tiny_course.exercises) == "about 15 minutes"
    assert hours(tiny_course.exercises * 10) == "about 2½ hours"


def test_a_lessons_glossary_is_read() -> None:
    table = "| word | means |\n|---|---|\n| `a` | one \\| two |\n| b | three |\n"
    lesson = f"# A\n\n## Glossary\n\n{table}\n## Next\n| c | d |\n"
    assert entries(lesson) == [("`a`", "one \\| two"), ("b", "three")]
    assert entries("# A\n") == []
