"""A gradient by hand, and Adam."""

import torch

from autograder import exercise, expect, mistake


def zeros(count):
    return torch.zeros(count)


@exercise("primer.squares_gradient")
def test_one_row_one_weight(learner):
    """w = 3, x = 2, y = 5: the error is 1, and the loss grows by 2 · 1 · 2 for each unit of w."""
    gradient = learner.gradients.squares_gradient(torch.tensor([3.0]), torch.tensor([[2.0]]), torch.tensor([5.0]))
    expect(gradient, "gradient").to_equal(
        torch.tensor([4.0]),
        watch_for=[mistake("The 2 of the square is missing.", torch.tensor([2.0]))],
    )


@exercise("primer.squares_gradient")
def test_it_is_the_mean_over_rows(learner):
    x, y = torch.tensor([[1.0, 0], [1, 0], [1, 0], [0, 2]]), torch.tensor([0.0, 0, 0, 1])
    gradient = learner.gradients.squares_gradient(torch.tensor([1.0, 1.0]), x, y)
    expect(gradient, "gradient").to_equal(
        torch.tensor([6.0, 4.0]) / 4,
        watch_for=[mistake("The rows were added up, not averaged.", torch.tensor([6.0, 4]))],
    )


@exercise("primer.squares_gradient")
def test_it_agrees_with_autograd(learner):
    generator = torch.Generator().manual_seed(0)
    x, y, w = (torch.randn(shape, generator=generator) for shape in ((6, 3), (6,), (3,)))
    w.requires_grad_()
    ((x @ w - y) ** 2).mean().backward()
    expect(learner.gradients.squares_gradient(w.detach(), x, y), "gradient").to_equal(
        w.grad, watch_for=[mistake("It points downhill: the gradient points uphill.", -w.grad)]
    )


@exercise("primer.squares_gradient")
def test_six_weights_and_eight_rows(learner):
    generator = torch.Generator().manual_seed(1)
    x, y, w = (torch.randn(shape, generator=generator) for shape in ((8, 6), (8,), (6,)))
    right = torch.tensor([-2.217009, -3.899341, 1.564059, -1.542668, 1.940969, -0.1389581])  # by the course's solution
    expect(learner.gradients.squares_gradient(w, x, y), "gradient").to_equal(
        right,
        watch_for=[
            mistake("The 2 of the square is missing.", lambda: right / 2),
            mistake("The rows were added up, not averaged.", lambda: 8 * right),
            mistake("The rows were added up, not averaged, and the 2 of the square is missing.", lambda: 4 * right),
            mistake("It was divided by the number of weights: divide by that of rows.", lambda: right * 8 / 6),
            mistake("It points downhill: the gradient points uphill.", lambda: -right),
            mistake("y was left out of the error.", 2 * (x @ w) @ x / 8),
            mistake("y was added to x · w: the error is x · w − y.", 2 * (x @ w + y) @ x / 8),
            mistake("The error was taken by its sign or its size: take it as it is.", 2 * (x @ w - y).sign() @ x / 8),
            mistake("The error was taken by its sign or its size: take it as it is.", 2 * (x @ w - y).abs() @ x / 8),
            mistake("The error was squared in the gradient: the square's slope is 2 · error.",
                    2 * (x @ w - y).square() @ x / 8),
            mistake("Errors and rows were averaged before they were multiplied: average their products.",
                    2 * (x @ w - y).mean() * x.mean(0)),
            mistake("The errors were multiplied by the weights: multiply them by what stands in x.",
                    2 * (x @ w - y).mean() * w),
        ],
    )  # fmt: skip


@exercise("primer.adam_step")
def test_the_first_step_is_as_long_as_the_learning_rate_whatever_the_gradient(learner):
    gradient = torch.tensor([1e-3, -5.0, 800.0])
    w, mean, square = learner.gradients.adam_step(zeros(3), zeros(3), zeros(3), gradient, 1, 0.25)
    expect(w, "weights after one step from 0 with learning rate 0.25").to_equal(
        torch.tensor([-0.25, 0.25, -0.25]),
        atol=1e-4,
        watch_for=[
            mistake("The running means were not corrected for having begun at 0.",
                    -0.25 * 0.1 * gradient / (0.001 * gradient**2).sqrt()),
            mistake("The step went uphill.", torch.tensor([0.25, -0.25, 0.25])),
        ],
        parts=("a gradient of 0.001", "a gradient of −5", "a gradient of 800"),
    )  # fmt: skip
    expect(mean, "running mean of the gradient").to_equal(
        0.1 * gradient, watch_for=[mistake("The corrected mean was kept: keep the other.", gradient)]
    )
    expect(square, "running mean of the square").to_equal(
        0.001 * gradient**2, watch_for=[mistake("The corrected square was kept: keep the other.", gradient**2)]
    )


@exercise("primer.adam_step")
def test_three_steps_are_those_of_torch(learner):
    w = torch.tensor([1.0, -2.0], requires_grad=True)
    optimizer = torch.optim.Adam([w], lr=0.1, betas=(0.8, 0.95))
    state = (w.detach().clone(), zeros(2), zeros(2))
    for step, gradient in enumerate(torch.tensor([[1.0, 2], [-3, 0.5], [0.2, -1]]), start=1):
        w.grad = gradient
        optimizer.step()
        state = learner.gradients.adam_step(*state, gradient, step, learning_rate=0.1, betas=(0.8, 0.95))
    expect(state[0], "weights after three steps").to_equal(w.detach(), rtol=1e-4)


@exercise("primer.adam_step")
def test_eps_is_added_after_the_root(learner):
    w, _, _ = learner.gradients.adam_step(zeros(1), zeros(1), zeros(1), torch.tensor([3.0]), 1, 1.0, eps=1.0)
    expect(w, "weight after one step with eps = 1").to_equal(
        torch.tensor([-0.75]), watch_for=[mistake("eps went under the root.", torch.tensor([-3 / 10**0.5]))]
    )


@exercise("primer.adam_step")
def test_what_was_given_stays_as_it_was(learner):
    given = [torch.tensor([value]) for value in (1.0, 0.5, 0.25, 2.0)]
    learner.gradients.adam_step(*given, 4)
    expect(torch.cat(given), "weights, mean, square and gradient that were handed over").to_equal(
        torch.tensor([1.0, 0.5, 0.25, 2.0])
    )
