"""Two dictionaries in which the best matching is best by far, and neither greed nor lengths nor signs lead to it."""

from collections import namedtuple

import torch
from scipy.optimize import linear_sum_assignment

from autograder import exercise, expect, mistake

Matching = namedtuple("Matching", "a b cosine")


def rotation(draw, d):
    return torch.linalg.qr(draw.normal(d, d))[0]


def stretched(draw, rows):
    return rows * draw.uniform(len(rows), 1, low=0.5, high=3.0)


def cosines(a, b):
    return torch.cosine_similarity(a[:, None], b[None], dim=-1)


def trap(draw):
    """Angles of two rows of a and two of b: 0 and 0 are nearest, but 0 with 1 and 1 with 0 have the larger sum."""
    first = float(draw.uniform(1, low=20.0, high=25.0))
    return (first, -float(draw.uniform(1, low=30.0, high=38.0))), (
        0.0,
        first + float(draw.uniform(1, low=30.0, high=38.0)),
    )


def pairs_of_opposites(draw):
    """0 with 0 and 1 with 1 are nearly opposite; 0 with 1 and 1 with 0 are 65 to 75° apart."""
    wide = draw.uniform(2, low=65.0, high=75.0).tolist()
    return (0.0, 170.0 + wide[0]), (170.0, wide[1])


def in_order(order):
    """The permutation, or its reverse: 0 comes before 1."""
    return order if order.tolist().index(0) < order.tolist().index(1) else order.flip(0)


def dictionaries(draw, more_a, more_b):
    """Two traps and a pair of opposites, each in a plane of its own, and rows at right angles to all others.

    Rows are shuffled, all is turned, and rows that must not be matched with each other are long, but in one trap.
    """
    angles_a, angles_b = zip(trap(draw), trap(draw), pairs_of_opposites(draw), strict=True)
    d, found = 6 + more_a + more_b, []
    for angles, more, first in ((angles_a, more_a, 6), (angles_b, more_b, 6 + more_a)):
        rows = torch.zeros(6 + more, d)
        for plane, both in enumerate(angles):
            radians = torch.tensor(both).deg2rad()
            rows[2 * plane : 2 * plane + 2, 2 * plane] = radians.cos()
            rows[2 * plane : 2 * plane + 2, 2 * plane + 1] = radians.sin()
        rows[6:, first : first + more] = torch.eye(more)
        sizes = torch.tensor([4.0, 0.7, 1, 1, 4, 0.7] + [4.0] * more) * draw.uniform(6 + more, low=0.9, high=1.1)
        found.append((rows * sizes[:, None])[in_order(draw.permutation(6 + more))])
    turn = rotation(draw, d)
    return found[0] @ turn, found[1] @ turn


def pairs(table, a, b):
    order = a.argsort()
    return Matching(a[order], b[order], table[a[order], b[order]])


def greedy(table):
    left, a, b = table.clone(), [], []
    for _ in range(min(table.shape)):
        row, column = divmod(int(left.argmax()), table.shape[1])
        a, b = [*a, row], [*b, column]
        left[row], left[:, column] = -torch.inf, -torch.inf
    return pairs(table, torch.tensor(a), torch.tensor(b))


def one_by_one(table):
    left, b = table.clone(), []
    for row in range(min(table.shape)):
        b.append(int(left[row].argmax()))
        left[:, b[-1]] = -torch.inf
    return pairs(table, torch.arange(len(b)), torch.tensor(b))


def largest_sum(table):
    return map(torch.from_numpy, linear_sum_assignment(table.numpy(), maximize=True))


@exercise("05.match_features")
def test_any_dictionaries(learner, draw):
    for more_a, more_b in ((0, 0), (0, 2), (3, 0)):
        compare_matchings(learner, *dictionaries(draw, more_a, more_b))


def compare_matchings(learner, a, b):
    table, products = cosines(a, b), a @ b.T
    only_a, only_b = products / a.norm(dim=1)[:, None], products / b.norm(dim=1)
    right = pairs(table, *largest_sum(table))
    by_products, by_sizes = tuple(largest_sum(products)), tuple(largest_sum(table.abs()))
    by_b = right.b.argsort()
    expect(learner.recovery.match_features(a, b), "matching").to_match(
        right,
        atol=1e-5,
        watch_for=[
            mistake("Each took the best that was left: the sum has to be largest.", greedy(table)),
            mistake("Each took the best that was left: the sum has to be largest.", one_by_one(table)),
            mistake("Rows of b are matched twice.", pairs(table, torch.arange(len(a)), table.argmax(1))),
            mistake("The pairs are sorted by the row of b.", Matching(*(part[by_b] for part in right))),
            mistake("a and b have changed places.", Matching(right.b, right.a, right.cosine)),
            mistake("Dot products chose the pairs: cosines have to.", pairs(table, *by_products)),
            mistake(
                "The sum of dot products was made largest: divide by the lengths of the rows.",
                pairs(products, *by_products),
            ),
            mistake("These are dot products: divide by the lengths of the rows.", pairs(products, right.a, right.b)),
            mistake("The rows of b were not divided by their lengths.", pairs(only_a, *largest_sum(only_a))),
            mistake("The rows of a were not divided by their lengths.", pairs(only_b, *largest_sum(only_b))),
            mistake("Opposite directions were matched.", pairs(table, *by_sizes)),
            mistake("Opposite directions were matched.", pairs(table.abs(), *by_sizes)),
            mistake("The sum of cosines was made smallest: the largest is asked.", pairs(table, *largest_sum(-table))),
        ],
    )


