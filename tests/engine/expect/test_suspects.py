"""The mistakes that a test's author suspects: said where the result is theirs, and only there."""

import pytest
import torch

from autograder.expect.expectation import expect
from autograder.expect.suspects import forgot, mistake, swapped, unchanged, wrong_axis, wrong_factor
from tests.engine.expect.tensors import M, failure, normal

SQUARE = normal(5, 5, seed=3)


def raises():
    raise RuntimeError("the learner's function fails here")


SUSPECTS = [
    (mistake("Forgets the bias.", M + 1), M + 1, M, "Forgets the bias."),
    (mistake("Forgets the bias.", lambda: (M + 1).double()), M + 1, M, "Forgets the bias."),
    (mistake("Forgets the bias.", lambda: M + 2), M + normal(4, 6, seed=7), M, None),
    (mistake("Right by chance.", lambda: M), normal(4, 6, seed=7), M, None),
    (mistake("Fails.", raises), normal(4, 6, seed=7), M, None),
    (mistake("The shape too.", torch.ones(3)), torch.ones(3), torch.ones(2, 5), "The shape too."),
    (mistake("In a part.", M + 1), (1, M + 1), (1, M), "In a part."),
    (forgot("to divide by 255", M * 3), M * 3, M, "It looks as if you forgot to divide by 255."),
    (swapped("queries", "keys", SQUARE.T), SQUARE.T, SQUARE, "It looks as if queries and keys are swapped."),
    (unchanged(M), M, M * 2 + 1, "This is the input, unchanged."),
    (wrong_factor("sqrt(d_head)", 8.0), M * 8, M, "The result is off by a factor of sqrt(d_head)."),
    (wrong_factor("sqrt(d_head)", 8.0), M * 8 + normal(4, 6, seed=7), M, None),
    (wrong_factor("sqrt(d_head)", 8.0), torch.tensor(8.0), torch.tensor(1.0), "The result is off by a factor"),
    (wrong_axis("hidden", "feature", torch.ones(3, 4)), torch.ones(3, 4), torch.ones(3, 7), 'along "hidden" where'),
    (wrong_axis("hidden", "feature"), torch.ones(3, 4), torch.ones(3, 7), 'along "hidden" where "feature" was meant'),
    (wrong_axis(0, 1), SQUARE.sum(0), SQUARE.sum(1), "along axis 0 where axis 1 was meant"),
    (wrong_axis(0, 1), SQUARE.norm(dim=0), SQUARE.norm(dim=1), "along axis 0 where axis 1 was meant"),
    (wrong_axis(0, 1), SQUARE.softmax(0), SQUARE.softmax(1), "along axis 0 where axis 1 was meant"),
    (wrong_axis(0, 1), torch.ones(3, 6), torch.ones(3, 7), None),
    (wrong_axis(0, 1), SQUARE.sum(0) * 1.01, SQUARE.sum(1), None),
    (wrong_axis(0, 1), SQUARE.sum(1).roll(2)[[1, 0, 2, 3, 4]], SQUARE.sum(1), None),
    (wrong_axis(0, 1), SQUARE[0].softmax(0), SQUARE[1].softmax(0), None),
]


@pytest.mark.parametrize(("suspect", "actual", "expected", "words"), SUSPECTS)
def test_suspects(suspect, actual, expected, words):
    sentence = failure(actual, expected, watch_for=[suspect]).diagnosis
    said = sentence == suspect.sentence
    assert not said if words is None else said and words in sentence


def test_suspects_are_not_asked_when_the_result_is_right():
    expect(M).to_equal(M, watch_for=[mistake("never", raises)])


@pytest.mark.parametrize(
    ("wrong", "sure", "known_by"), [(0.0, False, "chance"), (0.0, True, "mistake"), (0.4, False, "few")]
)
def test_results_of_0_and_1_may_be_chance(wrong, sure, known_by):
    found = failure(torch.tensor([wrong]), torch.tensor([1.0]), watch_for=[mistake("m", torch.tensor([wrong]), sure)])
    assert found.known_by == known_by


def test_true_and_false_may_be_chance_too():
    """And two of them have no difference that could be told."""
    found = failure(torch.tensor([True]), torch.tensor([False]), watch_for=[mistake("m", torch.tensor([True]))])
    assert found.known_by == "chance" and "True where False is asked" in str(found)


def test_one_word_of_a_few_may_be_chance():
    found = failure("first", "neither", watch_for=[mistake("The two were compared.", "first")])
    assert found.known_by == "chance" and "The two were compared." in str(found)
