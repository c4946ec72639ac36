"""What a file of tests can hold, from its text alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.course import may_test

TEXTS = {
    "its own exercise": ('from autograder import exercise\n@exercise("00.double")\ndef test_it(): pass\n', True),
    "another exercise": ('from autograder import exercise\n@exercise("00.total")\ndef test_it(): pass\n', False),
    "for the whole file": ('pytestmark = exercise("00.double")\ndef test_it(): pass\n', True),
    "a mark that is not written out": ("pytestmark = exercise(NAME)\ndef test_it(): pass\n", True),
    "what is not Python": ("def test_it(:\n", True),
    "no test": ("HELP = 1\n", False),
}


@pytest.mark.parametrize(("text", "may"), TEXTS.values(), ids=TEXTS)
def test_a_file_may_hold_tests_of_an_exercise(tmp_path: Path, text: str, may: bool) -> None:
    (file := tmp_path / "test_it.py").write_text(text)
    assert may_test(file, {"00.double"}) is may