@exercise("05.match_features")
def test_the_opposite_is_the_last_choice(learner, draw):
    """One row against several, one of which is nearly opposite: the sign of a cosine counts.

    One row against three: 100°, 40° and 75° away, and the other way round.
    """
    degrees = torch.tensor([100.0, 40, 75, 180])[draw.permutation(4)]
    radians, turn = degrees.deg2rad(), rotation(draw, 2)
    one, many = torch.tensor([[2.0, 0]]) @ turn, stretched(draw, torch.stack([radians.cos(), radians.sin()], 1)) @ turn
    nearest = int((degrees == 40).nonzero())
    cosine = torch.tensor([40.0]).deg2rad().cos()
    here, there = torch.tensor([0]), torch.tensor([nearest])
    expect(learner.recovery.match_features(one, many), "matching of 1 with 4").to_match(
        Matching(here, there, cosine), atol=1e-5
    )
    expect(learner.recovery.match_features(many, one), "matching of 4 with 1").to_match(
        Matching(there, here, cosine), atol=1e-5
    )


@exercise("05.seed_agreement")
def test_any_two_seeds(learner, draw):
    """Two dictionaries that share some features: the share of pairs, one to one, whose cosine is large enough.

    Cosines of the best pairs: four of 0.79 to 0.87, two of 0.26 to 0.42. Of each row's best: two above 0.9.
    """
    for more_a, more_b in ((0, 0), (0, 3), (2, 0)):
        a, b = dictionaries(draw, more_a, more_b)
        table = cosines(a, b)
        of_pairs, best = pairs(table, *largest_sum(table)).cosine, table.max(1).values
        for settings, share in (((0.9,), 0.0), ((), 4 / 6), ((0.6,), 4 / 6), ((0.2,), 1.0)):
            threshold = settings[0] if settings else 0.7
            above, above_at_best = (int((cosine >= threshold).sum()) for cosine in (of_pairs, best))
            expect(learner.recovery.seed_agreement(a, b, *settings), "agreement").to_match(
                share,
                watch_for=[
                    mistake("Rows without a partner were counted as pairs.", above / max(len(a), len(b))),
                    mistake("Each row's best was taken: match them one to one.", above_at_best / len(a)),
                    mistake("This is the mean cosine: the share of pairs is asked.", of_pairs.mean().item()),
                    mistake("Pairs were counted: their share is asked.", above),
                    mistake("This is the share of pairs below the threshold.", 1 - share),
                    mistake("The threshold was not used.", 4 / 6),
                ],
            )


@exercise("05.seed_agreement")
def test_the_threshold_is_seven_tenths_unless_another_is_given(learner, draw):
    cosine = torch.tensor([0.99, 0.73, 0.67, 0.2])
    a, turn = torch.eye(4, 8), rotation(draw, 8)
    b = torch.cat([torch.diag(cosine), torch.diag((1 - cosine**2).sqrt())], 1)[draw.permutation(4)]
    a, b = stretched(draw, a) @ turn, stretched(draw, b) @ turn
    expect(learner.recovery.seed_agreement(a, b), "agreement").to_match(
        0.5, watch_for=[mistake("The default threshold has to be that of the docstring.", 0.25)]
    )


@exercise("05.seed_agreement")
def test_the_threshold_itself_is_enough_for_agreement(learner, draw):
    """Pairs whose cosine is exactly the threshold agree.

    Of five pairs one is the same, one 60° apart, two exactly at right angles, one opposite, whoever gets whom.
    """
    a = torch.eye(8)[[0, 1, 1, 1, 6]]
    b = torch.eye(8)[[0, 4, 5, 2, 7]]
    b[3, :4], b[4, 6] = torch.tensor([0.0, -1, -2, -2]), 3**-0.5
    expect(learner.recovery.seed_agreement(stretched(draw, a), stretched(draw, b), 0.0), "agreement").to_match(
        0.8,
        watch_for=[
            mistake("A cosine equal to the threshold was left out.", 0.4),
            mistake("The threshold was not used.", 0.2),
        ],
    )


@exercise("05.seed_agreement")
def test_nothing_in_common(learner, draw):
    turn = rotation(draw, 5)
    expect(learner.recovery.seed_agreement(turn[:2], turn[2:]), "agreement").to_match(0.0)
    expect(learner.recovery.seed_agreement(turn[:2], 2 * turn[:2]), "agreement of the same directions").to_match(1.0)
    expect(learner.recovery.seed_agreement(turn[:1], -turn[:1]), "agreement of opposite directions").to_match(
        0.0, watch_for=[mistake("Opposite directions were counted as near.", 1.0)]
    )
