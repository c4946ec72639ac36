"""Gradients and Adam, on inputs of the grader's choice."""

import torch

from autograder import exercise, expect, mistake


@exercise("primer.squares_gradient")
def test_any_rows(learner, reference, draw):
    for batch, features in ((1, 4), (8, 3), (5, 5)):
        w, x, y = draw.normal(features), draw.normal(batch, features), draw.normal(batch)
        gradient = reference.gradients.squares_gradient(w, x, y)
        expect(learner.gradients.squares_gradient(w, x, y), "gradient").to_match(
            gradient,
            watch_for=[
                mistake("The 2 of the square is missing.", gradient / 2),
                mistake("The rows were added up, not averaged.", gradient * batch),
                mistake("It points downhill: the gradient points uphill.", -gradient),
                mistake(
                    "It was divided by the number of weights: divide by that of rows.", gradient * batch / features
                ),
                mistake("y was left out of the error.", 2 * (x @ w) @ x / batch),
                mistake("y was added to x · w: the error is x · w − y.", 2 * (x @ w + y) @ x / batch),
                mistake(
                    "Errors and rows were averaged before they were multiplied: average their products.",
                    2 * (x @ w - y).mean() * x.mean(0),
                ),
            ],
        )


@exercise("primer.squares_gradient")
def test_where_the_fit_is_perfect_the_gradient_is_zero(learner, draw):
    w, x = draw.normal(3), draw.normal(6, 3)
    expect(learner.gradients.squares_gradient(w, x, x @ w), "gradient where every error is 0").to_equal(
        torch.zeros(3), atol=1e-5
    )


def moment(draw, shape):
    return draw.normal(*shape), draw.normal(*shape), draw.uniform(*shape) + 0.1, draw.normal(*shape)


@exercise("primer.adam_step")
def test_any_state_and_step(learner, reference, draw):
    for shape, step in (((4,), 1), ((3, 2), 7), ((5,), 400)):
        given = moment(draw, shape)
        how = {"learning_rate": 0.03, "betas": (0.85, 0.97), "eps": 0.01}
        got = learner.gradients.adam_step(*given, step, **how)
        for name, mine, right in zip(
            ("weights", "mean", "square"), got, reference.gradients.adam_step(*given, step, **how), strict=True
        ):
            expect(mine, f"{name} after step {step}").to_match(right)


@exercise("primer.adam_step")
def test_the_defaults_are_those_of_the_paper(learner, draw):
    given = moment(draw, (6,))
    spelled = learner.gradients.adam_step(*given, 3, learning_rate=1e-3, betas=(0.9, 0.999), eps=1e-8)
    for mine, right in zip(learner.gradients.adam_step(*given, 3), spelled, strict=True):
        expect(mine, "a step with nothing but the defaults").to_match(right)
