"""Baselines: spreads are far apart, so that directions are well determined; the k-th and the next contribution too."""

from collections import namedtuple

import torch

from autograder import exercise, expect, expect_error, mistake

Basis = namedtuple("Basis", "mean analysis synthesis")


def rotation(draw, d):
    return torch.linalg.qr(draw.normal(d, d))[0]


def by_direction(analysis):
    """v vᵀ of each column v, at length 1: the same for v and −v. [component, d, d]"""
    rows = analysis.T / analysis.norm(dim=0)[:, None]
    return rows[:, :, None] * rows[:, None]


def spread_out(draw, batch, d):
    """Examples whose variance along each direction of a rotation is exactly known, in no order, and those columns.

    The mean is far from 0: uncentred, it would be the first direction.
    """
    spread = 8 * 0.6 ** torch.arange(d)
    order = draw.permutation(d)
    noise = draw.normal(batch, d)
    noise = torch.linalg.qr(noise - noise.mean(0))[0] * batch**0.5  # uncorrelated, each of variance 1, mean 0
    turn = rotation(draw, d)
    return (noise * spread[order]) @ turn.T + 40 * unit(draw.normal(d)), turn[:, order.argsort()]


def unit(direction):
    return direction / direction.norm()


@exercise("05.principal_components")
def test_any_cloud(learner, draw):
    for batch, d in ((50, 5), (12, 3), (9, 7), (6, 1)):
        compare_components(learner, *spread_out(draw, batch, d))


def compare_components(learner, x, right):
    mean, analysis, synthesis = learner.baselines.principal_components(x)
    d = x.shape[1]
    expect(mean, "mean").to_match(
        x.mean(0), atol=1e-3, watch_for=[mistake("The mean is 0: it should be that of x.", torch.zeros(d))]
    )
    expect(analysis, "analysis").to_have_shape(d, d)
    expect(synthesis, "synthesis").to_have_shape(d, d)
    centred = x - mean
    scaled = torch.linalg.svd(centred / centred.std(0), full_matrices=False).Vh.T
    uncentred = torch.linalg.svd(x, full_matrices=False).Vh.T
    in_rows = torch.allclose(by_direction(analysis.T), by_direction(right), atol=5e-3)
    expect(by_direction(analysis), "v vᵀ of every column v of analysis").to_match(
        by_direction(right),
        atol=5e-3,
        watch_for=[
            mistake("The examples were not centred first.", by_direction(uncentred)),
            mistake("The directions of least variance come first.", by_direction(right.flip(1))),
            mistake(
                "The directions are the rows of analysis: they have to be its columns.",
                by_direction(analysis) if in_rows else None,
            ),
            mistake("The neurons were scaled to the same variance first.", by_direction(scaled)),
        ],
    )
    expect(analysis.norm(dim=0), "lengths of the columns of analysis").to_match(torch.ones(d), atol=1e-4)
    expect(synthesis, "synthesis").to_match(
        analysis.T,
        atol=1e-4,
        watch_for=[mistake("synthesis is the same matrix as analysis: transpose one.", analysis)],
    )


@exercise("05.principal_components")
def test_neurons_of_different_scale(learner, draw):
    """A long thin cloud at 30°, which would lie at 45° if the neurons had been scaled."""
    along, across = torch.tensor([0.75**0.5, 0.5]), torch.tensor([-0.5, 0.75**0.5])
    x = torch.stack([6 * along, -6 * along, 2 * across, -2 * across]) * draw.uniform(1, low=0.5, high=2.0)
    basis = learner.baselines.principal_components(x[draw.permutation(4)] + 30 * draw.normal(2))
    expect(by_direction(basis.analysis), "v vᵀ of every column v of analysis").to_match(
        by_direction(torch.stack([along, across], 1)),
        atol=1e-3,
        watch_for=[
            mistake(
                "The neurons were scaled to the same variance first.",
                by_direction(torch.tensor([[1.0, -1], [1, 1]]) / 2**0.5),
            )
        ],
    )


@exercise("05.principal_components")
def test_as_many_examples_as_dimensions(learner, draw):
    """The last direction has no variance at all."""
    d = 4
    corners = torch.diag(torch.tensor([9.0, 5, 3, 1.5])) @ rotation(draw, d)
    mean, analysis, synthesis = learner.baselines.principal_components(corners)
    expect(analysis, "analysis").to_have_shape(d, d)
    expect(mean, "mean").to_match(corners.mean(0), atol=1e-4)
    expect(analysis.norm(dim=0), "lengths of the columns of analysis").to_match(torch.ones(d), atol=1e-4)
    expect(analysis.T @ analysis, "products of the directions").to_match(torch.eye(d), atol=1e-3)
    coefficients = (corners - mean) @ analysis
    expect(coefficients @ synthesis + mean, "x from all components").to_match(corners, atol=1e-3)
    spread = coefficients.square().mean(0)
    expect(bool((spread[:-1] > spread[1:]).all()), "order").to_be_true("The variances of the components do not fall.")
    expect(spread[-1].item(), "variance of the last component").to_be_at_most(1e-3)


def any_basis(draw, d, components):
    """Rows of synthesis and columns of analysis of different length, that have nothing to do with each other."""
    synthesis, analysis = draw.normal(components, d), draw.normal(components, d)
    lengths = 0.5 * 5 ** (torch.arange(components) / max(components - 1, 1))
    synthesis *= (lengths[draw.permutation(components)] / synthesis.norm(dim=1))[:, None]
    analysis *= (lengths[draw.permutation(components)] / analysis.norm(dim=1))[:, None]
    return Basis(3 * draw.normal(d), analysis.T, synthesis)


