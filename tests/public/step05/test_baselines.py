"""Principal components and reconstructions from few components, on numbers that can be checked by hand."""

from collections import namedtuple

import torch

from autograder import exercise, expect, expect_error, mistake

Basis = namedtuple("Basis", "mean analysis synthesis")

# Around its mean: 8 along axis 1, 4 along axis 2, 1 along axis 0.
CROSS = torch.tensor([[0.0, 8, 0], [0, -8, 0], [0, 0, 4], [0, 0, -4], [1, 0, 0], [-1, 0, 0]])
CENTRE = torch.tensor([30.0, -10, 20])

# Around its mean: 4 times (2, 1), and at right angles twice (-1, 2).
TILTED = torch.tensor([[8.0, 4], [-8, -4], [-2, 4], [2, -4]])


def by_direction(analysis):
    """v vᵀ of each column v, at length 1: the same for v and −v. [component, d, d]"""
    rows = analysis.T / analysis.norm(dim=0)[:, None]
    return rows[:, :, None] * rows[:, None]


@exercise("05.principal_components")
def test_the_mean(learner):
    expect(learner.baselines.principal_components(CROSS + CENTRE).mean, "mean").to_equal(
        CENTRE, watch_for=[mistake("The mean is 0: it should be that of x.", torch.zeros(3))]
    )


@exercise("05.principal_components")
def test_the_greatest_variance_comes_first(learner):
    basis = learner.baselines.principal_components(CROSS + CENTRE)
    right = torch.eye(3)[[1, 2, 0]].T
    expect(basis.analysis.abs(), "analysis, without signs").to_equal(
        right,
        atol=1e-4,
        watch_for=[
            mistake("The directions of least variance come first.", right.flip(1)),
            mistake("The directions are the rows of analysis: they have to be its columns.", right.T),
            mistake("The examples were not centred first.", torch.linalg.svd(CROSS + CENTRE).Vh.T.abs()),
        ],
    )


@exercise("05.principal_components")
def test_directions_that_are_not_axes(learner):
    first = torch.tensor([2.0, 1]) / 5**0.5
    second = torch.tensor([-1.0, 2]) / 5**0.5
    basis = learner.baselines.principal_components(TILTED + torch.tensor([20.0, -60]))
    expect(by_direction(basis.analysis), "v vᵀ of every column v of analysis").to_equal(
        by_direction(torch.stack([first, second], 1)),
        atol=1e-4,
        watch_for=[
            mistake(
                "The examples were not centred first.",
                by_direction(torch.linalg.svd(TILTED + torch.tensor([20.0, -60])).Vh.T),
            ),
            mistake(
                "The neurons were scaled to the same variance first.",
                by_direction(torch.linalg.svd(TILTED / TILTED.std(0)).Vh.T),
            ),
            mistake("The directions of least variance come first.", by_direction(torch.stack([second, first], 1))),
        ],
    )


@exercise("05.principal_components")
def test_columns_of_analysis_are_rows_of_synthesis(learner):
    basis = learner.baselines.principal_components(CROSS + CENTRE)
    expect(basis.synthesis, "synthesis").to_equal(
        basis.analysis.T,
        watch_for=[mistake("synthesis is the same matrix as analysis: transpose one.", basis.analysis)],
    )


@exercise("05.principal_components")
def test_directions_have_length_1(learner):
    basis = learner.baselines.principal_components(CROSS + CENTRE)
    expect(basis.analysis.norm(dim=0), "lengths of the columns of analysis").to_equal(torch.ones(3), atol=1e-4)
    expect(basis.synthesis.norm(dim=1), "lengths of the rows of synthesis").to_equal(torch.ones(3), atol=1e-4)


@exercise("05.principal_components")
def test_as_many_examples_as_dimensions(learner):
    x = torch.tensor([[0.0, 0, 0], [9, 0, 0], [0, 3, 0]])
    mean, analysis, synthesis = learner.baselines.principal_components(x)
    expect(analysis, "analysis").to_have_shape(3, 3)
    expect((x - mean) @ analysis @ synthesis + mean, "x from all components").to_equal(x, atol=1e-4)


# Rows of synthesis of lengths 1, 10 and 1; analysis undoes them.
LONG = Basis(
    torch.tensor([100.0, 0, -50]), torch.diag(torch.tensor([1, 0.1, 1])), torch.diag(torch.tensor([1.0, 10, 1]))
)


def about_the_mean(*rows):
    return torch.tensor(rows, dtype=torch.float32) + LONG.mean


