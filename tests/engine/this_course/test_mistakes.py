"""The words of this course's known mistakes: they end "This behaves like a solution that …"."""

from __future__ import annotations

import re
from pathlib import Path

from autograder.course import load_course
from autograder.submission import read_bank, solutions
from autograder.submission.mutations import mutations
from autograder.testing import catalogue
from autograder.upkeep import equivalent

COURSE = load_course(Path(__file__).parents[3])
WRONG = [entry for step in COURSE.steps for entry in read_bank(COURSE, f"step{step.id}/wrong")]
VERB = re.compile(r"(?:never |only |always )?[a-z]+s\b")


def test_every_step_has_a_catalogue_and_together_they_are_below_a_megabyte() -> None:
    sizes = {step.id: catalogue(COURSE, step).stat().st_size for step in COURSE.steps}
    assert min(sizes.values()) > 0 and sum(sizes.values()) < 2**20


def test_what_each_does_is_said_with_a_verb_and_not_of_the_bank() -> None:
    said = {f"{entry.path.parents[1].name}/{entry.path.stem}": entry.what for entry in WRONG}
    assert len(said) > 1000
    assert {name: what for name, what in said.items() if not VERB.match(what) or re.search(r"\bbank|;", what)} == {}


def test_what_is_said_to_be_equivalent_is_a_mutation_of_today() -> None:
    texts = {step.id: solutions(COURSE, step) for step in COURSE.steps}
    modules = {f"{step}.{Path(path).stem}": text for step, files in texts.items() for path, text in files.items()}
    reasons = equivalent(COURSE)
    found = {
        f"{module}.{mutation.id}"
        for module in {id.rpartition(".")[0] for id in reasons}
        for mutation in mutations(modules[module])
    }
    assert len(reasons) > 10 and reasons.keys() - found == set()
