"""Recognise the mistake behind a mismatch and say it in one plain sentence, or say nothing.

A sentence is shown for hidden tests too. It names shapes, axes and operations, never a value. A wrong explanation is
worse than none: a recogniser undoes a mistake, and requires that what is expected comes out and that it is no chance.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import torch

from autograder.expect.comparison import Mismatch, compare
from autograder.expect.inputs import inputs, named_axes
from autograder.expect.named_parts import wrong_parts
from autograder.expect.recognisers import along_axes, by_inputs, elementwise, forms, nonfinite, parts, rearranged
from autograder.expect.recognisers.case import BEYOND, Case, Recogniser, either
from autograder.expect.tolerance import Terms

# Tried tier by tier. Within a tier all are tried, and two that fit are both said.
TIERS: tuple[tuple[Recogniser, ...], ...] = (
    (elementwise.low_precision, rearranged.transposed, elementwise.inverted),
    (by_inputs.left_out, by_inputs.remainder),
    (parts.causal_mask,),
    (
        rearranged.reshaped,
        rearranged.flattened_by_columns,
        rearranged.flipped,
        rearranged.shifted,
        elementwise.sign,
        elementwise.factor,
        elementwise.function,
    ),
    (parts.constant,),
    (along_axes.function_along_an_axis,),
    (elementwise.offset, along_axes.offset_along_an_axis, along_axes.softmax_too_many),
    (elementwise.magnitude, elementwise.rectified, rearranged.permuted),
    (along_axes.factor_along_an_axis, elementwise.rounded),
    (along_axes.wrong_axis,),
    (rearranged.scattered, elementwise.nearly_right),
    (by_inputs.handed_back,),
    (parts.one_part,),
    (along_axes.property_missing,),
)

# For tensors beyond `_LARGE` elements: what can be told from a sample.
SAMPLED_TIERS: tuple[tuple[Recogniser, ...], ...] = (
    (elementwise.low_precision, elementwise.inverted),
    (elementwise.sign, elementwise.factor, elementwise.function),
    (elementwise.offset, parts.constant),
    (elementwise.magnitude, elementwise.rectified, elementwise.rounded),
    (elementwise.nearly_right,),
)

_LARGE = 200_000
_SAMPLE = 50_000
_SECONDS = 2.0  # no new tier is begun after this


class Suspect(Protocol):
    """A mistake that a test's author expects; see `autograder.expect.suspects`."""

    @property
    def sentence(self) -> str: ...
    @property
    def sure(self) -> bool: ...

    def sentence_for(self, actual: Any, expected: Any, mismatch: Mismatch) -> str | None: ...


class Diagnosis(NamedTuple):
    """What is said, and who knew it: "mistake" when its author foresaw it ("few" and "chance": by less), else the
    names of recognisers; nothing and nobody where it is not known.

    `fits`: all recognisers that agree with the comparison; None when it has too little to tell one from another.
    """

    sentence: str | None = None
    known_by: str = ""
    fits: frozenset[str] | None = None


NOT_KNOWN = Diagnosis()
# Known by nobody, or by where it shows: names say that better.
PLACES = ("", "one_part", "property_missing", "factor_along_an_axis", "offset_along_an_axis")
USUAL = Terms()
FAILURES = (RuntimeError, ValueError, IndexError, OverflowError)  # of a diagnosis, which is extra


def diagnose(
    actual: Any,
    expected: Any,
    mismatch: Mismatch,
    watch_for: Iterable[Suspect] = (),
    names: Sequence[str] = (),
    terms: Terms = USUAL,
) -> Diagnosis:
    """What is known of this mismatch: the author's suspects first, then what the table recognises.

    `names`: of the parts of the result, compared on `terms`; they say best where it is wrong.
    """
    try:
        case = _case(mismatch)
    except FAILURES:
        case = None
    found = _known(actual, expected, mismatch, case, watch_for)
    if names and found.known_by in PLACES and (named := wrong_parts(actual, expected, mismatch, names, terms)):
        found = Diagnosis(named, "wrong_parts")
    return found._replace(fits=_all_that_fit(case))


def _known(
    actual: Any, expected: Any, mismatch: Mismatch, case: Case | None, watch_for: Iterable[Suspect]
) -> Diagnosis:
    for suspect in watch_for:
        sentence = suspect.sentence_for(actual, expected, mismatch)
        if sentence:
            return Diagnosis(sentence, "mistake" if suspect.sure else _how_sure(mismatch, case))
    try:
        if sentence := _out_of_order(actual, expected):
            return Diagnosis(sentence, "out_of_order")
        if mismatch.stage == "value":
            return recognise(case, _tiers(case)) if case else NOT_KNOWN
        return _BY_STAGE.get(mismatch.stage, _nothing)(mismatch)
    except FAILURES:
        return NOT_KNOWN


