"""What learners read of a test: the first paragraph of its docstring, whole; notes for authors come after it."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator

import pytest

from autograder.testing.collection import claim
from tests.engine.tools import ROOT

LONGEST = 240  # two lines of a docstring

ONE = "Two hands, five fingers each."
WRAPPED = """Two hands,
five fingers each.

Measured over 40 seeds: ten fingers.
"""


def claims() -> Iterator[tuple[str, str, bool]]:
    """Place and claim of every test of the course, and whether a docstring says it."""
    for visibility in ("public", "hidden"):
        for file in sorted((ROOT / "tests" / visibility).rglob("test_*.py")):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                    doc = ast.get_docstring(node)
                    yield f"{file.relative_to(ROOT)}:{node.lineno}", claim(node.name, doc), doc is not None


@pytest.mark.parametrize("doc", [ONE, WRAPPED, inspect.cleandoc(WRAPPED), f"\n{ONE}\n"])
def test_a_claim_is_the_first_paragraph_in_one_line(doc: str) -> None:
    assert claim("test_hands", doc) == ONE


@pytest.mark.parametrize("doc", [None, ""])
def test_without_a_docstring_the_name_is_the_claim(doc: str | None) -> None:
    assert claim("test_two_hands", doc) == "Two hands"


def test_every_claim_of_the_course_is_whole() -> None:
    found = list(claims())
    assert len(found) > 500
    assert [f"{place} {text}" for place, text, told in found if told and not text.endswith((".", "?", "!"))] == []
    assert [f"{place} {text}" for place, text, _ in found if len(text) > LONGEST] == []


def test_what_was_measured_is_for_authors() -> None:
    assert [f"{place} {text}" for place, text, _ in claims() if "Measured" in text] == []
