"""Which true features were found, and which were made up: directions in the plane."""

from collections import namedtuple

import torch

from autograder import exercise, expect, mistake

Recovery = namedtuple("Recovery", "learned_to_true true_to_learned recovered")
PARTS = Recovery._fields


def directions(*degrees):
    """One row of length 1 for each angle."""
    angles = torch.tensor(degrees, dtype=torch.float32).deg2rad()
    return torch.stack([angles.cos(), angles.sin()], 1)


def cos(*degrees):
    return torch.tensor(degrees, dtype=torch.float32).deg2rad().cos()


def drawn(seed, *sizes):
    """Two dictionaries of directions that are not of length 1: [n, d] and [m, d] of each (n, m, d)."""
    generator = torch.Generator().manual_seed(seed)
    return [[2 * torch.randn(rows, d, generator=generator) for rows in (n, m)] for n, m, d in sizes]


@exercise("05.max_cosine_similarity")
def test_each_row_of_a_has_a_nearest_row_of_b(learner):
    a, b = directions(0, 100), directions(20, 70, 170)
    expect(learner.recovery.max_cosine_similarity(a, b), "largest cosines").to_equal(
        cos(20, 30),
        watch_for=[
            mistake("For every row of b: its nearest row of a. For every row of a is asked.", cos(20, 30, 70)),
            mistake("These are the smallest cosines.", cos(170, 80)),
            mistake("Opposite directions were counted as near.", cos(10, 30)),
            mistake("This is the mean cosine: the largest is asked.", (a @ b.T).mean(1)),
            mistake(
                "Columns were divided by their lengths: rows have to be.", largest(columns_unit(a) @ columns_unit(b).T)
            ),
            mistake("This is the row of b that is nearest: its cosine is asked.", torch.tensor([0, 1])),
        ],
    )


@exercise("05.max_cosine_similarity")
def test_six_rows_in_four_dimensions(learner):
    """Row 0 of a is nearly opposite to a row of b, and row 1 has no row of b near it."""
    ((a, b),) = drawn(0, (6, 5, 4))
    a[0] = 0.1 * a[0] - b[2]
    right = torch.tensor([0.2680732, 0.6062778, 0.5847501, 0.8678658, 0.7486454, 0.1636405])  # by the course's solution
    unit_a, unit_b = a / a.norm(dim=1, keepdim=True), b / b.norm(dim=1, keepdim=True)
    table = unit_a @ unit_b.T
    signed = table.gather(1, table.abs().argmax(1, keepdim=True))[:, 0]
    expect(learner.recovery.max_cosine_similarity(a, b), "largest cosines of six rows").to_equal(
        right,
        watch_for=[
            mistake("For every row of b: its nearest row of a. For every row of a is asked.", largest(table.T)),
            mistake("Opposite directions were counted as near.", largest(table.abs())),
            mistake("The cosine that is largest in size was taken: the sign counts in the choice, too.", signed),
            mistake("These are dot products: divide by the lengths of the rows.", largest(a @ b.T)),
            mistake("The rows of a were not divided by their lengths.", largest(a @ unit_b.T)),
            mistake("The rows of b were not divided by their lengths.", largest(unit_a @ b.T)),
            mistake("This is the mean cosine: the largest is asked.", table.mean(1)),
            mistake("These are the smallest cosines.", table.min(1).values),
            mistake("This is the row of b that is nearest: its cosine is asked.", table.argmax(1)),
            mistake("Columns were divided by their lengths: rows have to be.",
                    largest(columns_unit(a) @ columns_unit(b).T)),
            mistake("Dot products were divided by the squares of the lengths.",
                    largest(table / a.norm(dim=1, keepdim=True) / b.norm(dim=1))),
            mistake("Dot products chose the nearest: cosines have to.",
                    table.gather(1, (a @ b.T).argmax(1, keepdim=True))[:, 0]),
        ],
    )  # fmt: skip


@exercise("05.max_cosine_similarity")
def test_length_does_not_count(learner):
    a, b = directions(0, 100), directions(20, 70, 170)
    long_a, long_b = a * torch.tensor([[3.0], [0.5]]), b * torch.tensor([[1.0], [2.0], [10.0]])
    expect(learner.recovery.max_cosine_similarity(long_a, long_b), "largest cosines").to_equal(
        cos(20, 30),
        watch_for=[
            mistake("These are dot products: divide by the lengths of the rows.", lambda: largest(long_a @ long_b.T)),
            mistake("The rows of a were not divided by their lengths.", lambda: largest(long_a @ b.T)),
            mistake("The rows of b were not divided by their lengths.", lambda: largest(a @ long_b.T)),
        ],
    )


