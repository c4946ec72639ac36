"""Numbers in lessons are those that were recorded: `reference/claims` says which; `lmi checkpoints`, if still so."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.course import load_course
from tests.engine.tools import ROOT

NUMBER = r"([+−-]?(?:\d[\d,]*)?\.?\d+(?:e-?\d+)?)"
STEPS = load_course(ROOT).steps


def lesson(folder: str) -> str:
    """The lesson's text, each run of white space a space."""
    return " ".join((ROOT / "exercises" / folder / "README.md").read_text().split())


def recorded(step: str) -> dict[str, Any]:
    checkpoints = json.loads((ROOT / "reference" / "checkpoints" / f"step{step}.json").read_text())
    return {name: found["value"] for name, found in checkpoints.items()}


def claims() -> Iterator[Any]:
    for step in STEPS:
        file = Path(ROOT / "reference" / "claims" / f"step{step.id}.toml")
        for claim in tomllib.loads(file.read_text())["claim"]:
            yield pytest.param(step, claim, id=f"{step.id} {claim['says'][:40]}")


def parsed(text: str) -> tuple[float, float]:
    """The number, and half a unit of its last place."""
    plain = text.replace(",", "").replace("−", "-")
    digits, _, power = plain.partition("e")
    places = len(digits.partition(".")[2])
    return float(plain), 0.5 * 10.0 ** (int(power or 0) - places)


def numbers_in(text: str, says: str) -> list[str]:
    """What stands in the lesson where the claim has {}, which must be one place."""
    pattern = NUMBER.join(re.escape(part) for part in " ".join(says.split()).split("{}"))
    found = re.findall(pattern, text)
    assert len(found) == 1, f"stands {len(found)} times in the lesson: {says}"
    return list(found[0]) if says.count("{}") > 1 else found


@pytest.mark.parametrize("step, claim", list(claims()))
def test_a_number_in_a_lesson_is_the_one_recorded(step: Any, claim: dict[str, str]) -> None:
    said = numbers_in(lesson(step.folder), claim["says"])
    value = eval(claim["is"], recorded(step.id))
    values = value if isinstance(value, list) else [value]
    assert len(said) == len(values)
    off = [(text, value) for text, value in zip(said, values, strict=True)
           if abs(parsed(text)[0] - value) > parsed(text)[1] * 1.0001]  # fmt: skip
    assert off == []


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.id)
def test_a_lesson_says_how_long_its_exercises_take(step: Any) -> None:
    """ "Allow about N hours": the manifest's minutes without the bonus, to the next half hour."""
    minutes = sum(exercise.minutes for exercise in step.exercises if not exercise.bonus)
    (hours,) = re.findall(r"Allow about ([\d½ ]+) hours", lesson(step.folder))
    assert float(hours.strip().replace(" ½", "½").replace("½", ".5")) == round(minutes / 30) / 2


@pytest.mark.parametrize(
    "text, value, half", [("1,400", 1400, 0.5), ("−.13", -0.13, 0.005), ("8.5e-8", 8.5e-8, 0.5e-9), ("+4.5", 4.5, 0.05)]
)
def test_a_number_is_as_precise_as_it_is_written(text: str, value: float, half: float) -> None:
    assert re.fullmatch(NUMBER, text)
    assert parsed(text) == (pytest.approx(value), pytest.approx(half))
