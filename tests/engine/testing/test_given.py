"""What a function was given, by the names of its stub; and when the same comes out for different inputs."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import pytest
import torch

from autograder.learner import Call
from autograder.testing.given import MOST, Seen, inputs_of, same_for_other_inputs, seen_calls

STUB = """
from jaxtyping import Float
from torch import Tensor


def logits(x: Float[Tensor, "batch 784"], W: Float[Tensor, "*many 784"], scale: float = 1.0, *, p: int = 3):
    raise NotImplementedError


class Net:
    def __init__(self, bias: Float[Tensor, "hidden"]):
        raise NotImplementedError
"""


class Weights(NamedTuple):
    W_in: torch.Tensor
    b: torch.Tensor


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "model.py").write_text(STUB, encoding="utf-8")
    return tmp_path


def call(*args: Any, name: str = "logits", result: Any = None, **kwargs: Any) -> Call:
    return Call(f"step.model.{name}", "model", name, args, kwargs, result)


def test_inputs_have_the_names_and_axes_of_the_stub(folder: Path) -> None:
    x, W = torch.zeros(2, 784), torch.ones(10, 784)
    inputs = {one.name: one for one in inputs_of([call(x, W, 0.5, p=7)], folder)}
    assert inputs["x"].value is x and inputs["x"].axes == ("batch", "784")
    assert inputs["W"].value is W and inputs["W"].axes == ()  # any number of axes
    assert (inputs["scale"].value, inputs["p"].value) == (0.5, 7)


def test_the_last_call_counts_and_records_are_told_by_their_fields(folder: Path) -> None:
    weights = Weights(torch.zeros(3), torch.ones(2))
    inputs = {one.name: one.value for one in inputs_of([call(torch.zeros(1)), call(weights), call({"k": 2})], folder)}
    assert set(inputs) == {"x", "W_in", "b", "k"}
    two = inputs_of([call(torch.zeros(1)), call(torch.ones(1))], folder)
    assert [float(one.value) for one in two] == [1.0]


def test_a_class_is_given_what_it_is_made_with(folder: Path) -> None:
    (one,) = inputs_of([call(torch.ones(4), name="Net")], folder)
    assert (one.name, one.axes) == ("bias", ("hidden",))


def test_nothing_is_known_of_what_has_no_stub(folder: Path) -> None:
    assert (
        inputs_of([call(torch.ones(4), name="other"), Call("step.absent.f", "absent", "f", (1,), {}, 2)], folder) == []
    )


# ---------------------------------------------------------------- the same result for different inputs


def seen(given: str, gave: str, telling: bool = False, name: str = "f") -> Seen:
    return Seen(name, given, gave, telling)


@pytest.mark.parametrize(
    ("public", "hidden", "same"),
    [
        ([seen("a", "0.377", True)], [seen("b", "0.377", True)], True),  # a public test's value
        ([seen("a", "0.377", True)], [seen("b", "0.5", True)], False),
        ([seen("a", "0.5")], [seen("b", "0.5")], False),  # a simple number comes back by chance
        ([seen("a", "0.377", True)], [seen("a", "0.377", True)], False),  # the same input
        ([seen("a", "0.377", True)], [seen("b", "0.377", True, "g")], False),  # another function
        ([seen("a", "6")], [seen("b", "0"), seen("c", "0"), seen("d", "0")], True),  # one value for all others
        ([seen("a", "6")], [seen("b", "0"), seen("c", "0"), seen("d", "1")], False),
        ([seen("a", "6")], [seen("b", "0"), seen("c", "0")], False),  # two are few
        ([seen("a", "6")], [seen("b", "0"), seen("b", "0"), seen("b", "0")], False),  # one input
        ([seen("a", "0")], [seen("b", "0"), seen("c", "0"), seen("d", "0")], False),  # so it is in public tests
    ],
)
def test_written_in_needs_evidence(public: list[Seen], hidden: list[Seen], same: bool) -> None:
    assert same_for_other_inputs(hidden[:1], public, hidden) == same


def test_calls_are_told_apart_by_every_value() -> None:
    x = torch.rand(3, 4)
    calls = [call(x, result=x.sum()), call(x.clone(), result=x.sum()), call(x + 1e-6, result=x.sum()), call(x.T)]
    one, same, other, turned = seen_calls(calls)
    assert one == same and one.given != other.given and one.given != turned.given and one.gave == other.gave


@pytest.mark.parametrize("part", [[], 0, {}, None, "text"])
def test_what_is_too_long_is_not_looked_at(part: Any) -> None:
    assert seen_calls([call(1, result=[part] * (MOST + 1))]) == []
    assert seen_calls([call(1, result=[part] * (MOST // 2))])


def test_a_result_tells_when_it_has_digits() -> None:
    telling = [
        one.telling for one in seen_calls([call(1, result=r) for r in (0.3761234567, 0.5, 7, True, "text", [0.25])])
    ]
    assert telling == [True, False, False, False, False, False]


class Asked:
    """As a handle: whatever is asked of it goes to the guest."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"asked for {name}")


def test_what_is_no_data_tells_nothing_and_is_asked_nothing(folder: Path) -> None:
    calls = [call(Asked(), result=1.0), call(1.0, result=Asked()), call([Asked()], result=1.0)]
    assert seen_calls(calls) == [] and [one.name for one in inputs_of(calls, folder)] == ["x"]
