"""The transformer by hand: its stream, its head, its logits."""

import math

import pytest
import torch

from autograder import exercise, expect, expect_error, mistake


def empty_weights(vocab=4, length=3, d_model=5, d_head=2):
    """A model that does nothing: a test fills in the weights it is about."""
    shapes = {"W_E": (vocab, d_model), "W_pos": (length, d_model), "W_O": (d_head, d_model), "W_U": (d_model, vocab)}
    shapes |= dict.fromkeys(("W_Q", "W_K", "W_V"), (d_model, d_head))
    return {name: torch.zeros(shape) for name, shape in shapes.items()}


@pytest.fixture
def by_hand():
    """The lesson's weights: letters in the first three numbers, positions in the last three, one step back."""
    weights = empty_weights(vocab=3, d_model=6, d_head=4)
    letters = torch.eye(3)
    weights["W_E"][:, :3] = weights["W_V"][:3, :3] = weights["W_U"][:3] = letters
    weights["W_pos"][:, 3:] = weights["W_K"][3:, :3] = letters
    weights["W_Q"][4, 0] = weights["W_Q"][5, 1] = 4.0
    weights["W_O"][:3, :3] = 3 * letters
    return weights


ABC = torch.tensor([0, 1, 2])


@exercise("primer.embed_tokens")
def test_a_token_is_its_own_row_plus_its_positions(learner):
    weights = empty_weights(d_model=2)
    weights["W_E"] = torch.tensor([[1.0, 0], [2, 0], [3, 0], [4, 0]])
    weights["W_pos"] = torch.tensor([[0.0, 10], [0, 20], [0, 30]])
    tokens = torch.tensor([3, 0])
    expect(learner.transformer.embed_tokens(weights, tokens), "the embedded tokens 3 and 0").to_equal(
        torch.tensor([[4.0, 10], [1, 20]]),
        watch_for=[mistake("The positions are not in it.", torch.tensor([[4.0, 0], [1, 0]]))],
    )


@exercise("primer.embed_tokens")
def test_the_same_token_at_two_positions_is_two_vectors(learner):
    weights = empty_weights()
    weights["W_pos"] = torch.arange(15.0).reshape(3, 5)
    expect(learner.transformer.embed_tokens(weights, torch.tensor([1, 1, 1])), "three times the token 1").to_equal(
        weights["W_pos"], watch_for=[mistake("The position was taken from the token.", weights["W_pos"][[1, 1, 1]])]
    )


@exercise("primer.embed_tokens")
def test_more_tokens_than_positions_are_refused(learner):
    with expect_error(ValueError):
        learner.transformer.embed_tokens(empty_weights(), torch.tensor([0, 1, 2, 3]))


@exercise("primer.attention_pattern")
def test_with_equal_scores_each_position_looks_evenly_at_what_it_sees(learner):
    pattern = learner.transformer.attention_pattern(empty_weights(), torch.zeros(3, 5))
    expect(pattern, "pattern of a head whose scores are all 0").to_equal(
        torch.tensor([[1.0, 0, 0], [1 / 2, 1 / 2, 0], [1 / 3, 1 / 3, 1 / 3]]),
        watch_for=[
            mistake("The causal mask is missing: a position sees what comes after it.", torch.full((3, 3), 1 / 3)),
            mistake("The mask took away what was before, not what comes after.",
                    torch.tensor([[1 / 3, 1 / 3, 1 / 3], [0, 1 / 2, 1 / 2], [0, 0, 1.0]])),
        ],
    )  # fmt: skip


@exercise("primer.attention_pattern")
def test_scores_are_divided_by_the_root_of_d_head(learner):
    weights = empty_weights(d_head=4)
    weights["W_Q"][0, 0], weights["W_K"][1, 0] = 2.0, 3.0
    x = torch.zeros(2, 5)
    x[1, 0], x[0, 1] = 1.0, 1.0  # position 1 asks with 2, position 0 answers with 3: 6 before the division by 2
    scores = torch.tensor([6.0, 0])
    rows = [torch.stack([torch.tensor([1.0, 0]), (scores / by).softmax(0)]) for by in (2, 1, 4, 5**0.5)]
    expect(learner.transformer.attention_pattern(weights, x), "pattern of two positions").to_equal(
        rows[0],
        watch_for=[
            mistake("The scores were not divided by √d_head.", rows[1]),
            mistake("The scores were divided by d_head, not by its root.", rows[2]),
            mistake("The scores were divided by the root of d_model, not of d_head.", rows[3]),
        ],
    )


