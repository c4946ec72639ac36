"""The model's forward pass and its loss."""

import math

import torch

from autograder import exercise, expect, expect_error, mistake


def empty_weights(p=5, d_model=4, heads=2, d_head=2, d_mlp=3):
    """A model that does nothing: a test fills in the weights it is about."""
    shapes = {"W_E": (p + 1, d_model), "W_pos": (3, d_model), "W_O": (heads, d_head, d_model)}
    shapes |= dict.fromkeys(("W_Q", "W_K", "W_V"), (heads, d_model, d_head))
    shapes |= {"W_in": (d_model, d_mlp), "W_out": (d_mlp, d_model), "W_U": (d_model, p)}
    return {name: torch.zeros(shape) for name, shape in shapes.items()}


TOKENS = torch.tensor([[0, 1, 5], [2, 2, 5], [4, 3, 5]])


@exercise("02.forward", part="logits")
def test_without_attention_and_mlp_the_logits_are_the_unembedded_last_token(learner):
    weights = empty_weights()
    weights["W_E"][5], weights["W_pos"][2] = torch.tensor([1.0, 2, 3, 4]), torch.tensor([0.5, 0, 0, 0])
    weights["W_U"] = torch.arange(20.0).reshape(4, 5)
    last = torch.tensor([1.5, 2, 3, 4])
    expect(learner.transformer.forward(weights, TOKENS).logits, "logits of three questions").to_equal(
        (last @ weights["W_U"]).expand(3, 5),
        watch_for=[mistake("The position was not embedded.", (weights["W_E"][5] @ weights["W_U"]).expand(3, 5))],
    )


@exercise("02.forward", part="pattern")
def test_equal_scores_attend_equally_to_all_three_positions(learner):
    pattern = learner.transformer.forward(empty_weights(), TOKENS).pattern
    expect(pattern, "attention of a model with zero weights").to_equal(
        torch.full((3, 2, 3), 1 / 3), watch_for=[mistake("The last position does not see itself.", _without_itself())]
    )


def _without_itself():
    return torch.tensor([0.5, 0.5, 0]).expand(3, 2, 3).clone()


@exercise("02.forward", part="pattern")
def test_scores_are_divided_by_the_root_of_d_head(learner):
    weights = empty_weights(d_head=4)
    weights["W_E"][5, 0] = 1.0
    weights["W_pos"][0, 1] = 1.0
    weights["W_Q"][0, 0, 0] = 2.0
    weights["W_K"][0, 1, 0] = 3.0  # head 0: query 2, key of position 0 is 3, score 6 before the scaling
    scores = torch.tensor([6.0, 0, 0])
    pattern = learner.transformer.forward(weights, TOKENS).pattern[:, 0]
    expect(pattern, "attention of head 0").to_equal(
        (scores / 2).softmax(0).expand(3, 3),
        watch_for=[
            mistake("The scores were not divided by √d_head.", scores.softmax(0).expand(3, 3)),
            mistake("The scores were divided by d_head, not by its root.", (scores / 4).softmax(0).expand(3, 3)),
        ],
    )


@exercise("02.forward", part="logits")
def test_a_head_moves_what_it_attends_to(learner):
    weights = empty_weights()
    weights["W_E"][:5, 0] = torch.tensor([1.0, 2, 3, 4, 5])
    weights["W_V"][1, 0, 1] = weights["W_O"][1, 1, 3] = 1.0
    weights["W_U"][3] = 1.0
    moved = (torch.tensor([1 + 2, 3 + 3, 5 + 4]) / 3)[:, None]  # a third of each embedding
    expect(learner.transformer.forward(weights, TOKENS).logits, "logits").to_equal(moved.expand(3, 5))


@exercise("02.forward", part="neurons")
def test_neurons_are_never_negative_and_add_to_the_stream(learner):
    weights = empty_weights()
    weights["W_E"][5, 0] = 2.0
    weights["W_in"][0] = torch.tensor([1.0, -1.0, 0.5])
    weights["W_out"][:, 1] = torch.tensor([1.0, 10.0, 100.0])
    weights["W_U"][0], weights["W_U"][1] = 1.0, 1.0
    result = learner.transformer.forward(weights, TOKENS)
    expect(result.neurons, "neurons").to_equal(torch.tensor([2.0, 0, 1]).expand(3, 3))
    expect(result.logits, "logits").to_equal(
        torch.full((3, 5), 2 + 2 + 100.0),
        watch_for=[mistake("The stream that the MLP read was not kept: add its output.", torch.full((3, 5), 102.0))],
    )


@exercise("02.forward", part="logits")
def test_two_tokens_are_refused(learner):
    with expect_error(ValueError):
        learner.transformer.forward(empty_weights(), TOKENS[:, :2])


@exercise("02.cross_entropy_high_precision")
def test_guessing_costs_ln_p(learner):
    loss = learner.transformer.cross_entropy_high_precision(torch.zeros(4, 113), torch.tensor([0, 5, 5, 112]))
    expect(loss, "loss of equal logits").to_equal(torch.tensor(math.log(113), dtype=torch.float64))


@exercise("02.cross_entropy_high_precision")
def test_a_very_sure_model_still_has_a_loss(learner):
    logits = torch.zeros(2, 11)
    logits[0, 3], logits[1, 7] = 20.0, 22.0
    expected = (torch.tensor([10 * math.exp(-20), 10 * math.exp(-22)], dtype=torch.float64)).log1p().mean()
    loss = learner.transformer.cross_entropy_high_precision(logits, torch.tensor([3, 7]))
    expect(loss, "loss of a model that is right and sure of it").to_equal(
        expected,
        rtol=1e-6,
        watch_for=[
            mistake("The softmax was taken in float32, which cannot tell this from 0 or rounds it.",
                    -logits.log_softmax(1)[[0, 1], [3, 7]].mean().double()),
        ],
    )  # fmt: skip
