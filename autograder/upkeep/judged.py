"""What a person has judged of the messages: a sample, read as a learner reads it, and kept with its date.

`tests/banks/judged.toml` holds for mutations that no catalogue may hold the first sentence that a learner gets, and
whether it *names* the mistake, *helps* to find it, says *bare* that something is off, or names a cause that is *false*.
A message whose first sentence is another one today has to be read again.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, get_args

from autograder.course import Course
from autograder.submission import BANKS
from autograder.upkeep.tried import Tried

FILE = BANKS / "judged.toml"
Verdict = Literal["names", "helps", "bare", "false"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)


@dataclass(frozen=True)
class Judgement:
    """`says`: the first sentence that was read."""

    verdict: Verdict
    says: str

    def is_of(self, one: Tried) -> bool:
        """Whether that is what is said today. Lines and numbers may be others."""
        return one.first is not None and _without_numbers(first_sentence(one)) == _without_numbers(self.says)


@dataclass(frozen=True)
class Judged:
    """By the id of a mutation, how its message was judged, and when."""

    on: date | None = None
    messages: Mapping[str, Judgement] = field(default_factory=dict)

    def of_step(self, step: str) -> dict[str, Judgement]:
        return {id: judged for id, judged in self.messages.items() if id.startswith(f"{step}.")}

    def counts(self, step: str | None = None) -> Counter[Verdict]:
        some = self.messages if step is None else self.of_step(step)
        return Counter(judged.verdict for judged in some.values())


def read_judged(course: Course) -> Judged:
    """The judgements of a course; none where it has no file of them. Raises ValueError, OSError."""
    path = course.root / FILE
    if not path.is_file():
        return Judged()
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    messages = {id: Judgement(**entry) for id, entry in data["message"].items()}
    if wrong := [id for id, judged in messages.items() if judged.verdict not in VERDICTS]:
        raise ValueError(f"{path}: {wrong[0]} is judged to be none of {', '.join(VERDICTS)}")
    return Judged(data["date"], messages)


def first_sentence(one: Tried) -> str:
    """What a learner reads first: the first line."""
    return one.first.text.partition("\n")[0] if one.first else ""


def unjudged(tried: Iterable[Tried], judged: Judged) -> Iterator[str]:
    """What has to be read again: of what was judged and tried, each whose message is another one."""
    for one in tried:
        was = judged.messages.get(one.id)
        if was and not one.problem and not was.is_of(one):
            yield f"`{one.id}` ({one.what}): {first_sentence(one) or 'not noticed any more'} (judged: {was.says})"


def _without_numbers(text: str) -> str:
    return re.sub(r"\d+", "#", text)
