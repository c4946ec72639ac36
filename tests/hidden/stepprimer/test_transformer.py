"""The transformer by hand, with random weights of odd sizes."""

import torch

from autograder import exercise, expect, expect_error, mistake


def random_weights(draw, vocab=7, length=6, d_model=5, d_head=3):
    shapes = {"W_E": (vocab, d_model), "W_pos": (length, d_model), "W_O": (d_head, d_model), "W_U": (d_model, vocab)}
    shapes |= dict.fromkeys(("W_Q", "W_K", "W_V"), (d_model, d_head))
    return {name: draw.normal(*shape) for name, shape in shapes.items()}


@exercise("primer.embed_tokens")
def test_any_tokens(learner, reference, draw):
    weights = random_weights(draw)
    for length in (1, 4, 6):
        tokens = draw.integers(0, 7, length)
        expect(learner.transformer.embed_tokens(weights, tokens), "the embedded tokens").to_match(
            reference.transformer.embed_tokens(weights, tokens),
            watch_for=[mistake("The positions are not in it.", weights["W_E"][tokens])],
        )


@exercise("primer.embed_tokens")
def test_one_token_too_many(learner, draw):
    with expect_error(ValueError):
        learner.transformer.embed_tokens(random_weights(draw), draw.integers(0, 7, 7))


@exercise("primer.attention_pattern")
def test_any_weights(learner, reference, draw):
    for sizes in ({}, {"d_model": 4, "d_head": 4}):
        weights = random_weights(draw, **sizes)
        x = draw.normal(5, weights["W_Q"].shape[0])
        sharp = weights | {"W_Q": weights["W_Q"] * weights["W_Q"].shape[1] ** 0.5}
        expect(learner.transformer.attention_pattern(weights, x), "pattern").to_match(
            reference.transformer.attention_pattern(weights, x),
            watch_for=[
                mistake("The scores were not divided by √d_head.",
                        lambda sharp=sharp, x=x: reference.transformer.attention_pattern(sharp, x)),
            ],
        )  # fmt: skip


@exercise("primer.attention_pattern")
def test_rows_sum_to_one_and_nothing_ahead_is_seen(learner, draw):
    pattern = learner.transformer.attention_pattern(random_weights(draw), 4 * draw.normal(6, 5))
    expect(pattern.sum(1), "sums of the pattern's rows").to_equal(torch.ones(6))
    expect(pattern.triu(1), "the pattern ahead of each position").to_equal(torch.zeros(6, 6))


@exercise("primer.head_output")
def test_any_pattern(learner, reference, draw):
    weights, x, pattern = random_weights(draw), draw.normal(4, 5), draw.normal(4, 4).softmax(1)
    added = reference.transformer.head_output(weights, x, pattern)
    expect(learner.transformer.head_output(weights, x, pattern), "what the head adds").to_match(
        added,
        watch_for=[
            mistake("The pattern is the wrong way round: its rows belong to the queries.",
                    lambda: reference.transformer.head_output(weights, x, pattern.T)),
            mistake("The stream itself is in it: return what the head adds, alone.", added + x),
        ],
    )  # fmt: skip


def runs(learner, reference, draw):
    for length in (1, 3, 6):
        weights, tokens = random_weights(draw), draw.integers(0, 7, length)
        yield (side.transformer.run_transformer(weights, tokens) for side in (learner, reference))


@exercise("primer.run_transformer", part="logits")
def test_stream_pattern_and_logits_of_any_weights(learner, reference, draw):
    for mine, right in runs(learner, reference, draw):
        expect(mine.pattern, "pattern").to_match(right.pattern)
        expect(mine.stream, "stream after the head").to_match(right.stream)
        expect(mine.logits, "logits").to_match(
            right.logits,
            watch_for=[
                mistake("The head adds nothing to the logits.", right.parts[0]),
                mistake("The embedding is not in the logits.", right.parts[1]),
            ],
        )


@exercise("primer.run_transformer", part="parts")
def test_parts_of_any_weights(learner, reference, draw):
    for mine, right in runs(learner, reference, draw):
        expect(mine.parts, "parts of the logits").to_match(
            right.parts,
            watch_for=[mistake("The head's part comes first: the embedding's should.", right.parts.flip(0))],
        )
