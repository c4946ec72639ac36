"""The forward pass on random weights of odd sizes, and the loss of very sure models."""

import torch

from autograder import exercise, expect, expect_error, mistake


def random_weights(draw, p=7, d_model=10, heads=3, d_head=4, d_mlp=11):
    shapes = {"W_E": (p + 1, d_model), "W_pos": (3, d_model), "W_O": (heads, d_head, d_model)}
    shapes |= dict.fromkeys(("W_Q", "W_K", "W_V"), (heads, d_model, d_head))
    shapes |= {"W_in": (d_model, d_mlp), "W_out": (d_mlp, d_model), "W_U": (d_model, p)}
    return {name: draw.normal(*shape) * 0.6 for name, shape in shapes.items()}


def random_tokens(draw, batch=9, p=7):
    return torch.cat([draw.integers(0, p, batch, 2), torch.full((batch, 1), p)], 1)


@exercise("02.forward", part="logits")
def test_logits_of_any_weights(learner, reference, draw):
    weights, tokens = random_weights(draw), random_tokens(draw)
    no_mlp = weights | {"W_out": torch.zeros_like(weights["W_out"])}
    no_attention = weights | {"W_O": torch.zeros_like(weights["W_O"])}
    no_position = weights | {"W_pos": torch.zeros_like(weights["W_pos"])}
    expect(learner.transformer.forward(weights, tokens).logits, "logits").to_match(
        reference.transformer.forward(weights, tokens).logits,
        watch_for=[
            mistake(
                "The MLP adds nothing to the logits.", lambda: reference.transformer.forward(no_mlp, tokens).logits
            ),
            mistake("Attention adds nothing.", lambda: reference.transformer.forward(no_attention, tokens).logits),
            mistake("Positions are not embedded.", lambda: reference.transformer.forward(no_position, tokens).logits),
        ],
    )


@exercise("02.forward", part="pattern")
def test_pattern_of_any_weights(learner, reference, draw):
    weights, tokens = random_weights(draw), random_tokens(draw)
    expect(learner.transformer.forward(weights, tokens).pattern, "pattern").to_match(
        reference.transformer.forward(weights, tokens).pattern,
        watch_for=[
            mistake("The scores were not divided by √d_head.", lambda: _sharper(reference, weights, tokens)),
        ],
    )


def _sharper(reference, weights, tokens):
    """The pattern without the division by √4."""
    return reference.transformer.forward(weights | {"W_Q": weights["W_Q"] * 2}, tokens).pattern


@exercise("02.forward", part="neurons")
def test_neurons_of_any_weights(learner, reference, draw):
    weights, tokens = random_weights(draw), random_tokens(draw)
    expect(learner.transformer.forward(weights, tokens).neurons, "neurons").to_match(
        reference.transformer.forward(weights, tokens).neurons
    )


@exercise("02.forward", part="logits")
def test_the_last_token_may_be_a_number(learner, reference, draw):
    weights, tokens = random_weights(draw), draw.integers(0, 8, 5, 3)
    expect(learner.transformer.forward(weights, tokens).logits, "logits of any three tokens").to_match(
        reference.transformer.forward(weights, tokens).logits
    )


@exercise("02.forward", part="logits")
def test_wrong_numbers_of_tokens(learner, draw):
    for width in (2, 4):
        with expect_error(ValueError):
            learner.transformer.forward(random_weights(draw), draw.integers(0, 7, 4, width))


@exercise("02.cross_entropy_high_precision")
def test_any_logits(learner, reference, draw):
    logits, labels = 8 * draw.normal(12, 17), draw.integers(0, 17, 12)
    loss = reference.transformer.cross_entropy_high_precision(logits, labels)
    expect(learner.transformer.cross_entropy_high_precision(logits, labels), "loss").to_match(
        loss,
        watch_for=[
            mistake("The losses were added up, not averaged.", loss * 12),
            mistake("The sign is wrong.", -loss),
            mistake("The softmax ran over the batch, not over the answers.",
                    -logits.double().log_softmax(0).gather(1, labels[:, None]).mean()),
            mistake("All answers were counted, not only the right ones.", -logits.double().log_softmax(1).mean()),
            mistake("It is divided by the number of answers, not by the size of the batch.", loss * 12 / 17),
        ],
    )  # fmt: skip


@exercise("02.cross_entropy_high_precision")
def test_sure_models(learner, reference, draw):
    labels = draw.integers(0, 113, 20)
    logits = draw.uniform(20, 113) + 25 * torch.nn.functional.one_hot(labels, 113)
    expect(learner.transformer.cross_entropy_high_precision(logits, labels), "loss of sure answers").to_match(
        reference.transformer.cross_entropy_high_precision(logits, labels), rtol=1e-6, atol=0
    )


@exercise("02.cross_entropy_high_precision")
def test_huge_logits_do_not_overflow(learner, reference, draw):
    logits, labels = 5000 * draw.normal(6, 9), draw.integers(0, 9, 6)
    expect(learner.transformer.cross_entropy_high_precision(logits, labels), "loss of huge logits").to_match(
        reference.transformer.cross_entropy_high_precision(logits, labels), rtol=1e-6
    )
