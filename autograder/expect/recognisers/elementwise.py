"""A mistake done to every value in the same way: a sign, a factor, a constant, a function too many or too few."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import log, pi, prod, sqrt

import torch
from torch import Tensor

from autograder.expect.inputs import names_of, quoted
from autograder.expect.recognisers.case import BEYOND, Case, either

# Factors that say what happened. Any other is called a constant factor and its size stays untold: it could give values
# away.
_DOUBLES = (
    (2.0, "Every value is twice what it should be."),
    (0.5, "Every value is half of what it should be."),
)
_FACTORS = (
    (255.0, "Every value is 255 times too large, as pixels from 0 to 255 where 0 to 1 is asked."),
    (1 / 255, "Every value is 255 times too small, as when it is divided by 255 once too often."),
    (100.0, "Every value is 100 times too large, as a percentage where a fraction is asked."),
    (1 / 100, "Every value is 100 times too small, as a fraction where a percentage is asked."),
    (1 / log(2), "Off by a factor of ln 2: as logarithms to base 2 (bits) where natural ones (nats) are asked."),
    (log(2), "Off by a factor of ln 2: as natural logarithms (nats) where base 2 (bits) is asked."),
    (1 / log(10), "Off by a factor of ln 10: as logarithms to base 10 where natural ones are asked."),
    (180 / pi, "The angles are in degrees where radians are asked."),
    (pi / 180, "The angles are in radians where degrees are asked."),
    (2 * pi, "Every value is too large by a factor of 2 pi."),
    (1 / (2 * pi), "Every value is too small by a factor of 2 pi."),
)

# What undoes the mistake, and what the mistake was.
_FUNCTIONS: tuple[tuple[Callable[[Tensor], Tensor], str], ...] = (
    (lambda a: 1 - a, "The result is 1 minus what it should be."),
    (lambda a: 1 / a, "Every value is upside down: 1 divided by it is right."),
    (torch.square, "The squares of these values are right: a square is missing, or a square root too many."),
    (torch.sqrt, "The square roots of these values are right: a square root is missing, or a square too many."),
    (lambda a: -a.square(), "Minus the squares of these values are right."),
    (torch.exp, "The exponentials of these values are right: logarithms where the plain values are asked."),
    (lambda a: torch.exp(-a), "Minus the logarithms of what is asked: the exponential is missing."),
    (torch.log, "The logarithms of these values are right: the logarithm is missing, or an exponential is too many."),
    (lambda a: -torch.log(a), "Minus the logarithms of these values are right: the negative logarithm is missing."),
    (torch.sigmoid, "The sigmoid of these values is right: a sigmoid is missing."),
    (torch.logit, "These values are right before the sigmoid: a sigmoid is too many."),
    (torch.tanh, "The tanh of these values is right: a tanh is missing."),
    (torch.cos, "The cosines of these values are right: angles where cosines are asked."),
    (torch.arccos, "These values are cosines where the angles are asked."),
)


def sign(case: Case) -> str | None:
    """Said of what is so, whatever did it: two values are enough, or one that is not 1."""
    sizes = case.expected[case.expected.abs() > 2 * case.atol].abs()
    if not case.matches(-case.actual) or not len(sizes):
        return None
    if case.expected.numel() == 1:
        return "The value has the wrong sign; its size is right." if sizes[0] != 1 else None
    return "Every value has the wrong sign." if len(sizes) > 1 else None


def magnitude(case: Case) -> str | None:
    """Sizes are right, signs are not: of several values that are told apart."""
    a, e = case.actual, case.expected
    turned = a.sign() != e.sign()
    if not case.matches(torch.where(turned, -a, a)) or case.matches(-a) or case.count_sizes(e[turned]) < BEYOND:
        return None
    if not (e < 0).any():
        return "The sizes are right, but some values are negative: the absolute value is missing."
    if not (a < 0).any():
        return "The sizes are right, but every value is positive: the signs were lost, as by an absolute value."
    return "The sizes are right, but some values have the wrong sign."


def rectified(case: Case) -> str | None:
    a, e = case.actual, case.expected
    if case.magnitudes < 2:
        return None
    if case.matches(a.relu()) and case.count_sizes(a[a < 0]) >= BEYOND:
        return "Negative values should have become zero: a ReLU is missing."
    if torch.allclose(a, e.relu(), rtol=case.rtol, atol=case.atol) and case.count_sizes(e[e < 0]) >= BEYOND:
        return "Negative values became zero: a ReLU is too many."
    return None


def function(case: Case) -> str | None:
    if not case.telling or (case.simple and case.magnitudes < 3):
        return None
    return next((sentence for undo, sentence in _FUNCTIONS if case.explains(undo(case.actual))), None)


def factor(case: Case) -> str | None:
    a, e = case.actual.flatten(), case.expected.flatten()
    if not case.telling or not e.any():
        return None
    ratio = float((a @ e) / (e @ e))
    if ratio == 0 or case.matches(-case.actual) or not case.matches(case.actual / ratio):
        return None
    enough = case.facts >= BEYOND or case.to_the_digit(case.actual / ratio)
    words = _named_factor(abs(ratio), case) if enough else None
    if words is None and case.facts >= BEYOND + 1:
        words = "Every value is off by the same constant factor."
    return f"The signs are wrong, and besides: {words}" if words and ratio < 0 else words


def offset(case: Case) -> str | None:
    """The same constant added to every value. By axis, see `along_axes.offset_along_an_axis`."""
    difference = (case.actual - case.expected).mean()
    if not case.explains(case.actual - difference, fitted=1):
        return None
    if not case.dtype.is_floating_point and difference.abs() == 1:
        words = "large: is it counted from 1" if difference > 0 else "small: is it counted from 0"
        return f"Every value is one too {words}?"
    return "Every value is off by the same added constant."


def inverted(case: Case) -> str | None:
    if case.dtype == torch.bool and case.distinct == 2 and case.expected.numel() >= 6 and case.matches(1 - case.actual):
        return "True and False are the wrong way round."
    return None


def rounded(case: Case) -> str | None:
    a, e = case.actual, case.expected
    if not case.dtype.is_floating_point or case.magnitudes < 2 or case.count_sizes(a) < BEYOND:
        return None
    for decimals in range(5):
        if torch.allclose(a, e.round(decimals=decimals), rtol=1e-6, atol=1e-8):
            return "The values are rounded."
    if torch.equal(a, e.trunc()) or torch.equal(a, e.floor()):
        return "The values are cut off to whole numbers."
    return None


def nearly_right(case: Case) -> str | None:
    a, e = case.actual, case.expected
    if not case.dtype.is_floating_point or case.facts < BEYOND or not torch.allclose(a, e, rtol=1e-2, atol=case.atol):
        return None
    return (
        "The values are close but not equal. An added epsilon, a rounded constant, n - 1 for n or a step too few "
        "would do that, among other things."
    )


def low_precision(case: Case) -> str | None:
    """float64 values that agree only as far as float32 reaches, with errors to both sides as rounding has."""
    a, e = case.actual, case.expected
    if case.dtype != torch.float64 or not torch.allclose(a, e, rtol=2e-6, atol=2e-6 * float(e.abs().max())):
        return None
    off = ((a - e) * e.sign())[(a - e).abs() > 1e-12 * e.abs()]
    both_sides = off.numel() >= 8 and 0.2 < float((off > 0).double().mean()) < 0.8
    if both_sides or torch.equal(a.float().double(), a) and not torch.equal(e.float().double(), e):
        return "The values agree to about seven digits only: somewhere it computes in float32 where float64 is asked."
    return None


def _named_factor(ratio: float, case: Case) -> str | None:
    """What a positive factor says: from constants, from sizes of what was given and of axes of the result."""
    close = max(case.rtol / 50, 1e-9)

    def near(value: float) -> bool:
        return abs(ratio - value) <= close * value

    doubled = [sentence for value, sentence in _DOUBLES if near(value)]
    if doubled:
        return doubled[0]
    by_inputs = [sentence for value, sentence in _input_sizes(case.sizes) if near(value)]
    if by_inputs:
        return either(by_inputs)
    return either([sentence for value, sentence in (*_result_sizes(case), *_FACTORS) if near(value)])


def _input_sizes(sizes: dict[str, int]) -> Iterator[tuple[float, str]]:
    """Factors made of a size of what was given: only these say what may have been done."""
    for n in sorted(set(sizes.values())):
        if n <= 2:
            continue
        name = f"the size of {' or '.join(quoted(one) for one in names_of(n, sizes))}"
        yield (
            n,
            f"Every value is too large by {name}, as a sum where the mean is asked, without a division by it, or "
            "multiplied by its square root where a division is asked.",
        )
        yield (
            1 / n,
            f"Every value is too small by {name}, as a mean where the sum is asked, or divided by it twice.",
        )
        yield sqrt(n), f"Every value is too large by the square root of {name}, as without a division by it."
        yield 1 / sqrt(n), f"Every value is too small by the square root of {name}, as divided by it too often."
        yield from _n_less_one(n, name)


def _result_sizes(case: Case) -> Iterator[tuple[float, str]]:
    """Factors made of the number of elements along an axis, and of all: what was done to them is not known."""
    names = {n: f"the size of axis {axis}" for axis, n in reversed(list(enumerate(case.shape))) if n > 2}
    names.setdefault(prod(case.shape), "the number of elements")
    for n, name in names.items():
        if n > 2 and case.magnitudes > 1:
            yield n, f"Every value is too large by a factor that is {name}."
            yield 1 / n, f"Every value is too small by a factor that is {name}."
            yield sqrt(n), f"Every value is too large by the square root of {name}."
            yield 1 / sqrt(n), f"Every value is too small by the square root of {name}."
            yield from _n_less_one(n, name)


def _n_less_one(n: int, name: str) -> Iterator[tuple[float, str]]:
    """Of small n such factors come about by chance, as 2 / sqrt(5) does."""
    if 8 <= n <= 50:
        for value in (n / (n - 1), (n - 1) / n, sqrt(n / (n - 1)), sqrt((n - 1) / n)):
            yield value, f"Off by n / (n - 1) or its root, where n is {name}, as between biased and unbiased variance."
