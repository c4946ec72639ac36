"""Shuffled networks, latents for tokens, and planted relatives: each at a known cosine from its parent."""

import pytest
import torch

from autograder import exercise, expect, expect_error, mistake


@exercise("05.shuffled_weights")
def test_any_network(learner, draw, model):
    weights = model()
    seed = draw.seed()
    shuffled = learner.bonus.shuffled_weights(weights, seed)
    expect(sorted(shuffled) == sorted(weights), "whether the names are kept").to_be_true("Keep every name.")
    for name, weight in weights.items():
        expect(shuffled[name], name).to_have_shape(*weight.shape)
        expect(shuffled[name].flatten().sort().values, f"the entries of {name}, sorted").to_match(
            weight.flatten().sort().values
        )
        expect((shuffled[name] == weight).float().mean(), f"share of {name} that stayed where it was").to_be_at_most(
            0.5
        )
    expect(learner.bonus.shuffled_weights(weights, seed)["W_E"], "the same seed again").to_match(shuffled["W_E"])
    other = learner.bonus.shuffled_weights(weights, seed + 1)
    same = torch.cat([(other[name] == shuffled[name]).flatten() for name in weights]).float().mean()
    expect(same, "share of places that agree between two seeds").to_be_at_most(0.2)


@exercise("05.shuffled_weights")
def test_tensors_of_one_shape_go_different_ways(learner, draw):
    """Queries, keys and values have one shape: they must not be shuffled alike, nor head by head."""
    places = torch.arange(4 * 6 * 5.0).view(4, 6, 5)
    shuffled = learner.bonus.shuffled_weights({name: places for name in ("W_Q", "W_K", "W_V")}, draw.seed())
    for first, second in (("W_Q", "W_K"), ("W_K", "W_V")):
        same = (shuffled[first] == shuffled[second]).float().mean()
        expect(same, f"share of entries that {first} and {second} have in the same place").to_be_at_most(0.2)
    head = (shuffled["W_Q"] // 30 == torch.arange(4.0)[:, None, None]).float().mean()
    expect(head, "share of entries that stayed in their head").to_be_at_most(0.5)
    row = (shuffled["W_Q"] // 5 % 6)[:, :, 1:] == (shuffled["W_Q"] // 5 % 6)[:, :, :-1]
    expect(row.float().mean(), "share of neighbours that came from one row").to_be_at_most(0.5)


def f1_by_hand(h, tokens, rare, levels=(0.0, 0.25, 0.5), score=None):
    """A loop over latents, tokens and levels."""
    score = score or (lambda both, active, there: 2 * both / (active + there))
    found = []
    for column in h.T:
        best = 0.0
        for token in tokens.unique():
            there = tokens == token
            if there.sum() > rare:
                for level in levels:
                    active = column > level * column.max()
                    both = (active & there).sum().item()
                    best = max(best, score(both, max(active.sum().item(), 1), there.sum().item()))
        found.append(best)
    return torch.tensor(found)


@exercise("05.token_f1")
def test_any_latents(learner, draw):
    tokens = draw.integers(0, 9, 400)
    tokens[:8] = 9  # a token that is rare
    h = draw.uniform(400, 12) * (draw.uniform(400, 12) < 0.3)
    for latent, token in enumerate((3, 5, 7, 9)):
        h[:, latent] += (1.5 + 2 * draw.uniform(400)) * (tokens == token) * (draw.uniform(400) < 0.9)
    h[:, 11] = 0
    h = h.float()
    for rare in (10, 5):
        settings = () if rare == 10 else (rare,)
        expect(learner.bonus.token_f1(h, tokens, *settings), f"F1, rare: {rare}").to_match(
            f1_by_hand(h, tokens, rare),
            atol=1e-6,
            watch_for=[
                mistake("Rare tokens were not left out.", lambda: f1_by_hand(h, tokens, 0)),
                mistake("Only level 0 was tried.", lambda r=rare: f1_by_hand(h, tokens, r, (0.0,))),
                mistake("Level 0 was left out.", lambda r=rare: f1_by_hand(h, tokens, r, (0.25, 0.5))),
                mistake("This is precision.", lambda r=rare: f1_by_hand(h, tokens, r, score=lambda b, a, t: b / a)),
                mistake(
                    "This is the share of samples that are both among those that are either: F1 is another measure.",
                    lambda r=rare: f1_by_hand(h, tokens, r, score=lambda b, a, t: b / (a + t - b)),
                ),
                mistake(
                    "The 2 of F1 is missing.",
                    lambda r=rare: f1_by_hand(h, tokens, r, score=lambda b, a, t: b / (a + t)),
                ),
                mistake("This is recall.", lambda r=rare: f1_by_hand(h, tokens, r, score=lambda b, a, t: b / t)),
            ],
        )


@exercise("05.token_f1")
def test_at_a_level_is_not_above_it(learner, draw):
    """Activations at exactly a quarter and a half of the largest, at tokens of their own."""
    size = 2.0 ** int(draw.integers(-2, 3, 1))
    tokens = torch.arange(4).repeat_interleave(12)
    h = (size * torch.tensor([0.25, 0.5, 1.0, 0.0])).repeat_interleave(12)[:, None]
    expect(learner.bonus.token_f1(h, tokens), "F1 of the best token").to_match(torch.ones(1))
    with expect_error(ValueError):
        learner.bonus.token_f1(h, tokens, 12)


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


@exercise("05.jump_relu")
def test_any_thresholds(learner, draw):
    pre, threshold = draw.normal(20, 7), draw.uniform(7, high=1.5)
    pre[3] = threshold
    right = torch.where(pre > threshold, pre, 0.0)
    expect(learner.bonus.jump_relu(pre, threshold), "h").to_match(
        right,
        watch_for=[
            mistake("The threshold was subtracted: that shrinks what is kept.", (pre - threshold).relu()),
            mistake("What equals the threshold is 0.", torch.where(pre >= threshold, pre, 0.0)),
            mistake("What is large in size was kept: something very negative is small.",
                    torch.where(pre.abs() > threshold, pre, 0.0)),
            mistake("One threshold was taken for all latents.", torch.where(pre > threshold.mean(), pre, 0.0)),
        ],
    )  # fmt: skip


@exercise("05.batch_topk")
@pytest.mark.parametrize(("samples", "latents", "k"), [(6, 9, 2), (1, 8, 3), (5, 4, 4), (7, 6, 1)])
def test_any_batch(learner, draw, samples, latents, k):
    """No two values are equal; some samples have larger ones than others."""
    pre = (draw.permutation(samples * latents).view(samples, latents) - 0.4 * samples * latents) / 8
    pre = pre + draw.integers(0, 4, samples)[:, None] * samples * latents
    bound = pre.flatten().sort(descending=True).values[k * samples - 1]
    right = torch.where(pre >= bound, pre, 0.0).relu()
    own = torch.zeros_like(pre).scatter(1, pre.topk(k, 1).indices, 1.0) * pre
    kept = learner.bonus.batch_topk(pre, k)
    expect(kept.h, "h").to_match(
        right,
        watch_for=[
            mistake("Each sample kept its own k: the batch shares them.", own.relu()),
            mistake("k of the whole batch were kept: k for each sample.",
                    torch.where(pre >= pre.flatten().sort(descending=True).values[k - 1], pre, 0.0).relu()),
            mistake("The ReLU is missing.", torch.where(pre >= bound, pre, 0.0)),
            mistake("k for each latent were kept: k for each sample.",
                    torch.where(pre >= pre.flatten().sort(descending=True).values[
                        min(k * latents, pre.numel()) - 1], pre, 0.0).relu()),
        ],
    )  # fmt: skip
    expect(kept.threshold, "threshold").to_match(
        right[right > 0].min().item(),
        watch_for=[mistake("This is the largest: the smallest is asked.", right.max().item())],
    )


@exercise("05.batch_topk")
def test_silence_and_copies(learner, draw):
    silent = learner.bonus.batch_topk(-draw.uniform(3, 5, low=0.1), 2)
    expect(silent.h, "h where nothing is above 0").to_match(torch.zeros(3, 5))
    expect(silent.threshold, "threshold where nothing is above 0").to_match(0.0)
    value = draw.uniform(1, low=0.5).item()
    equal = learner.bonus.batch_topk(torch.full((4, 5), value), 2)
    expect(int((equal.h > 0).sum()), "active latents where all are equal").to_match(8)


@exercise("05.absorption")
def test_families_with_holes(learner, draw):
    """A latent for the parent with holes of a known size, one for the child, and others that know little."""
    samples = 400
    parent = draw.uniform(samples) < 0.4
    child = parent & (draw.uniform(samples) < 0.5)
    alone = parent & ~child
    misses, hole = (float(draw.uniform(1, low=low, high=high)) for low, high in ((0.05, 0.15), (0.6, 0.9)))
    own = alone & (draw.uniform(samples) > misses) | child & (draw.uniform(samples) > hole)
    own |= ~parent & (draw.uniform(samples) < 0.02)
    loud = parent & (draw.uniform(samples) > 0.02) | ~parent & (draw.uniform(samples) < 0.5)
    everything = parent & (draw.uniform(samples) > 0.1 + 0.25 * alone)  # the best when the child's samples count
    active = torch.stack([child, own, loud, everything, draw.uniform(samples) < 0.1], 1)
    active = active[:, draw.permutation(5)]
    told = 2 * active[alone].sum(0) / (alone.sum() + active[~child].sum(0))
    latent = int(told.argmax())  # `own`, but for rare draws
    h = active * draw.uniform(samples, 5, low=0.01)
    found = learner.bonus.absorption(h, parent, child)
    by_recall = int(active[alone].float().mean(0).argmax())
    expect(found.latent, "the parent's latent").to_match(
        latent,
        watch_for=[
            mistake("This latent misses fewer, but is often active without the parent: F1 counts both.", by_recall)
        ],
    )
    shares = {kind: active[rows, latent].double().mean().item() for kind, rows in (("alone", alone), ("child", child))}
    whole = active[parent, latent].double().mean().item()
    expect(found.alone, "share with the parent alone").to_match(
        shares["alone"],
        rtol=1e-5,
        watch_for=[
            mistake("The samples with the child are counted, too.", whole),
            mistake("This is the share with the child.", shares["child"]),
            mistake(
                "This divides by all samples with the parent: divide by those without the child.",
                active[alone, latent].double().sum().item() / int(parent.sum()),
            ),
            mistake(
                "This divides by the samples in which the latent is active.",
                active[alone, latent].double().sum().item() / int(active[~child, latent].sum()),
            ),
            mistake("These are the samples in which the latent is silent.", 1 - shares["alone"]),
        ],
    )
    expect(found.with_child, "share with the child").to_match(
        shares["child"],
        rtol=1e-5,
        watch_for=[
            mistake("All samples with the parent are counted.", whole),
            mistake("This is the share with the parent alone.", shares["alone"]),
            mistake("These are the samples in which the latent is silent.", 1 - shares["child"]),
        ],
    )


@exercise("05.absorption")
def test_families_that_are_none(learner, draw):
    h, parent = draw.uniform(12, 3), draw.permutation(12) < 6
    nobody = torch.zeros(12, dtype=torch.bool)
    for child in (~parent, nobody, parent, torch.ones(12, dtype=torch.bool)):
        with expect_error(ValueError):
            learner.bonus.absorption(h, parent, child)


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
