"""Nothing that a guest sends raises anything but the boundary's own error, hangs, or grows without a bound."""

from __future__ import annotations

import json
import zipfile
from typing import Any

import pytest
import safetensors.torch
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.expect import expect
from autograder.expect.expectation import ExpectationFailed
from autograder.learner import InProcess, Learner, LearnerError
from autograder.sandbox import protocol
from autograder.testing.verdict import judge
from tests.engine.sandbox.frames import frame, received, sent
from tests.engine.tools import ROOT


def answer(value: Any) -> Any:
    return received(frame({"value": value}))


# ---------------------------------------------------------------- whatever it is

WORDS = st.sampled_from([
    "tensor", "array", "record", "dict", "tuple", "set", "slice", "dtype", "complex", "bytes", "handle", "0", "1", "2",
    "float32", "compile", "__class__", "a", "_fields", "count", "\ud800", "\u202e", "",
])  # fmt: skip
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    WORDS,
    st.just(10**400),
    st.just(-(2**70)),
)
KEYS = st.sampled_from(["$", "v", "i", "id", "type", "name", "fields", "complex", "value", "error", "printed", "where"])
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5), max_leaves=25
)
TAGGED = st.builds(
    lambda kind, v, rest: {**rest, "$": kind, "v": v}, WORDS, VALUES, st.dictionaries(KEYS, VALUES, max_size=4)
)
MESSAGES = st.dictionaries(KEYS, st.one_of(VALUES, TAGGED, st.lists(TAGGED, max_size=3)), max_size=6)
often = settings(max_examples=75, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


@often
@given(MESSAGES)
def test_any_structure_is_a_value_or_the_submissions_error(message: Any) -> None:
    look_at(received(frame(message)))


@often
@given(st.binary(max_size=200), st.integers(0, 2**12), st.integers(0, 255))
def test_a_frame_that_was_damaged_is_a_value_or_the_submissions_error(cut: bytes, at: int, to: int) -> None:
    sound = bytearray(frame({"value": [{"$": "tensor", "i": "0"}, {"$": "dict", "v": [[1, 2]]}], "printed": "x"}))
    sound[at % len(sound)] = to
    look_at(received(bytes(sound)))
    look_at(received(bytes(sound)[: at % len(sound)] + cut))


def look_at(value: Any) -> None:
    """What tests do with it: compare, ask, print, judge."""
    if isinstance(value, LearnerError):
        judge(value, ROOT, hidden=True)
        judge(value, ROOT, hidden=False).message.encode()
        return
    for expected in (torch.arange(3.0), 1.5, [1.0, 2.0], {"a": 1}, "text", [torch.ones(3), torch.ones(2, 2)]):
        try:
            expect(value).to_equal(expected)
        except ExpectationFailed as error:
            judge(error, ROOT, hidden=True).message.encode()


# ---------------------------------------------------------------- what was found

REFUSED = {
    "a number beyond floats": 10**400,
    "the same key twice": {"$": "dict", "v": [["a", 1], ["a", 2]]},
    "a key that cannot be one": {"$": "dict", "v": [[[1], 2]]},
    "complex of no floats": {"$": "complex", "v": [10**400, 1]},
    "a dtype that is none": {"$": "dtype", "v": "compile"},
    "a tensor that was not sent": {"$": "tensor", "i": "9"},
    "a complex tensor of reals": {"$": "tensor", "i": "0", "complex": True},
    "an object without a name": {"$": "handle", "id": 1},
    "an object without a number": {"$": "handle", "id": float("inf"), "type": "x"},
    "a record of too many fields": {
        "$": "record",
        "name": "R",
        "fields": [f"f{i}" for i in range(101)],
        "v": [0] * 101,
    },
    "a record with too long a name": {"$": "record", "name": "R" * 101, "fields": ["a"], "v": [0]},
    "more kinds of records than anyone needs": [
        {"$": "record", "name": f"R{i}", "fields": ["a"], "v": [0]} for i in range(65)
    ],
    "a nest": json.loads("[" * 60 + "]" * 60),
    "a deep nest": json.loads("[" * 900 + "]" * 900),
}


def test_what_a_fuzzer_has_kept_is_a_value_or_the_submissions_error() -> None:
    """tests/benchmarks/fuzz_boundary.py makes it."""
    with zipfile.ZipFile(ROOT / "tests" / "banks" / "boundary.zip") as kept:
        for name in kept.namelist():
            look_at(received(sent(kept.read(name))))


@pytest.mark.parametrize("value", REFUSED.values(), ids=REFUSED)
def test_it_is_the_submissions_error(value: Any) -> None:
    refused = answer(value)
    assert isinstance(refused, LearnerError) and refused.kind == "protocol"


@pytest.mark.parametrize(
    "text",
    [b'{"value": 1, "value": 2}', b'{"value": [' + b"1," * 10**6 + b"1]}", b"[" * 10**5, b'{"value": 1e', b"\xff"],
    ids=["the same key twice", "a million values", "a nest without an end", "half a number", "no text"],
)
def test_text_is_refused_before_it_is_rebuilt(text: bytes) -> None:
    assert received(frame(text)).kind == "protocol"


@pytest.mark.parametrize(
    "raw",
    [
        safetensors.torch.save({"0": torch.zeros(300_000, dtype=torch.uint8)}),
        (2**40).to_bytes(8, "little") + b"x",
        b"\x05\0\0\0\0\0\0\0{}",
    ],
    ids=["small numbers that would grow", "a header without an end", "half a header"],
)
def test_tensors_are_refused_before_they_are_used(raw: bytes) -> None:
    assert received(frame({"value": 1}, raw)).kind == "protocol"


def test_a_class_of_records_is_made_once() -> None:
    record = {"$": "record", "name": "Pair", "fields": ["left", "right"], "v": [1, 2]}
    first, second = answer([record, record])
    assert type(first) is type(second) is type(answer(record))


def test_keys_that_are_hard_to_tell_apart_do_not_hang(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "REBUILD_SECONDS", -1.0)
    assert "takes more than" in answer({"$": "dict", "v": [[1, 2]]}).message
    assert "takes more than" in answer({"$": "set", "v": [1, 2]}).message


def test_a_set_of_numbers_that_are_all_alike_takes_its_time_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is compared with all before it: half a million would take an hour."""
    monkeypatch.setattr(protocol, "REBUILD_SECONDS", 0.5)
    refused = answer({"$": "set", "v": [number * (2**61 - 1) for number in range(500_000)]})
    assert isinstance(refused, LearnerError) and "takes more than" in refused.message


def test_an_object_goes_back_to_the_side_that_it_stands_on_alone() -> None:
    theirs = answer({"$": "handle", "id": 3, "type": "ParameterDict"})
    ours = Learner(InProcess("reference"), "step00")
    with pytest.raises(LearnerError, match="an object of the class ParameterDict") as refused:
        ours.m.f([theirs])
    assert judge(refused.value, ROOT, hidden=False).outcome == "failed"


def test_an_object_with_a_name_of_no_class_has_none() -> None:
    assert repr(answer({"$": "handle", "id": 3, "type": "x\u202e\n::"})) == "<the learner's object>"