def largest(products):
    return products.max(1).values


def columns_unit(x):
    return x / x.norm(dim=0)


@exercise("05.max_cosine_similarity")
def test_the_opposite_direction_is_another_feature(learner):
    expect(learner.recovery.max_cosine_similarity(directions(0), directions(120, 180)), "largest cosine").to_equal(
        cos(120), watch_for=[mistake("The cosine lost its sign.", cos(0))]
    )


@exercise("05.max_cosine_similarity")
def test_a_zero_row_has_cosine_0_with_everything(learner):
    zero = torch.zeros(1, 2)
    a, b = torch.cat([zero, directions(0)]), torch.cat([directions(180, 110), zero])
    expect(learner.recovery.max_cosine_similarity(a, b), "largest cosines, b with a zero row").to_equal(
        torch.zeros(2), atol=1e-6, parts=("of a row of zeros", "of another row")
    )
    expect(learner.recovery.max_cosine_similarity(a, b[:2]), "largest cosines, without it").to_equal(
        torch.stack([torch.tensor(0.0), cos(110)[0]]), atol=1e-6, parts=("of a row of zeros", "of another row")
    )


@exercise("05.feature_recovery")
def test_all_features_found_in_another_order_and_length(learner):
    true = torch.eye(3)
    found = learner.recovery.feature_recovery(2 * true[[2, 0, 1]], true)
    expect(found, "recovery").to_equal(Recovery(1.0, 1.0, 1.0), parts=PARTS)


@exercise("05.feature_recovery")
def test_two_right_features_of_four(learner):
    """Nothing was made up, and yet half is missing."""
    found = learner.recovery.feature_recovery(torch.eye(4)[1:3], torch.eye(4))
    expect(found, "recovery").to_equal(
        Recovery(1.0, 0.5, 0.5),
        watch_for=[
            mistake("The two directions are swapped.", Recovery(0.5, 1.0, 0.5)),
            mistake("The two directions are swapped, and learned features were counted.", Recovery(0.5, 1.0, 1.0)),
            mistake("The share is that of learned features: that of true ones is asked.", Recovery(1.0, 0.5, 1.0)),
            mistake("true_to_learned is the same as learned_to_true.", Recovery(1.0, 1.0, 0.5)),
            mistake("learned_to_true is the same as true_to_learned.", Recovery(0.5, 0.5, 0.5)),
            mistake("Found features were counted: their share is asked.", Recovery(1.0, 0.5, 2)),
        ],
        parts=PARTS,
    )


@exercise("05.feature_recovery")
def test_two_features_found_and_two_made_up(learner):
    """All was found, but not all that was found is there."""
    found = learner.recovery.feature_recovery(torch.eye(4), torch.eye(4)[:2])
    expect(found, "recovery").to_equal(
        Recovery(0.5, 1.0, 1.0),
        watch_for=[
            mistake("The share is that of learned features: that of true ones is asked.", Recovery(0.5, 1.0, 0.5)),
            mistake("The two directions are swapped.", Recovery(1.0, 0.5, 1.0)),
        ],
        parts=PARTS,
    )


RECOVERIES = (3, 5, 3), (6, 7, 4), (9, 7, 3), (5, 11, 4), (12, 9, 3), (7, 13, 3)  # learned, true, dimensions
ENOUGH = 0.7, 0.5, 0.9, 0.35, 0.8, 0.6