def clear_examples(draw, basis, k, count):
    """Examples whose k-th contribution is at least 1 % larger than the next: no rounding can swap them."""
    x = basis.mean + 2 * draw.normal(4 * count + 20, len(basis.mean))
    if not 0 < k < len(basis.synthesis):
        return x[:count]
    sizes = contributions(x, basis).norm(dim=2).sort(dim=1, descending=True).values
    return x[sizes[:, k - 1] > 1.01 * sizes[:, k]][:count]


def contributions(x, basis):
    """[batch, component, d]"""
    return ((x - basis.mean) @ basis.analysis)[:, :, None] * basis.synthesis


def keep(x, basis, k, scores):
    """What is left of x when these scores [batch, component] decide."""
    return (contributions(x, basis) * kept(scores, k)[:, :, None]).sum(1) + basis.mean


def kept(scores, k):
    return torch.zeros_like(scores).scatter(1, scores.topk(k).indices, 1.0)


@exercise("05.sparse_reconstruction")
def test_any_basis(learner, reference, draw):
    for batch, d, components, ks in (
        (20, 5, 4, (2, 1, 4, 0)),
        (15, 3, 8, (3, 1, 7)),
        (12, 6, 6, (2, 5)),
        (1, 2, 3, (1,)),
    ):
        basis = any_basis(draw, d, components)
        for k in ks:
            x = clear_examples(draw, basis, k, batch)
            right = reference.baselines.sparse_reconstruction(x, basis, k)
            parts, coefficients = contributions(x, basis), (x - basis.mean) @ basis.analysis
            sizes = parts.norm(dim=2)
            of_all = torch.zeros(sizes.numel()).scatter(0, sizes.flatten().topk(k * batch).indices, 1.0)
            shifted = x + basis.mean  # as if the mean had not been taken away
            expect(learner.baselines.sparse_reconstruction(x, basis, k), "reconstruction").to_match(
                right,
                atol=1e-4 * float(right.abs().max()),
                watch_for=[
                    mistake("The mean was not added again.", right - basis.mean),
                    mistake(
                        "The largest coefficients were kept: take the largest contributions.",
                        keep(x, basis, k, coefficients.abs()),
                    ),
                    mistake(
                        "Negative coefficients count by their size too.",
                        keep(x, basis, k, coefficients * basis.synthesis.norm(dim=1)),
                    ),
                    mistake("The smallest contributions were kept.", keep(x, basis, k, -sizes)),
                    mistake(
                        "The first k components were kept.", keep(x, basis, k, -torch.arange(components) + 0 * sizes)
                    ),
                    mistake("All examples keep the same components.", keep(x, basis, k, sizes.mean(0) + 0 * sizes)),
                    mistake(
                        "The largest of the whole batch were kept: k of every example are asked.",
                        (parts * of_all.reshape(sizes.shape)[:, :, None]).sum(1) + basis.mean,
                    ),
                    mistake(
                        "The mean was not taken away first.",
                        keep(shifted, basis, k, contributions(shifted, basis).norm(dim=2)),
                    ),
                    mistake(
                        "analysis gave the lengths: those of the rows of synthesis count.",
                        keep(x, basis, k, coefficients.abs() * basis.analysis.norm(dim=0)),
                    ),
                    mistake(
                        "Coefficients have lost their sign.",
                        (coefficients.abs() * kept(sizes, k)) @ basis.synthesis + basis.mean,
                    ),
                    mistake("All components but k were kept.", parts.sum(1) + 2 * basis.mean - right),
                ],
            )


@exercise("05.sparse_reconstruction")
def test_the_size_of_a_contribution_is_its_euclidean_length(learner, draw):
    """Contributions along the diagonal of four neurons and along one: of six examples, sums of magnitudes would choose
    the diagonal in five, largest elements in one, lengths in three."""
    diagonal = torch.tensor(draw.choice(([1.0, 1, 1, 1], [1, -1, 1, -1], [-1, 1, 1, -1]))) / 2
    synthesis = torch.stack([diagonal, torch.eye(4)[int(draw.integers(0, 4, 1))]])
    basis = Basis(draw.normal(4), torch.eye(4)[:, 2:], synthesis)
    coefficients = torch.tensor([[1.0, 1.4], [1.4, 1.0], [-1.4, 1.0], [1.0, -1.4], [0.4, 1.4], [1.4, 0.3]])
    coefficients = coefficients[draw.permutation(6)]
    x = basis.mean + torch.cat([draw.normal(6, 2), coefficients], 1)
    parts = coefficients[:, :, None] * synthesis
    expect(learner.baselines.sparse_reconstruction(x, basis, 1), "reconstruction").to_match(
        keep(x, basis, 1, parts.norm(dim=2)),
        atol=1e-5,
        watch_for=[
            mistake("The sums of magnitudes were compared: take norms.", keep(x, basis, 1, parts.abs().sum(2))),
            mistake("The largest elements were compared: take norms.", keep(x, basis, 1, parts.abs().amax(2))),
        ],
    )


@exercise("05.sparse_reconstruction")
def test_ks_that_cannot_be(learner, draw):
    for d, components in ((5, 3), (3, 5)):
        basis, x = any_basis(draw, d, components), draw.normal(4, d)
        for k in (-1, components + 1, components + 4):
            with expect_error(ValueError):
                learner.baselines.sparse_reconstruction(x, basis, k)
        expect(learner.baselines.sparse_reconstruction(x, basis, components), "reconstruction from all").to_match(
            contributions(x, basis).sum(1) + basis.mean, atol=1e-3
        )
        expect(learner.baselines.sparse_reconstruction(x, basis, 0), "reconstruction from none").to_match(
            basis.mean.expand(4, d), atol=1e-5
        )
