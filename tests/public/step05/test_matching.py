"""Who is whose in two dictionaries, and whether they agree: directions in the plane."""

from collections import namedtuple

import torch
from torch import nn

from autograder import exercise, expect, mistake

Matching = namedtuple("Matching", "a b cosine")
SMALLEST = "The sum of cosines was made smallest: the largest is asked."


def directions(*degrees):
    """One row of length 1 for each angle."""
    angles = torch.tensor(degrees, dtype=torch.float32).deg2rad()
    return torch.stack([angles.cos(), angles.sin()], 1)


def cos(*degrees):
    return torch.tensor(degrees, dtype=torch.float32).deg2rad().cos()


@exercise("05.match_features")
def test_the_same_features_in_another_order(learner):
    a = torch.eye(3)
    expect(learner.recovery.match_features(a, a[[2, 0, 1]]), "matching").to_equal(
        matching([0, 1, 2], [1, 2, 0], torch.ones(3)),
        watch_for=[
            mistake("a and b have changed places.", matching([1, 2, 0], [0, 1, 2], torch.ones(3))),
            mistake("The pairs are sorted by the row of b.", matching([2, 0, 1], [0, 1, 2], torch.ones(3))),
            *(mistake(SMALLEST, matching([0, 1, 2], b, [0] * 3)) for b in ([0, 1, 2], [2, 0, 1])),
        ],
    )


def matching(a, b, cosine):
    return Matching(torch.tensor(a), torch.tensor(b), torch.as_tensor(cosine, dtype=torch.float32))


@exercise("05.match_features")
def test_the_best_pair_first_is_not_the_best_of_all(learner):
    """Row 0 of a is nearest to row 0 of b; but then those that row 1 can have are at right angles, and more."""
    a, b = directions(25, -40, 180), directions(0, 60, 190)
    expect(learner.recovery.match_features(a, b), "matching").to_equal(
        matching([0, 1, 2], [1, 0, 2], cos(35, 40, 10)),
        watch_for=[
            mistake(
                "The best pair was taken first, which left bad ones: the sum has to be largest.",
                matching([0, 1, 2], [0, 1, 2], cos(25, 100, 10)),
            ),
            mistake("A row of b is matched twice.", matching([0, 1, 2], [0, 0, 2], cos(25, 40, 10))),
            mistake(
                "The sum of cosines was made smallest: the largest is asked.",
                matching([0, 1, 2], [2, 1, 0], cos(165, 100, 180)),
            ),
        ],
    )


@exercise("05.match_features")
def test_some_stay_alone_when_there_are_more_of_one(learner):
    few, many = directions(30, 100), directions(95, 200, 25)
    expect(learner.recovery.match_features(few, many), "matching of 2 with 3").to_equal(
        matching([0, 1], [2, 0], cos(5, 5))
    )
    expect(learner.recovery.match_features(many, few), "matching of 3 with 2").to_equal(
        matching([0, 2], [1, 0], cos(5, 5)),
        watch_for=[mistake("The pairs are sorted by the row of b.", matching([2, 0], [0, 1], cos(5, 5)))],
    )


@exercise("05.match_features")
def test_long_rows_have_no_right_of_way(learner):
    a, b = directions(0, 60), directions(50, 10)
    long_a, long_b = a * torch.tensor([[10.0], [1]]), b * torch.tensor([[10.0], [1]])
    expect(learner.recovery.match_features(long_a, long_b), "matching").to_equal(
        matching([0, 1], [1, 0], cos(10, 10)),
        watch_for=[
            mistake(
                "The sum of dot products was made largest: divide by the lengths of the rows.",
                matching([0, 1], [0, 1], (long_a * long_b).sum(1)),
            ),
            mistake("Dot products chose the pairs: cosines have to.", matching([0, 1], [0, 1], cos(50, 50))),
            mistake(
                "The rows of a were not divided by their lengths.",
                matching([0, 1], [1, 0], cos(10, 10) * a.new_tensor([10, 1])),
            ),
            mistake(
                "The rows of b were not divided by their lengths.",
                matching([0, 1], [1, 0], cos(10, 10) * a.new_tensor([1, 10])),
            ),
            mistake(
                "These are dot products: divide by the lengths of the rows.", matching([0, 1], [1, 0], 10 * cos(10, 10))
            ),
        ],
    )


