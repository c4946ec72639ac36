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
POSITIONS = ("the position of a", "the position of b", "the position of =")


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
        torch.full((3, 2, 3), 1 / 3),
        watch_for=[mistake("The last position does not see itself.", _without_itself())],
        parts=POSITIONS,
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
        parts=POSITIONS,
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
    expect(result.neurons, "neurons").to_equal(
        torch.tensor([2.0, 0, 1]).expand(3, 3),
        parts=("a neuron that is driven", "a neuron below zero", "a neuron that is driven half as much"),
    )
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


@exercise("02.cross_entropy_high_precision")
def test_the_losses_of_five_batches(learner):
    """Batches of 2, 3, 4, 5 and 6 questions with 7, 5, 11, 3 and 8 answers."""
    generator = torch.Generator().manual_seed(0)
    answers = [[5, 0], [1, 3, 0], [2, 10, 7, 6], [1, 2, 0, 2, 1], [4, 0, 7, 3, 2, 6]]
    logits = [6 * torch.rand(len(y), p, generator=generator) for y, p in zip(answers, (7, 5, 11, 3, 8), strict=True)]
    losses = [
        learner.transformer.cross_entropy_high_precision(z, torch.tensor(y))
        for z, y in zip(logits, answers, strict=True)
    ]
    losses = [loss.item() if isinstance(loss, torch.Tensor) and not loss.ndim else loss for loss in losses]
    right = [0.894050728, 3.15277282, 2.46835958, 1.85676217, 2.2484403]  # by the course's solution
    expect(losses, "losses of five batches").to_equal(
        right,
        rtol=1e-6,
        watch_for=[
            mistake("The losses were added up, not averaged.", [loss * (2 + i) for i, loss in enumerate(right)]),
            mistake("The softmax ran over the batch, not over the answers.",
                    [0.0559434097, 1.58215747, 1.8538107, 2.87404389, 1.94710253]),
            mistake("The probabilities were averaged, and then the logarithm was taken: average the logarithms.",
                    [0.739732085, 2.93258413, 1.58425147, 1.32341101, 1.20549405]),
            mistake("The logits themselves were taken, without a softmax.",
                    [-4.59157014, -2.67006, -4.07313895, -3.21552329, -3.59660159]),
            mistake("The probability was taken, without a logarithm.",
                    [-0.477241758, -0.0532592316, -0.205101259, -0.266225654, -0.299543973]),
            mistake("All answers were counted, not only the right ones.",
                    [2.98158275, 2.71567488, 3.57550141, 1.97374612, 3.1331931]),
            mistake("The softmax was taken twice.",
                    [1.6360625, 1.79183163, 2.29226027, 1.20904163, 1.92085505]),
            mistake("It is divided by the number of answers, not by the size of the batch.",
                    [loss * n / p for loss, n, p in zip(right, (2, 3, 4, 5, 6), (7, 5, 11, 3, 8), strict=True)]),
        ],
    )  # fmt: skip
