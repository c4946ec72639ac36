"""Feature splitting with planted relatives: each at a known cosine from its parent, none near a threshold."""

import torch

from autograder import exercise, expect, mistake


def family(draw, n, children):
    """A small dictionary of n features at right angles, and a large one with planted children.

    `children`: for each, its parent, its cosine with it, and a second feature that has the rest of it, or None. All
    is turned, stretched and shuffled. Returns both, and the cosine of every row of large with every one of small.
    """
    m = len(children)
    large = torch.zeros(m, n + m)
    for row, (parent, cosine, other) in enumerate(children):
        large[row, parent] = cosine
        large[row, n + row if other is None else other] = (1 - cosine**2) ** 0.5
    turn = torch.linalg.qr(draw.normal(n + m, n + m))[0]
    small, large = torch.eye(n, n + m)[draw.permutation(n)], large[draw.permutation(m)]
    stretch = (draw.uniform(rows, 1, low=0.3, high=3.0) for rows in (n, m))
    return next(stretch) * small @ turn, next(stretch) * large @ turn, large @ small.T


CHILDREN = (
    (0, 0.98, None),
    (0, 0.90, None),
    (0, 0.72, 1),  # the rest of it is 0.69 of feature 1
    (0, 0.58, None),
    (1, 0.85, 2),
    (1, 0.94, None),
    (2, -0.97, 0),  # opposite; the rest of it is 0.24 of feature 0
    (2, 0.35, None),  # too far
    (3, 0.77, 2),
    (3, 0.45, None),  # a little too far
)


@exercise("05.feature_splitting")
def test_any_family(learner, draw):
    small, large, table = family(draw, 4, CHILDREN)
    for settings in ((), (0.5,), (0.8,), (0.3,), (0.99,), (-1.5,)):
        threshold = settings[0] if settings else 0.5
        right = relatives(table, threshold)
        expect(learner.bonus.feature_splitting(small, large, *settings), "relatives").to_match(
            right,
            watch_for=[
                mistake("The farthest relative comes first.", [rows.flip(0) for rows in right]),
                mistake("Relatives are in the order of their rows: sort them.", [rows.sort().values for rows in right]),
                mistake(
                    "A feature of large has two parents: it belongs to the nearest.", two_parents(table, threshold)
                ),
                mistake("The threshold was not used.", relatives(table, 0.5)),
                mistake("The threshold was left out.", relatives(table, -2)),
                mistake("Cosines lost their sign.", relatives(table.abs(), threshold)),
                mistake("These are dot products: take cosines.", relatives(large @ small.T, threshold)),
                mistake("A feature without relatives was left out.", [rows for rows in right if len(rows)]),
                mistake("For every feature of large: for every one of small is asked.", relatives(table.T, threshold)),
                mistake("Only the nearest relative is listed.", [rows[:1] for rows in right]),
            ],
        )


def relatives(table, threshold):
    best, parent = table.max(1)
    return [
        sorted_by(best, [row for row in range(len(table)) if parent[row] == feature and best[row] >= threshold])
        for feature in range(table.shape[1])
    ]


def two_parents(table, threshold):
    return [sorted_by(column, (column >= threshold).nonzero()[:, 0].tolist()) for column in table.T]


def sorted_by(cosines, rows):
    return torch.tensor(sorted(rows, key=lambda row: -float(cosines[row])), dtype=torch.int64)


@exercise("05.feature_splitting")
def test_long_features_have_no_right_of_way(learner, draw):
    """Every child is nearer to a short feature than to a long one, and the long children are the farther ones."""
    turn = torch.linalg.qr(draw.normal(3, 3))[0]
    degrees = torch.tensor([5.0, 15, 25, 35])
    order = draw.permutation(4)
    children = torch.stack([degrees.deg2rad().cos(), degrees.deg2rad().sin(), torch.zeros(4)], 1)
    large = (children * torch.tensor([[1.0], [3], [9], [27]]))[order] @ turn
    small = torch.tensor([[0.1, 0, 0], [0, 10, 0]]) @ turn
    expect(learner.bonus.feature_splitting(small, large), "relatives").to_match(
        [order.argsort(), torch.zeros(0, dtype=torch.int64)],
        watch_for=[
            mistake("Dot products chose the parents: cosines have to.", [torch.tensor([]).long(), order.argsort()]),
            mistake(
                "Dot products chose the parents: cosines have to.", [torch.tensor([]).long(), order.argsort().flip(0)]
            ),
            mistake("The longest comes first: sort by cosine.", [order.argsort().flip(0), torch.tensor([]).long()]),
        ],
    )


@exercise("05.feature_splitting")
def test_one_of_each_and_the_threshold_itself(learner, draw):
    size = float(draw.uniform(1, low=0.5, high=2.0))
    small = torch.tensor([[0.0, size, 0]])
    expect(learner.bonus.feature_splitting(small, small / 3), "relatives").to_match([torch.tensor([0])])
    expect(learner.bonus.feature_splitting(small, -small), "relatives").to_match(
        [torch.tensor([]).long()],
        watch_for=[
            mistake("The opposite direction was listed.", [torch.tensor([0])]),
            mistake("A feature without relatives was left out: an empty tensor is asked.", []),
        ],
    )
    order = draw.permutation(5)
    across = torch.tensor([[0.0, 3, 0], [0, 2, 1], [0, 1, 2], [size, 0, 0], [0, -1, 0]])[order]
    places = order.argsort()
    expect(learner.bonus.feature_splitting(small, across, 0.0), "relatives").to_match(
        [places[:4]], watch_for=[mistake("A cosine equal to the threshold was left out.", [places[:3]])]
    )