@exercise("primer.attention_pattern")
def test_what_lies_ahead_gets_nothing_however_high_its_score(learner):
    weights = empty_weights(d_head=1)
    weights["W_Q"][0, 0], weights["W_K"][1, 0] = 1.0, 1.0
    x = torch.zeros(2, 5)
    x[0, 0], x[1, 1] = 1.0, math.log(9)  # position 0 would give nine tenths to position 1
    right = torch.tensor([[1.0, 0], [0.5, 0.5]])
    expect(learner.transformer.attention_pattern(weights, x), "pattern of two positions").to_equal(
        right,
        watch_for=[
            mistake("The causal mask is missing.", torch.tensor([[0.1, 0.9], [0.5, 0.5]])),
            mistake("The masked scores became 0, which is a score like others: make them −∞.", torch.full((2, 2), 0.5)),
            mistake("The mask came after the softmax: the rows no longer sum to 1.",
                    torch.tensor([[0.1, 0], [0.5, 0.5]])),
        ],
    )  # fmt: skip


@exercise("primer.attention_pattern")
def test_by_hand_each_letter_looks_one_back(learner, by_hand):
    x = by_hand["W_E"][ABC] + by_hand["W_pos"]
    two = math.exp(2)
    pattern = torch.tensor(
        [[1.0, 0, 0], [two / (two + 1), 1 / (two + 1), 0], [1 / (two + 2), two / (two + 2), 1 / (two + 2)]]
    )
    expect(learner.transformer.attention_pattern(by_hand, x), "the lesson's pattern").to_equal(pattern)


@exercise("primer.head_output")
def test_it_carries_the_values_of_what_is_looked_at(learner):
    """Position 1 looks at position 0 alone: it gets twice what stands there, in the last column."""
    weights = empty_weights()
    weights["W_V"][0, 1], weights["W_O"][1, 4] = 1.0, 2.0
    x = torch.zeros(2, 5)
    x[0, 0], x[1, 0] = 7.0, 1.0
    pattern = torch.tensor([[1.0, 0], [1.0, 0]])
    right = torch.zeros(2, 5)
    right[:, 4] = 14
    turned = torch.zeros(2, 5)
    turned[0, 4] = 16
    expect(learner.transformer.head_output(weights, x, pattern), "what the head adds").to_equal(
        right,
        watch_for=[
            mistake("The pattern is the wrong way round: its rows belong to the queries.", turned),
            mistake("The stream itself is in it: return what the head adds, alone.", right + x),
        ],
    )


@exercise("primer.head_output")
def test_half_of_each_is_the_mean(learner):
    weights = empty_weights()
    weights["W_V"][:2], weights["W_O"][:, :2] = torch.eye(2), torch.eye(2)
    x = torch.tensor([[4.0, 0, 0, 0, 0], [0, 6, 0, 0, 0]])
    pattern = torch.tensor([[1.0, 0], [0.5, 0.5]])
    expect(learner.transformer.head_output(weights, x, pattern), "what the head adds").to_equal(
        torch.tensor([[4.0, 0, 0, 0, 0], [2, 3, 0, 0, 0]])
    )


@exercise("primer.run_transformer", part="logits")
def test_a_head_that_writes_nothing_leaves_the_stream_as_it_was(learner):
    weights = empty_weights()
    weights["W_E"], weights["W_U"] = torch.arange(20.0).reshape(4, 5), torch.ones(5, 4)
    run = learner.transformer.run_transformer(weights, torch.tensor([3, 0]))
    start = weights["W_E"][[3, 0]]
    expect(run.stream, "stream after the head").to_equal(
        start, watch_for=[mistake("The head's output took the stream's place: add it.", torch.zeros(2, 5))]
    )
    expect(run.logits, "logits").to_equal(start.sum(1, keepdim=True).expand(2, 4))


@exercise("primer.run_transformer", part="logits")
def test_by_hand_it_says_the_letter_before(learner, by_hand):
    for tokens in (ABC, torch.tensor([2, 2, 0]), torch.tensor([1, 0, 1])):
        run = learner.transformer.run_transformer(by_hand, tokens)
        said = run.logits[1:].argmax(1)
        expect(said, f"what the lesson's model says after the second and the third of {tokens.tolist()}").to_equal(
            tokens[:2]
        )


@exercise("primer.run_transformer", part="parts")
def test_the_embedding_says_its_own_letter_and_the_head_the_one_before(learner, by_hand):
    parts = learner.transformer.run_transformer(by_hand, ABC).parts
    two = math.exp(2)
    embedding = torch.tensor([0.0, 0, 1])
    head = 3 * torch.tensor([1.0, two, 1]) / (two + 2)
    expect(parts[:, 2], "the two parts of the logits after a, b, c").to_equal(
        torch.stack([embedding, head]),
        watch_for=[
            mistake("The head's part comes first: the embedding's should.", torch.stack([head, embedding])),
            mistake(
                "The second part is of the whole stream, not of the head.", torch.stack([embedding, embedding + head])
            ),
        ],
    )


@exercise("primer.run_transformer", part="parts")
def test_the_parts_sum_to_the_logits(learner, by_hand):
    run = learner.transformer.run_transformer(by_hand, torch.tensor([2, 1]))
    expect(run.parts.sum(0), "sum of the two parts").to_equal(run.logits)
