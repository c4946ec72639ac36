"""Prompts with other names, places and things, and other shapes."""

import pytest
import torch

from autograder import exercise, expect, expect_error, mistake

FRAME = "After {A} and {B} arrived at the school, {S} handed a book to"


@exercise("04.make_prompts")
@pytest.mark.parametrize("control", [False, True], ids=["IOI", "ABC"])
def test_any_sentences(learner, solution, random_models, sentences, control):
    theirs, ours = random_models(1)
    given = sentences(7, control)
    right = solution.prompts.make_prompts(ours, *given)
    prompts = learner.prompts.make_prompts(theirs, *given)
    expect(prompts.tokens, "tokens").to_match(right.tokens)
    expect(prompts.answers, "answers").to_match(
        right.answers, watch_for=[mistake("Answers are (IO, S), not (S, IO).", right.answers.flip(1))]
    )
    expect(sorted(prompts.positions), "names of the roles").to_equal(sorted(right.positions))
    abba = torch.tensor([order == "ABBA" for order in given.orders])
    io, s1 = right.positions["IO"], right.positions["S1"]
    for role, place in right.positions.items():
        expect(prompts.positions[role], f"positions of {role}").to_match(
            place,
            watch_for=[
                mistake("BOS is not counted: it is position 0.", place - 1),
                mistake(
                    "IO is said to come first in BABA too.",
                    lambda place=place: torch.where(abba, place, io + s1 - place),
                ),
                mistake("The position of S2 was given for S1: its first place is meant.", right.positions["S2"]),
            ],
        )
    kinds = {str(value.dtype) for value in [prompts.tokens, prompts.answers, *prompts.positions.values()]}
    expect(kinds, "dtypes").to_equal({"torch.int64"})


@exercise("04.make_prompts")
@pytest.mark.parametrize(
    "change",
    [
        {"orders": ["BAAB"]},
        {"orders": ["abba"]},
        {"names": [("Zzyzx", "Mary")]},
        {"names": [("Mary", "Jo hn")]},
        {"subjects": ["Qwerty"]},
        {"orders": []},
        {"frames": [FRAME] * 2},
        {"frames": [FRAME, FRAME + " the"], "names": [("Ruth", "Leo")] * 2, "orders": ["ABBA"] * 2},
    ],
    ids=["order", "lower case", "unknown name", "two words", "unknown subject", "no orders", "frames", "lengths"],
)
def test_what_is_refused(learner, random_models, change):
    given = {"frames": [FRAME], "names": [("Ruth", "Leo")], "orders": ["ABBA"]} | change
    theirs, _ = random_models(1)
    with expect_error(ValueError):
        learner.prompts.make_prompts(theirs, **given)


@exercise("04.corrupt_prompts")
@pytest.mark.parametrize("how", ["swap_names", "swap_s2"])
def test_any_corruption(learner, solution, random_models, sentences, how):
    prompts = solution.prompts.make_prompts(random_models(1)[1], *sentences(8))
    right = solution.prompts.corrupt_prompts(*prompts, how)
    other = solution.prompts.corrupt_prompts(*prompts, {"swap_names": "swap_s2", "swap_s2": "swap_names"}[how])
    expect(learner.prompts.corrupt_prompts(*prompts, how), "corrupted prompts").to_match(
        right,
        watch_for=[
            mistake("The two corruptions are exchanged.", other),
            mistake("Nothing changed.", prompts.tokens),
            mistake("The first name pair was swapped, but not S2.", lambda: _first_names(prompts)),
        ],
    )


def _first_names(prompts):
    tokens, rows = prompts.tokens.clone(), torch.arange(len(prompts.tokens))
    tokens[rows, prompts.positions["IO"]] = prompts.answers[:, 1]
    tokens[rows, prompts.positions["S1"]] = prompts.answers[:, 0]
    return tokens


@exercise("04.corrupt_prompts")
@pytest.mark.parametrize("how", ["", "swap_S2", "swap_name", "random"])
def test_other_corruptions_are_refused(learner, solution, random_models, sentences, how):
    prompts = solution.prompts.make_prompts(random_models(1)[1], *sentences(2))
    with expect_error(ValueError):
        learner.prompts.corrupt_prompts(*prompts, how)