@exercise("05.feature_recovery")
def test_six_pairs_of_dictionaries(learner):
    """Each with a threshold of its own."""
    given = zip(drawn(1, *RECOVERIES), ENOUGH, strict=True)
    found = [tuple(learner.recovery.feature_recovery(*pair, threshold)) for pair, threshold in given]
    learned_to_true, true_to_learned, recovered = ([numbers[i] for numbers in found] for i in range(3))
    one = [0.588347, 0.398749, 0.8498139, 0.775399, 0.7719066, 0.9294505]  # by the course's solution
    other = [0.4200038, 0.3467496, 0.8539721, 0.5982615, 0.864538, 0.6955694]
    expect(learned_to_true, "learned_to_true of six pairs").to_equal(
        one,
        watch_for=[
            mistake("The two directions are swapped.", other),
            mistake("Opposite directions were counted as near.",
                    [0.837542, 0.7390888, 0.9105905, 0.8652714, 0.8878967, 0.9693905]),
            mistake("All pairs of features were averaged: each one's best is asked.",
                    [-0.08827956, -0.04633984, 0.05685605, -0.03487523, -0.007405501, 0.04198401]),
            mistake("The best of all pairs was taken: the mean of each one's best is asked.",
                    [0.9143838, 0.8523588, 0.9908013, 0.9935498, 0.9919662, 0.998904]),
        ],
    )  # fmt: skip
    expect(true_to_learned, "true_to_learned of six pairs").to_equal(
        other,
        watch_for=[
            mistake("true_to_learned is the same as learned_to_true.", one),
            mistake("Opposite directions were counted as near.",
                    [0.6951376, 0.7117424, 0.9241787, 0.811648, 0.9159223, 0.9213654]),
        ],
    )  # fmt: skip
    shares = [0.4, 0.2857143, 0.5714286, 0.8181818, 0.7777778, 0.6923077]
    of_learned = [0.6666667, 0.3333333, 0.5555556, 1.0, 0.5833333, 1.0]
    expect(recovered, "share of true features recovered, in six pairs").to_equal(
        shares,
        watch_for=[
            mistake("The share is that of learned features: that of true ones is asked.",
                    of_learned),
            mistake("Learned features were counted.",
                    [near * learned / true for near, (learned, true, _) in zip(of_learned, RECOVERIES, strict=True)]),
            mistake("The threshold was not used.", [0.0, 0.0, 0.4285714, 0.09090909, 0.1111111, 0.3076923]),
            mistake("This is the share that was not recovered.", lambda: [1 - share for share in shares]),
            mistake("Found features were counted: their share is asked.",
                    lambda: [share * true for share, (_, true, _) in zip(shares, RECOVERIES, strict=True)]),
            mistake("Found features were divided by the number of learned ones: divide by that of true ones.",
                    lambda: [share * true / learned
                             for share, (learned, true, _) in zip(shares, RECOVERIES, strict=True)]),
            mistake("Opposite directions were counted as near.",
                    [0.6, 0.8571429, 0.7142857, 1.0, 0.8888889, 1.0]),
            mistake("Pairs of near features were counted, and a true feature more than once.",
                    [0.4, 0.4285714, 0.8571429, 1.272727, 1.0, 1.769231]),
        ],
    )  # fmt: skip


@exercise("05.feature_recovery")
def test_what_counts_as_recovered(learner):
    """Two features are missed by 10°, cosine 0.985, the other by 25°, cosine 0.906."""
    learned, true = directions(10, 115, 190), directions(0, 90, 180)
    mean = cos(10, 25, 10).mean().item()
    for settings, share in (((), 2 / 3), ((0.9,), 1.0), ((0.99,), 0.0)):
        found = learner.recovery.feature_recovery(learned, true, *settings)
        name = f"recovery at threshold {settings[0]}" if settings else "recovery at the default threshold"
        watch_for = [mistake("The threshold was not used.", Recovery(mean, mean, 2 / 3))]
        if not settings:
            watch_for = [mistake("The default threshold has to be that of the docstring.", Recovery(mean, mean, 1.0))]
        expect(found, name).to_equal(Recovery(mean, mean, share), watch_for=watch_for, parts=PARTS)


@exercise("05.feature_recovery")
def test_a_cosine_equal_to_the_threshold_is_enough(learner):
    """A threshold of 0: features at right angles to all that was learned just count, an opposite one does not."""
    true = torch.tensor([[1.0, 0], [1, 1], [0, 1], [-1, 0], [0, -1]])
    learned, mean = true[[0, 0, 0]], 0.5**0.5 / 5
    expect(learner.recovery.feature_recovery(learned, true, 0.0), "recovery").to_equal(
        Recovery(1.0, mean, 0.8),
        watch_for=[
            mistake("A cosine equal to the threshold was left out.", Recovery(1.0, mean, 0.4)),
            mistake("The threshold was not used.", Recovery(1.0, mean, 0.2)),
            mistake("Opposite directions were counted as near.", Recovery(1.0, mean + 0.4, 1.0)),
            mistake("Learned features were counted.", Recovery(1.0, mean, 0.6)),
        ],
        parts=PARTS,
    )
