"""Mistakes that a test's author expects: given as `watch_for=[…]`, tried before what is recognised by itself.

The sentence is shown for hidden tests too: it names what was done, never a value.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograder.expect.comparison import Mismatch


@dataclass(frozen=True)
class Suspect:
    """A sentence, and whether it fits what came, what is expected, and the first difference between the two.

    `sure`: more than these values speaks for it, so that results of 0 and 1 are no chance.
    """

    sentence: str
    fits: Callable[[Any, Any, Mismatch], bool]
    sure: bool = False

    def sentence_for(self, actual: Any, expected: Any, mismatch: Mismatch) -> str | None:
        try:
            return self.sentence if self.fits(actual, expected, mismatch) else None
        except Exception:  # a thunk may call the learner's functions, which may raise: that must not hide the failure
            return None


def mistake(sentence: str, wrong: Any, sure: bool = False) -> Suspect:
    """Said when the result is `wrong`: the value this mistake leads to, or a function of no arguments that makes it.

    One 0 or 1 comes of many mistakes: what it tells is left out when another test looks for the same mistake in vain,
    unless the function has seen more and it is `sure`.
    """
    return Suspect(sentence, lambda *seen: _is_wrong_value(wrong() if callable(wrong) else wrong, *seen), sure)


def forgot(what: str, wrong: Any) -> Suspect:
    """`forgot("to divide by 255", lambda: images.flatten(1).float())`"""
    return mistake(f"It looks as if you forgot {what}.", wrong)


def swapped(one: str, other: str, wrong: Any) -> Suspect:
    """`swapped("queries", "keys", lambda: reference.attention.scores(k, q))`"""
    return mistake(f"It looks as if {one} and {other} are swapped.", wrong)


def unchanged(value: Any, name: str = "the input") -> Suspect:
    """Said when what went in comes out."""
    return mistake(f"This is {name}, unchanged.", value)


def wrong_factor(name: str, factor: float) -> Suspect:
    """Said when the result is `factor` times what is expected: `wrong_factor("sqrt(d_head)", 8.0)`"""
    return Suspect(f"The result is off by a factor of {name}.", lambda *seen: _is_scaled(factor, seen[-1]))


def wrong_axis(used: str | int, meant: str | int, wrong: Any = None) -> Suspect:
    """Said when it ran along the axis `used` where `meant` was meant.

    Best with `wrong`, the value (or a function making it) that comes of it. Without, it is said when one axis has
    another size, when rows and columns are swapped, or when sums over another axis explain the values.
    """
    names = [f"axis {axis}" if isinstance(axis, int) else f'"{axis}"' for axis in (used, meant)]
    sentence = f"It looks as if it ran along {names[0]} where {names[1]} was meant."
    if wrong is not None:
        return mistake(sentence, wrong)
    return Suspect(sentence, lambda *seen: _ran_along_another_axis(seen[-1]))


def _is_wrong_value(wrong: Any, actual: Any, expected: Any, mismatch: Mismatch) -> bool:
    """The whole result or the part that differs is the wrong value, and the wrong value is not right by chance."""
    from autograder.expect.comparison import compare
    from autograder.expect.tolerance import Terms

    any_dtype = Terms(exact_dtype=False)
    pairs = ((actual, expected), (mismatch.actual, mismatch.expected))
    return any(compare(a, wrong, any_dtype) is None and compare(wrong, e, any_dtype) is not None for a, e in pairs)


def _is_scaled(factor: float, mismatch: Mismatch) -> bool:
    from autograder.expect.comparison import compare_tensors
    from autograder.expect.tolerance import Terms

    if mismatch.stage != "value" or not mismatch.expected.any():
        return False
    scaled = mismatch.actual.double() / factor
    return compare_tensors(scaled.to(mismatch.expected.dtype), mismatch.expected, Terms()) is None


def _ran_along_another_axis(mismatch: Mismatch) -> bool:
    """In the shape: one axis has another size (not by one: that is another mistake). In the values: see recognisers."""
    from autograder.expect.recognisers.along_axes import same_total, wrong_axis
    from autograder.expect.recognisers.case import Case
    from autograder.expect.recognisers.rearranged import transposed

    got, want = mismatch.actual, mismatch.expected
    if mismatch.stage == "shape" and got.ndim == want.ndim:
        gaps = [abs(a - b) for a, b in zip(got.shape, want.shape, strict=True) if a != b]
        return len(gaps) == 1 and gaps[0] > 1 and 1 not in (*got.shape, *want.shape)
    if mismatch.stage != "value":
        return False
    case = Case.of(got, want, mismatch.atol, mismatch.rtol)
    return any(recogniser(case) for recogniser in (transposed, wrong_axis, same_total))