@exercise("05.sparse_reconstruction")
def test_the_components_that_contribute_most_are_kept(learner):
    """Contributions 2, 5, 3 of coefficients 2, 0.5, 3."""
    x = about_the_mean([2, 5, 3])
    compare(learner, x, 1, kept=[0, 5, 0], by_coefficient=[0, 0, 3], first=[2, 0, 0], from_0=[102, 0, 0])
    compare(learner, x, 2, kept=[0, 5, 3], by_coefficient=[2, 0, 3], first=[2, 5, 0], from_0=[102, 0, -47])


def compare(learner, x, k, kept, by_coefficient, first, from_0):
    expect(learner.baselines.sparse_reconstruction(x, LONG, k), f"x from {k} of 3 components").to_equal(
        about_the_mean(kept),
        watch_for=[
            mistake(
                "The largest coefficients were kept: take the largest contributions.", about_the_mean(by_coefficient)
            ),
            mistake("The mean was not added again.", about_the_mean(kept) - LONG.mean),
            mistake("The mean was not taken away first.", about_the_mean(from_0)),
            mistake("The first k components were kept.", about_the_mean(first)),
        ],
    )


@exercise("05.sparse_reconstruction")
def test_either_sign(learner):
    x = about_the_mean([-6, 5, 2])
    expect(learner.baselines.sparse_reconstruction(x, LONG, 1), "x from 1 of 3 components").to_equal(
        about_the_mean([-6, 0, 0]),
        watch_for=[
            mistake("Negative contributions count by their size too.", about_the_mean([0, 5, 0])),
            mistake("A negative contribution has lost its sign.", about_the_mean([6, 0, 0])),
        ],
    )


@exercise("05.sparse_reconstruction")
def test_every_example_keeps_its_own(learner):
    x = about_the_mean([9, 5, 2], [3, 1, 2], [1, 2, 4])
    expect(learner.baselines.sparse_reconstruction(x, LONG, 1), "x from 1 of 3 components").to_equal(
        about_the_mean([9, 0, 0], [3, 0, 0], [0, 0, 4]),
        watch_for=[
            mistake("All examples keep the same components.", about_the_mean([9, 0, 0], [3, 0, 0], [1, 0, 0])),
            mistake("The largest of the whole batch are kept.", about_the_mean([9, 0, 0], [0, 0, 0], [0, 0, 0])),
            mistake("The largest of the whole batch are kept.", about_the_mean([9, 5, 0], [0, 0, 0], [0, 0, 4])),
        ],
    )


@exercise("05.sparse_reconstruction")
def test_no_component_leaves_the_mean_and_all_give_everything_back(learner):
    x = about_the_mean([3, 5, 2], [-1, 4, 0.5])
    expect(learner.baselines.sparse_reconstruction(x, LONG, 0), "x from no component").to_equal(
        LONG.mean.expand(2, 3), watch_for=[mistake("The mean was not added again.", torch.zeros(2, 3))]
    )
    expect(learner.baselines.sparse_reconstruction(x, LONG, 3), "x from all components").to_equal(x)


# Read along axes 0 and 1, written along the diagonal of axes 1 and 2, and along axis 2.
TWO = Basis(torch.zeros(3), torch.eye(3)[:, :2], torch.tensor([[0.0, 1, 1], [0, 0, 2]]))


@exercise("05.sparse_reconstruction")
def test_a_basis_of_two_directions_in_three_dimensions(learner):
    """Contributions (0, 4, 4) and (0, 0, 6), of lengths 5.7 and 6; then (0, 2, 2) and (0, 0, -2.4): 2.8 and 2.4."""
    x = torch.tensor([[4.0, 3, 7], [2, -1.2, 7]])
    expect(learner.baselines.sparse_reconstruction(x, TWO, 1), "x from 1 component").to_equal(
        torch.tensor([[0.0, 0, 6], [0, 2, 2]]),
        watch_for=[
            mistake("The sums of magnitudes were compared: take norms.", torch.tensor([[0.0, 4, 4], [0, 2, 2]])),
            mistake("The largest elements were compared: take norms.", torch.tensor([[0.0, 0, 6], [0, 0, -2.4]])),
        ],
    )


@exercise("05.sparse_reconstruction")
def test_a_k_that_cannot_be(learner):
    """Less than none, or more than all: the number of components counts, not that of dimensions."""
    for basis, k in ((LONG, -1), (LONG, 4), (TWO, 3)):
        with expect_error(ValueError):
            learner.baselines.sparse_reconstruction(torch.ones(1, 3), basis, k)