def recognise(case: Case, tiers: Sequence[Sequence[Recogniser]] = TIERS) -> Diagnosis:
    """What explains wrong values of the right shape and dtype."""
    begun = time.monotonic()
    for tier in tiers:
        said = {recogniser.__name__: sentence for recogniser in tier if (sentence := case.said_by(recogniser))}
        if sentence := either(list(said.values())):
            return Diagnosis(sentence, " ".join(said))
        if time.monotonic() - begun > _SECONDS:
            break
    return NOT_KNOWN


def _all_that_fit(case: Case | None) -> frozenset[str] | None:
    """A cause that another comparison of the same function denies is none: for that, all are asked."""
    try:
        if case is None or case.facts <= BEYOND:
            return None
        begun, found = time.monotonic(), set()
        for tier in _tiers(case):
            found |= {recogniser.__name__ for recogniser in tier if case.said_by(recogniser)}
            if time.monotonic() - begun > _SECONDS / 4:
                return None
        return frozenset(found)
    except FAILURES:
        return None


def _how_sure(mismatch: Mismatch, case: Case | None) -> str:
    """Of an author's mistake: "chance" where all that came is 0, 1, True, False or a word, which many lead to;
    "few" where few values agree, or None came."""
    actual = mismatch.actual
    if actual is None:
        return "few"
    if isinstance(actual, str):
        return "chance"  # one of a few words
    if mismatch.stage != "value" or not _is_tensor(actual):
        return "mistake"
    if any(bool(((1 * actual - value).abs() <= mismatch.atol).all()) for value in (0.0, 1.0)):  # numbers of booleans
        return "chance"
    return "mistake" if case is None or case.facts >= BEYOND else "few"


def _out_of_order(actual: Any, expected: Any) -> str | None:
    """The parts of a result are right, but not in their places."""
    if not isinstance(expected, tuple | list) or not isinstance(actual, tuple | list):
        return None
    if len(actual) != len(expected) or not 2 <= len(expected) <= 5 or not all(map(_is_tensor, expected)):
        return None
    homes = [[i for i, e in enumerate(expected) if compare(a, e) is None] for a in actual]
    if all(len(home) == 1 for home in homes) and len({home[0] for home in homes}) == len(expected):
        moved = [i for i, home in enumerate(homes) if home != [i]]
        return (
            f"The results are right, but in the wrong order: those at {moved} have changed places." if moved else None
        )
    return None


def _is_tensor(value: Any) -> bool:
    return isinstance(value, torch.Tensor)


def _nothing(mismatch: Mismatch) -> Diagnosis:
    return NOT_KNOWN


def _of_kind(mismatch: Mismatch) -> Diagnosis:
    part = mismatch.actual is None and mismatch.where  # None in a result that came: no return is missing
    return NOT_KNOWN if part else _first({"kind": forms.kind_sentence(mismatch.actual, mismatch.expected)})


def _of_shape(mismatch: Mismatch) -> Diagnosis:
    shapes = tuple(mismatch.actual.shape), tuple(mismatch.expected.shape)
    given = {size for one in inputs() if isinstance(one.value, torch.Tensor) for size in one.value.shape}
    return _first({"shape": forms.shape_sentence(*shapes, named_axes(inputs()), given)})


def _of_dtype(mismatch: Mismatch) -> Diagnosis:
    return _first({"dtype": forms.dtype_sentence(mismatch.actual.dtype, mismatch.expected.dtype)})


def _of_finiteness(mismatch: Mismatch) -> Diagnosis:
    actual, expected = mismatch.actual, mismatch.expected
    if actual.is_complex() or actual.numel() > _LARGE:
        return NOT_KNOWN
    case = Case(actual.double(), expected.double(), mismatch.atol, mismatch.rtol, expected.dtype, tuple(expected.shape))
    moved = {r.__name__: r(case) for r in (parts.causal_mask, rearranged.transposed, rearranged.flipped)}
    found = _first(moved)
    return (
        found if found.sentence else _first({r.__name__: r(case.actual, case.expected) for r in nonfinite.RECOGNISERS})
    )


def _first(said: Mapping[str, str | None]) -> Diagnosis:
    return next((Diagnosis(sentence, name) for name, sentence in said.items() if sentence), NOT_KNOWN)


def _tiers(case: Case) -> tuple[tuple[Recogniser, ...], ...]:
    return TIERS if tuple(case.expected.shape) == case.shape else SAMPLED_TIERS


def _case(mismatch: Mismatch) -> Case | None:
    """What recognisers of values look at; of large tensors a sample. None where it is not the values that are wrong."""
    actual, expected = mismatch.actual, mismatch.expected
    if (
        mismatch.stage != "value"
        or not _is_tensor(actual)
        or actual.is_complex()
        or expected.is_complex()
        or not expected.numel()
    ):
        return None
    most = _SAMPLE if expected.numel() > _LARGE else None
    return Case.of(actual, expected, mismatch.atol, mismatch.rtol, most, inputs())


_BY_STAGE: dict[str, Callable[[Mismatch], Diagnosis]] = {
    "kind": _of_kind,
    "shape": _of_shape,
    "dtype": _of_dtype,
    "finite": _of_finiteness,
}
