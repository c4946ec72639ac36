"""Which true features were found, and which were made up: directions in the plane."""

from collections import namedtuple

import torch

from autograder import exercise, expect, mistake

Recovery = namedtuple("Recovery", "learned_to_true true_to_learned recovered")


def directions(*degrees):
    """One row of length 1 for each angle."""
    angles = torch.tensor(degrees, dtype=torch.float32).deg2rad()
    return torch.stack([angles.cos(), angles.sin()], 1)


def cos(*degrees):
    return torch.tensor(degrees, dtype=torch.float32).deg2rad().cos()


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
        torch.zeros(2), atol=1e-6
    )
    expect(learner.recovery.max_cosine_similarity(a, b[:2]), "largest cosines, without it").to_equal(
        torch.stack([torch.tensor(0.0), cos(110)[0]]), atol=1e-6
    )


@exercise("05.feature_recovery")
def test_all_features_found_in_another_order_and_length(learner):
    true = torch.eye(3)
    found = learner.recovery.feature_recovery(2 * true[[2, 0, 1]], true)
    expect(found, "recovery").to_equal(Recovery(1.0, 1.0, 1.0))


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
    )


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
        expect(found, name).to_equal(Recovery(mean, mean, share), watch_for=watch_for)


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
    )
