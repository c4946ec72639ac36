"""Sentences with two names: tokens, answers, and where the names stand."""

import pytest
import torch

from autograder import exercise, expect, expect_error, mistake

FRAME = "When {A} and {B} went to the store, {S} gave a drink to"
OTHER = "Yesterday {A} met {B} at the park. {S} gave a small ball to"


@exercise("04.make_prompts")
def test_the_two_orders(learner, random_models):
    theirs, ours = random_models()
    prompts = learner.prompts.make_prompts(theirs, [FRAME, FRAME], [("Mary", "John")] * 2, ["ABBA", "BABA"])
    texts = ["When Mary and John went to the store, John gave a drink to"]
    texts += ["When John and Mary went to the store, John gave a drink to"]
    expect(prompts.tokens, "tokens").to_equal(ours.to_tokens(texts))
    mary, john = ours.to_single_token(" Mary"), ours.to_single_token(" John")
    expect(prompts.answers, "answers").to_equal(
        torch.tensor([[mary, john]] * 2),
        watch_for=[mistake("Answers are (IO, S), not (S, IO).", torch.tensor([[john, mary]] * 2))],
    )
    places = {"IO": [2, 4], "S1": [4, 2], "S1+1": [5, 3], "S2": [10, 10], "END": [14, 14]}
    right = torch.tensor(list(places.values()))
    expect([prompts.positions[role] for role in places], "positions").to_equal(
        list(right),
        parts=list(places),
        watch_for=[
            mistake("BOS is not counted: it is position 0.", list(right - 1)),
            mistake("The places of the other order.", list(right.flip(1))),
        ],
    )


@exercise("04.make_prompts")
def test_each_sentence_has_its_own_frame(learner, random_models):
    theirs, ours = random_models()
    prompts = learner.prompts.make_prompts(theirs, [FRAME, OTHER], [("Mary", "John"), ("Tom", "Amy")], ["ABBA", "ABBA"])
    expect(prompts.positions["S2"], "positions of S2").to_equal(torch.tensor([10, 9]))
    text = "Yesterday Tom met Amy at the park. Amy gave a small ball to"
    expect(prompts.tokens[1], "tokens of the second sentence").to_equal(ours.to_tokens(text)[0])


@exercise("04.make_prompts")
def test_in_the_control_only_the_subject_is_another(learner, random_models):
    theirs, ours = random_models()
    prompts = learner.prompts.make_prompts(theirs, [FRAME], [("Mary", "John")], ["BABA"], ["Anna"])
    text = "When John and Mary went to the store, Anna gave a drink to"
    expect(prompts.tokens, "tokens").to_equal(ours.to_tokens(text))
    expect(prompts.positions["S1"], "position of S1").to_equal(torch.tensor([2]))
    expect(prompts.positions["S2"], "position of S2").to_equal(torch.tensor([10]))
    answers = torch.tensor([[ours.to_single_token(" Mary"), ours.to_single_token(" John")]])
    expect(prompts.answers, "answers").to_equal(answers)


@exercise("04.make_prompts")
@pytest.mark.parametrize(
    "change",
    [
        {"orders": ["ABAB"]},
        {"names": [("Mary", "Wolfeschlegel")]},
        {"names": [("Mary", "John"), ("Tom", "Amy")]},
        {"subjects": ["Anna", "Paul"]},
        {"frames": [FRAME, "{A} and " + FRAME], "names": [("Mary", "John")] * 2, "orders": ["ABBA"] * 2},
    ],
    ids=["order", "name", "number of names", "number of subjects", "lengths"],
)
def test_what_is_refused(learner, random_models, change):
    given = {"frames": [FRAME], "names": [("Mary", "John")], "orders": ["ABBA"]} | change
    with expect_error(ValueError):
        learner.prompts.make_prompts(random_models()[0], **given)


@exercise("04.corrupt_prompts")
def test_both_corruptions(learner, random_models, ioi):
    _, ours = random_models()
    text = "When Mary and John went to the store, John gave a drink to"
    tokens = ours.to_tokens(text)
    answers = torch.tensor([[ours.to_single_token(" Mary"), ours.to_single_token(" John")]])
    positions = {"IO": [2], "S1": [4], "S1+1": [5], "S2": [10], "END": [14]}
    positions = {role: torch.tensor(place) for role, place in positions.items()}
    swapped = ours.to_tokens("When John and Mary went to the store, Mary gave a drink to")
    only_s2 = ours.to_tokens("When Mary and John went to the store, Mary gave a drink to")
    found = learner.prompts.corrupt_prompts(tokens, answers, positions, "swap_names")
    expect(found, "names swapped").to_equal(swapped, watch_for=[mistake("Only the name at S2 changed.", only_s2)])
    found = learner.prompts.corrupt_prompts(tokens, answers, positions, "swap_s2")
    expect(found, "S2 swapped").to_equal(only_s2, watch_for=[mistake("All names changed.", swapped)])


@exercise("04.corrupt_prompts")
def test_swapping_twice_is_nothing(learner, random_models, ioi):
    tokens, answers, positions = ioi(random_models()[1])
    once = learner.prompts.corrupt_prompts(tokens, answers, positions, "swap_names")
    twice = learner.prompts.corrupt_prompts(once, answers, positions, "swap_names")
    expect(twice, "names swapped twice").to_equal(tokens)


@exercise("04.corrupt_prompts")
def test_another_corruption_is_refused(learner, random_models, ioi):
    with expect_error(ValueError):
        learner.prompts.corrupt_prompts(*ioi(random_models()[1]), "swap")
