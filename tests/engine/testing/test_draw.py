"""Random inputs: the same for the same seed, of the shape, dtype and range that was asked."""

from __future__ import annotations

import pytest
import torch

from autograder.testing.draw import Draw
from autograder.testing.seeds import seed_for

SAME = {
    "normal": lambda draw: draw.normal(3, 4),
    "uniform": lambda draw: draw.uniform(5, low=-2, high=3),
    "integers": lambda draw: draw.integers(0, 10**6, 7),
    "permutation": lambda draw: draw.permutation(50),
    "seed": lambda draw: torch.tensor(draw.seed()),
    "generator": lambda draw: torch.rand(4, generator=draw.generator()),
    "choice": lambda draw: torch.tensor([draw.choice(range(10**6)) for _ in range(5)]),
}
each_kind = pytest.mark.parametrize("kind", SAME.values(), ids=SAME)


@each_kind
def test_the_same_seed_draws_the_same(kind):
    assert torch.equal(kind(Draw(5)), kind(Draw(5)))


@each_kind
def test_another_seed_draws_something_else(kind):
    assert not torch.equal(kind(Draw(5)), kind(Draw(6)))


@each_kind
def test_a_second_draw_is_a_fresh_one(kind):
    draw = Draw(5)
    assert not torch.equal(kind(draw), kind(draw))


@each_kind
def test_torchs_own_generator_is_left_alone(kind):
    before = torch.get_rng_state()
    kind(Draw(5))
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("kind", ["normal", "uniform"])
def test_the_dtype_can_be_chosen(kind, dtype):
    assert getattr(Draw(5), kind)(2, dtype=dtype).dtype == dtype


def test_uniform_values_fill_their_range():
    values = Draw(5).uniform(10_000, low=-2.0, high=3.0)
    assert -2.0 <= values.min() < -1.9 and 2.9 < values.max() <= 3.0


def test_integers_never_reach_their_upper_limit():
    values = Draw(5).integers(2, 5, 1000)
    assert values.dtype == torch.int64 and set(values.tolist()) == {2, 3, 4}


def test_a_permutation_has_every_number_once():
    assert sorted(Draw(5).permutation(20).tolist()) == list(range(20))


def test_a_choice_is_one_of_the_options():
    draw = Draw(5)
    assert {draw.choice("abc") for _ in range(50)} == set("abc")


def test_a_seed_depends_on_every_part():
    assert len({seed_for("a", "b"), seed_for("ab", ""), seed_for("b", "a"), seed_for("a"), seed_for("a", "b", 0)}) == 5


def test_a_seed_is_what_torch_and_json_can_hold():
    assert all(0 <= seed_for(number) < 2**63 for number in range(1000))


def test_a_seed_is_the_same_on_every_machine():
    assert seed_for("salt", "submission") == 9065473770835968781
