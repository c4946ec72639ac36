"""One-hot rows and einsum."""

import torch

from autograder import exercise, expect, expect_error, mistake


@exercise("primer.one_hot_rows")
def test_three_tokens_of_four(learner):
    rows = torch.tensor([[0.0, 0, 1, 0], [1, 0, 0, 0], [0, 0, 1, 0]])
    expect(learner.tensors.one_hot_rows(torch.tensor([2, 0, 2]), 4), "rows of the tokens 2, 0, 2").to_equal(
        rows,
        watch_for=[
            mistake("The tokens were counted from 1.", rows.roll(-1, 1)),
            mistake("All tokens were put into each row.", torch.tensor([1.0, 0, 2, 0]).expand(3, 4)),
        ],
    )


@exercise("primer.one_hot_rows")
def test_a_row_times_a_matrix_picks_out_a_row_of_it(learner):
    W = torch.arange(15.0).reshape(5, 3)
    picked = learner.tensors.one_hot_rows(torch.tensor([4, 1]), 5) @ W
    expect(picked, "one-hot rows of 4 and 1, times a matrix").to_equal(W[[4, 1]])


@exercise("primer.one_hot_rows")
def test_tokens_that_there_are_not_are_refused(learner):
    for tokens in ([0, 3], [-1, 2]):
        with expect_error(ValueError):
            learner.tensors.one_hot_rows(torch.tensor(tokens), 3)


@exercise("primer.project_heads")
def test_each_head_reads_what_its_matrix_says(learner):
    """Head 0 takes the first number of every row, head 1 ten times the sum of the second and the third."""
    x = torch.tensor([[1.0, 2, 3], [4, 5, 6]])
    W = torch.tensor([[[1.0], [0], [0]], [[0], [10], [10]]])
    expect(learner.tensors.project_heads(x, W), "two rows, read by two heads").to_equal(
        torch.tensor([[[1.0], [4]], [[50], [110]]]),
        watch_for=[mistake("The heads were added up.", torch.tensor([[51.0], [114]]))],
    )


@exercise("primer.project_heads")
def test_the_axes_are_head_position_and_d_head(learner):
    x, W = torch.ones(5, 4), torch.ones(2, 4, 3)
    expect(learner.tensors.project_heads(x, W), "five rows of ones, read by two heads").to_equal(
        torch.full((2, 5, 3), 4.0),
        watch_for=[mistake("The positions come first: the heads should.", torch.full((5, 2, 3), 4.0))],
    )


@exercise("primer.project_heads")
def test_square_matrices_are_not_turned_round(learner):
    x, W = torch.eye(2), torch.tensor([[[1.0, 2], [3, 4]], [[5, 6], [7, 8]]])
    expect(learner.tensors.project_heads(x, W), "the unit vectors, read by two heads").to_equal(
        W, watch_for=[mistake("It was summed over d_head: sum over d_model.", W.mT)]
    )