@exercise("05.match_features")
def test_opposite_directions_are_no_pair(learner):
    a, b = directions(0, 240), directions(170, 70)
    expect(learner.recovery.match_features(a, b), "matching").to_equal(
        matching([0, 1], [1, 0], cos(70, 70)),
        watch_for=[
            mistake("Opposite directions were matched.", matching([0, 1], [0, 1], cos(170, 170))),
            mistake("Opposite directions were matched.", matching([0, 1], [0, 1], cos(10, 10))),
        ],
    )


def in_planes_of_their_own(*degrees):
    """Two dictionaries whose rows i are this far apart, and at right angles to all others."""
    n = len(degrees)
    radians = torch.tensor(degrees, dtype=torch.float32).deg2rad()
    return torch.eye(n, 2 * n), torch.cat([radians.cos().diag(), radians.sin().diag()], 1)


@exercise("05.seed_agreement")
def test_cosines_of_at_least_the_threshold_count(learner):
    """The cosines are 0.98, 0.97, 0.77 and 0.5."""
    a, b = in_planes_of_their_own(10, 15, 40, 60)
    expect(learner.recovery.seed_agreement(a, b), "agreement").to_equal(
        0.75,
        watch_for=[
            mistake("This is the mean cosine: the share of pairs is asked.", cos(10, 15, 40, 60).mean().item()),
            mistake("Pairs were counted: their share is asked.", 3),
            mistake("This is the share of pairs below the threshold.", 0.25),
            mistake("The default threshold has to be that of the docstring.", 0.5),
        ],
    )
    for threshold, share in ((0.9, 0.5), (0.4, 1.0)):
        expect(learner.recovery.seed_agreement(a, b, threshold), f"agreement at threshold {threshold}").to_equal(
            share, watch_for=[mistake("The threshold was not used.", 0.75)]
        )


@exercise("05.seed_agreement")
def test_a_cosine_equal_to_the_threshold_counts(learner):
    """One pair is the same, one 60° apart, one at right angles."""
    a, b = torch.eye(5)[:3], torch.eye(5)[[0, 3, 4]]
    b[1, 1] = 3**-0.5
    expect(learner.recovery.seed_agreement(a, b, 0.0), "agreement at threshold 0").to_equal(
        1.0,
        watch_for=[
            mistake("A cosine equal to the threshold was left out.", 2 / 3),
            mistake("The threshold was not used.", 1 / 3),
        ],
    )


@exercise("05.seed_agreement")
def test_one_feature_agrees_with_one_only(learner):
    """Rows 0 and 1 of a are close to row 0 of b; one of them has to take another partner. Row 2 is in both."""
    up = torch.tensor([[0.0, 0, 1]])
    a, b = (torch.cat([nn.functional.pad(rows, (0, 1)), up]) for rows in (directions(0, 20), directions(5, 300)))
    expect(learner.recovery.seed_agreement(a, b), "agreement").to_equal(
        2 / 3, watch_for=[mistake("Each row's best was taken: match them one to one.", 1.0)]
    )


@exercise("05.seed_agreement")
def test_two_seeds_that_found_the_same(learner):
    a = torch.eye(4)
    expect(learner.recovery.seed_agreement(a, 3 * a[[3, 1, 0, 2]]), "agreement").to_equal(1.0)


@exercise("05.seed_agreement")
def test_opposite_directions_do_not_agree(learner):
    expect(learner.recovery.seed_agreement(directions(0), directions(180)), "agreement").to_equal(
        0.0, watch_for=[mistake("Opposite directions were counted as near.", 1.0)]
    )


@exercise("05.seed_agreement")
def test_a_share_of_the_pairs_not_of_the_rows(learner):
    for a, b in ((torch.eye(4)[:2], torch.eye(4)), (torch.eye(4), torch.eye(4)[:2])):
        expect(learner.recovery.seed_agreement(a, b), f"agreement of {len(a)} with {len(b)}").to_equal(
            1.0, watch_for=[mistake("Rows without a partner were counted as pairs.", 0.5)]
        )
