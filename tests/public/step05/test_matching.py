"""Who is whose in two dictionaries, and whether they agree: directions in the plane."""

from collections import namedtuple

import torch
from torch import nn

from autograder import exercise, expect, mistake

Matching = namedtuple("Matching", "a b cosine")
PARTS = ("rows of a", "rows of b", "cosines")
SMALLEST = "The sum of cosines was made smallest: the largest is asked."


def directions(*degrees):
    """One row of length 1 for each angle."""
    angles = torch.tensor(degrees, dtype=torch.float32).deg2rad()
    return torch.stack([angles.cos(), angles.sin()], 1)


def cos(*degrees):
    return torch.tensor(degrees, dtype=torch.float32).deg2rad().cos()


def drawn(seed, *sizes):
    """Two dictionaries of directions that are not of length 1: [n, d] and [m, d] of each (n, m, d)."""
    generator = torch.Generator().manual_seed(seed)
    return [[torch.randn(rows, d, generator=generator) for rows in (n, m)] for n, m, d in sizes]


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
        parts=PARTS,
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
        parts=PARTS,
    )


@exercise("05.match_features")
def test_seven_rows_and_nine(learner):
    """In three dimensions, where many rows have the same nearest row."""
    ((a, b),) = drawn(0, (7, 9, 3))
    table, rows = torch.cosine_similarity(a[:, None], b[None], dim=-1), range(7)

    def paired(partners):
        return matching(list(rows), partners, table[torch.arange(7), torch.tensor(partners)])

    def said(partners, sentence):
        return mistake(sentence, paired(partners))

    right = paired([3, 7, 0, 5, 4, 2, 8])  # by the course's solution
    by_b, by_products = right.b.argsort(), [3, 7, 5, 0, 4, 2, 8]
    expect(learner.recovery.match_features(a, b), "matching of 7 with 9").to_equal(
        right,
        watch_for=[
            said([3, 7, 5, 4, 0, 2, 8],
                 "The best pair was taken first, which left bad ones: the sum has to be largest."),
            said([3, 5, 0, 4, 2, 1, 8], "Row after row took the best that was left: the sum has to be largest."),
            said(table.argmax(1).tolist(), "A row of b is matched twice."),
            said([4, 2, 6, 1, 3, 7, 5], SMALLEST),
            said([3, 2, 6, 5, 4, 0, 8], "Opposite directions were matched."),
            said([3, 2, 6, 5, 0, 7, 8],
                 "The sum of squared cosines was made largest: opposite directions are no pair."),
            mistake("Opposite directions were matched.",
                    matching(list(rows), [3, 2, 6, 5, 4, 0, 8], table.abs()[torch.arange(7), [3, 2, 6, 5, 4, 0, 8]])),
            mistake("Only pairs in which each is the other's best were matched: there are min(n, m) pairs.",
                    matching([0, 4, 6], [3, 0, 8], table[[0, 4, 6], [3, 0, 8]])),
            said(by_products, "Dot products chose the pairs: cosines have to."),
            mistake("The sum of dot products was made largest: divide by the lengths of the rows.",
                    matching(list(rows), by_products, (a * b[by_products]).sum(1))),
            mistake("The rows of a were not divided by their lengths.",
                    Matching(right.a, right.b, right.cosine * a.norm(dim=1))),
            mistake("The rows of b were not divided by their lengths.",
                    matching(list(rows), by_products, (a * b[by_products]).sum(1) / a.norm(dim=1))),
            mistake("a and b have changed places.", Matching(right.b, right.a, right.cosine)),
            mistake("The pairs are sorted by the row of b.", Matching(*(part[by_b] for part in right))),
            mistake("The pairs are sorted by their cosines.",
                    Matching(*(part[right.cosine.argsort(descending=True)] for part in right))),
            mistake("These are dot products: divide by the lengths of the rows.",
                    Matching(right.a, right.b, (a * b[right.b]).sum(1))),
        ],
        parts=PARTS,
    )  # fmt: skip


@exercise("05.match_features")
def test_some_stay_alone_when_there_are_more_of_one(learner):
    few, many = directions(30, 100), directions(95, 200, 25)
    expect(learner.recovery.match_features(few, many), "matching of 2 with 3").to_equal(
        matching([0, 1], [2, 0], cos(5, 5))
    )
    expect(learner.recovery.match_features(many, few), "matching of 3 with 2").to_equal(
        matching([0, 2], [1, 0], cos(5, 5)),
        watch_for=[mistake("The pairs are sorted by the row of b.", matching([2, 0], [0, 1], cos(5, 5)))],
        parts=PARTS,
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


AGREEMENTS = (5, 7, 3), (9, 8, 4), (11, 11, 3), (7, 12, 4), (13, 13, 3), (10, 9, 3)  # rows of a, of b, dimensions
NEAR = 0.8, 0.6, 0.9, 0.7, 0.5, 0.85


@exercise("05.seed_agreement")
def test_six_pairs_of_dictionaries(learner):
    """Each with a threshold of its own."""
    given = zip(drawn(1, *AGREEMENTS), NEAR, strict=True)
    shares = [0.4, 0.625, 0.3636364, 0.5714286, 0.7692308, 0.2222222]  # by the course's solution
    pairs = [min(n, m) for n, m, _ in AGREEMENTS]

    def divided_by(*counts):
        return lambda: [share * pair / count for share, pair, count in zip(shares, pairs, counts, strict=True)]

    expect([learner.recovery.seed_agreement(*pair, near) for pair, near in given], "agreement in six pairs").to_equal(
        shares,
        watch_for=[
            mistake("This is the mean cosine: the share of pairs is asked.",
                    [0.7641292, 0.7071012, 0.8060684, 0.6849496, 0.6405724, 0.6999151]),
            mistake("The threshold was not used.",
                    [0.8, 0.625, 0.7272727, 0.5714286, 0.5384616, 0.6666667]),
            mistake("This is the share of pairs below the threshold.", lambda: [1 - share for share in shares]),
            mistake("Pairs were counted: their share is asked.", divided_by(*[1] * 6)),
            mistake("Near pairs were divided by the features of both: divide by the number of pairs.",
                    lambda: [share * pair / (n + m - share * pair)
                             for share, pair, (n, m, _) in zip(shares, pairs, AGREEMENTS, strict=True)]),
            mistake("Rows without a partner were counted as pairs.",
                    divided_by(*(max(n, m) for n, m, _ in AGREEMENTS))),
            mistake("The number of near pairs was divided by that of a's rows.",
                    divided_by(*(n for n, _, _ in AGREEMENTS))),
            mistake("The number of near pairs was divided by that of b's rows.",
                    divided_by(*(m for _, m, _ in AGREEMENTS))),
            mistake("Each row's best was taken: match them one to one.",
                    [0.6, 0.7777778, 0.4545455, 0.5714286, 1.0, 0.4]),
            mistake("Each row's best was taken: match them one to one.",
                    [0.4285714, 0.875, 0.5454546, 0.4166667, 0.9230769, 0.4444444]),
        ],
    )  # fmt: skip


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
