"""One-hot rows and einsum, on inputs of the grader's choice."""

import torch

from autograder import exercise, expect, expect_error


@exercise("primer.one_hot_rows")
def test_any_tokens(learner, reference, draw):
    for length, vocab in ((1, 2), (9, 6), (4, 30)):
        tokens = draw.integers(0, vocab, length)
        expect(learner.tensors.one_hot_rows(tokens, vocab), "one-hot rows").to_match(
            reference.tensors.one_hot_rows(tokens, vocab)
        )


@exercise("primer.one_hot_rows")
def test_no_tokens_make_no_rows(learner):
    rows = learner.tensors.one_hot_rows(torch.zeros(0, dtype=torch.int64), 5)
    expect(rows, "one-hot rows of no tokens").to_equal(torch.zeros(0, 5))


@exercise("primer.one_hot_rows")
def test_one_too_high_or_too_low(learner, draw):
    tokens = draw.integers(0, 6, 5)
    for wrong in (6, -1, 40):
        tokens[2] = wrong
        with expect_error(ValueError):
            learner.tensors.one_hot_rows(tokens, 6)


@exercise("primer.project_heads")
def test_any_rows_and_heads(learner, reference, draw):
    for position, head, d_model, d_head in ((7, 3, 5, 2), (1, 1, 4, 6), (3, 3, 3, 3)):
        x, W = draw.normal(position, d_model), draw.normal(head, d_model, d_head)
        expect(learner.tensors.project_heads(x, W), "the rows, read by every head").to_match(
            reference.tensors.project_heads(x, W)
        )
