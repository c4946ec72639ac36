"""What the failed tests of one exercise say together.

A cause that one of them denies is none, and what knows most comes first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

T = TypeVar("T")

MISTAKE, FEW, CHANCE, CLAIM = "mistake", "few", "chance", "claim"  # what a test's author knows, and how surely
BY_A_TEST = (MISTAKE, FEW, CHANCE, CLAIM)
BEHAVIOUR = "behaviour"  # what the catalogue of mistakes knows
PARTS = "wrong_parts"  # no cause: which parts of a result are wrong, by their names
FAILED = ("failed", "error", "timeout", "out_of_memory")


@dataclass(frozen=True)
class Told:
    """How one test ended. `known_by`: who knew the mistake; `plain`: what is said where nobody does.

    `fits`: the recognisers that agree with what this test compared; None when it cannot tell. `sought`: the mistakes
    that its author looked for.
    """

    outcome: str
    message: str = ""
    plain: str = ""
    known_by: str = ""
    fits: frozenset[str] | None = None
    sought: frozenset[str] = frozenset()

    @property
    def _recognised(self) -> frozenset[str]:
        """The recognisers of values that know it: only these look at what another test compared."""
        return frozenset(self.known_by.split()) & (self.fits or frozenset())

    @property
    def rank(self) -> int:
        """How much it knows: 0 is the most."""
        if self.known_by in (BEHAVIOUR, MISTAKE):
            return 0
        if self.known_by not in ("", CLAIM, CHANCE, PARTS):
            return 1
        return 3 if self.outcome == "failed" and not self.known_by else 2

    def denied_by(self, other: Told) -> bool:
        """A mistake that may be chance is denied by a test that looked for it in vain, and by one that failed and that
        nothing explains; one that fits few values, by that too where more values failed, and by what a recogniser sees
        in more."""
        if self.known_by in (CHANCE, FEW):
            said = self.message.partition("\n")[0]
            if said in other.sought and not other.message.startswith(said):
                return True
            unexplained = other.outcome == "failed" and other.known_by in ("", PARTS)
            if self.known_by == CHANCE:
                return unexplained
            return bool(other._recognised) or (unexplained and other.fits is not None)
        return bool(self._recognised) and other.fits is not None and not self._recognised & other.fits


def settled(tests: Sequence[Told]) -> list[Told]:
    """The same tests, without the causes that do not fit all that failed."""
    return [
        _plainly(told) if told.known_by and any(told.denied_by(other) for other in tests) else told for told in tests
    ]


def _plainly(told: Told) -> Told:
    return Told(told.outcome, told.plain, told.plain, "", told.fits)


def together(
    tests: Sequence[T], told: Callable[[T], Told], place: Callable[[T], object] = lambda test: None
) -> list[tuple[T, Told]]:
    """The tests of one exercise with what they say, settled.

    Those that failed share their places so that what knows most comes first; a test changes places only with others of
    the same `place`.
    """
    pairs = list(zip(tests, settled([told(test) for test in tests]), strict=True))
    ordered = list(pairs)
    for where in {place(test) for test in tests}:
        spots = [i for i, (test, said) in enumerate(pairs) if place(test) == where and said.outcome in FAILED]
        for spot, pair in zip(spots, sorted((pairs[i] for i in spots), key=lambda pair: pair[1].rank), strict=True):
            ordered[spot] = pair
    return ordered


class Telling(Protocol):
    """What says of a test what is told of it."""

    message: str
    plain: str
    known_by: str


def know(test: Telling, mistake: str) -> None:
    """Have a test say first which known mistake this is, and nothing that was only recognised."""
    rest = test.message if test.known_by in (MISTAKE, "") else test.plain or test.message
    test.message = test.plain = f"{mistake}\n{rest}"
    test.known_by = BEHAVIOUR
