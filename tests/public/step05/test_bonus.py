"""Bonus: a network whose weights have lost their places; latents for tokens; two features in a dictionary of five."""

import torch

from autograder import exercise, expect, expect_error, mistake, with_arguments

WEIGHTS = {
    "W_E": torch.arange(60.0).view(6, 10),
    "W_U": torch.arange(60.0).view(10, 6),
    "b": torch.tensor([0.5, -1.0, 2.0]),
}


@exercise("05.shuffled_weights")
def test_every_tensor_keeps_its_entries_and_its_shape(learner):
    shuffled = learner.bonus.shuffled_weights(WEIGHTS, 0)
    expect(sorted(shuffled) == sorted(WEIGHTS), "whether the names are kept").to_be_true("Keep every name.")
    for name, weight in WEIGHTS.items():
        expect(shuffled[name], name).to_have_shape(*weight.shape)
        expect(shuffled[name].flatten().sort().values, f"the entries of {name}, sorted").to_equal(
            weight.flatten().sort().values
        )


@exercise("05.shuffled_weights")
def test_neither_rows_nor_columns_stay_together(learner):
    """In W_E entries of one row have the same tens, entries of one column the same ones."""
    W_E = learner.bonus.shuffled_weights(WEIGHTS, 0)["W_E"].long()
    whole = [*(len(set(row)) == 1 for row in (W_E // 10).tolist()), *(len(set(c)) == 1 for c in (W_E % 10).T.tolist())]
    expect(sum(whole), "rows and columns that stayed together").to_equal(0)


@exercise("05.shuffled_weights")
def test_tensors_of_one_size_are_shuffled_differently(learner):
    shuffled = learner.bonus.shuffled_weights(WEIGHTS, 0)
    same = (shuffled["W_E"].flatten() == shuffled["W_U"].flatten()).float().mean()
    expect(same, "share of entries that went to the same place in two tensors").to_be_at_most(0.3)


@exercise("05.shuffled_weights")
def test_the_seed_decides_and_nothing_given_is_changed(learner):
    before, state = WEIGHTS["W_E"].clone(), torch.get_rng_state()
    one, again, other = (learner.bonus.shuffled_weights(WEIGHTS, seed)["W_E"] for seed in (1, 1, 2))
    expect(again, "the same seed again").to_equal(one)
    expect((one == other).float().mean(), "share of places that agree between two seeds").to_be_at_most(0.3)
    expect(WEIGHTS["W_E"], "the weights given").to_equal(before)
    expect(torch.get_rng_state(), "the global generator's state").to_equal(state)


TOKENS = torch.tensor([0, 0, 0, 0, 1, 1, 1, 2, 2, 3])


@exercise("05.token_f1")
def test_a_latent_that_is_on_at_one_token_alone_has_one(learner):
    """The second is on at half of token 0 and at nothing else, the third at all of 0 and of 1, the fourth nowhere."""
    h = torch.zeros(10, 4)
    h[4:7, 0] = torch.tensor([1.0, 0.2, 3.0])
    h[:2, 1] = 1.0
    h[:7, 2] = 1.0
    expect(learner.bonus.token_f1(h, TOKENS, rare=1), "F1 of the best token").to_equal(
        torch.tensor([1.0, 2 / 3, 8 / 11, 0.0]),
        watch_for=[
            mistake("This is precision.", torch.tensor([1.0, 1.0, 4 / 7, 0.0])),
            mistake("This is recall.", torch.tensor([1.0, 0.5, 1.0, 0.0])),
        ],
        parts=("on at one token", "on at half of a token", "on at two tokens", "on nowhere"),
    )


@exercise("05.token_f1")
def test_the_best_level_counts(learner):
    """It whispers everywhere and is loud at token 1: above a quarter of its maximum it is that token's alone."""
    h = torch.full((10, 1), 0.1)
    h[4:7, 0] = torch.tensor([1.0, 0.8, 0.4])
    expect(learner.bonus.token_f1(h, TOKENS, rare=1), "F1 of the best token").to_equal(
        torch.tensor([1.0]), watch_for=[mistake("Only level 0 was tried.", torch.tensor([8 / 14]))]
    )


@exercise("05.token_f1")
def test_six_latents_that_are_never_sure(learner):
    """90 samples of five tokens; every latent prefers a token. The last token occurs four times: it is rare."""
    generator = torch.Generator().manual_seed(0)
    tokens = torch.tensor([0] * 30 + [1] * 24 + [2] * 18 + [3] * 14 + [4] * 4)
    on = torch.rand(90, 6, generator=generator) < torch.tensor([0.1, 0.3, 0.2, 0.4, 0.15, 0.05])
    own = (tokens[:, None] == torch.tensor([0, 1, 2, 3, 1, 4])) & (torch.rand(90, 6, generator=generator) < 0.8)
    h = torch.rand(90, 6, generator=generator) * on + (0.4 + torch.rand(90, 6, generator=generator)) * own
    h = h * torch.tensor([1.0, 5, 0.3, 2, 0.7, 9])
    expect(learner.bonus.token_f1(h, tokens, 5), "F1 of the best token, of six latents").to_equal(
        torch.tensor([0.8, 0.5416667, 0.7317073, 0.7272727, 0.8333333, 0.1538462]),  # by the course's solution
        watch_for=[
            mistake("This is precision.", torch.tensor([1.0, 1.0, 0.6923077, 0.7142857, 0.9230769, 0.3333333])),
            mistake("This is recall.", torch.tensor([0.7333333, 0.75, 0.8888889, 0.9285714, 0.875, 0.1])),
            mistake("Only level 0 was tried.", torch.tensor([0.8, 0.5373135, 0.627451, 0.52, 0.7777778, 0.1538462])),
            mistake("Level 0 was left out.",
                    torch.tensor([0.7924528, 0.5416667, 0.7317073, 0.7272727, 0.8333333, 0.0952381])),
            mistake("Rare tokens were not left out.",
                    torch.tensor([0.8, 0.5416667, 0.7317073, 0.7272727, 0.8333333, 0.6666667])),
            mistake("One largest activation was taken for all latents: each has its own.",
                    torch.tensor([0.8, 0.5416667, 0.627451, 0.52, 0.7777778, 0.1538462])),
            mistake("This is the share of samples that are both among those that are either: F1 is another measure.",
                    torch.tensor([0.6666667, 0.3714286, 0.5769231, 0.5714286, 0.7142857, 0.08333334])),
            mistake("The 2 of F1 is missing.",
                    torch.tensor([0.4, 0.2708333, 0.3658537, 0.3636364, 0.4166667, 0.07692308])),
            mistake("The levels were averaged: the best one counts.",
                    torch.tensor([0.7530398, 0.5101977, 0.6466011, 0.5744877, 0.7532533, 0.1060166])),
        ],
    )  # fmt: skip


@exercise("05.token_f1")
def test_rare_tokens_are_left_out(learner):
    h = torch.zeros(10, 1)
    h[9] = 1.0
    h[7] = 1.0
    for rare, f1 in ((0, 2 / 3), (1, 0.5), (2, 0.0)):
        expect(learner.bonus.token_f1(h, TOKENS, rare), f"F1 when {rare} times is rare").to_equal(torch.tensor([f1]))
    with expect_error(ValueError):
        learner.bonus.token_f1(h, TOKENS)


def directions(*degrees):
    angles = torch.tensor(degrees, dtype=torch.float32).deg2rad()
    return torch.stack([angles.cos(), angles.sin()], 1)


def rows(*lists):
    return [torch.tensor(numbers, dtype=torch.int64) for numbers in lists]


PRE = torch.tensor([[3.0, -1.0, 0.5, 2.0], [0.25, 1.0, -4.0, 0.75]])


@exercise("05.jump_relu")
def test_what_is_above_its_threshold_is_kept_whole(learner):
    threshold = torch.tensor([1.0, 1.0, 0.0, 0.75])
    right = torch.tensor([[3.0, 0.0, 0.5, 2.0], [0.0, 0.0, 0.0, 0.0]])
    h, after = with_arguments(learner.bonus.jump_relu, PRE, threshold)[:2]
    expect(after, "pre after it").to_equal(
        PRE, watch_for=[mistake("pre itself was changed: make a new tensor.", right)]
    )
    expect(h, "h").to_equal(
        right,
        watch_for=[
            mistake("The threshold was subtracted: that shrinks what is kept.", (PRE - threshold).relu()),
            mistake("What equals the threshold is 0.", right + torch.tensor([[0, 0, 0, 0], [0, 1, 0, 0.75]])),
            mistake("What is below the threshold became the threshold: it becomes 0.", PRE.maximum(threshold)),
            mistake("Places are marked with 1: keep the values.", right.sign()),
        ],
    )


@exercise("05.batch_topk")
def test_the_largest_of_the_whole_batch_are_kept(learner):
    """k = 2, two samples: four values. The first has three of them, the second one."""
    kept = learner.bonus.batch_topk(torch.tensor([[3.0, -1.0, 1.5, 2.0], [0.25, 1.0, -4.0, 0.75]]), 2)
    expect(kept.h, "h").to_equal(
        torch.tensor([[3.0, 0.0, 1.5, 2.0], [0.0, 1.0, 0.0, 0.0]]),
        watch_for=[
            mistake("Each sample kept its own two: the batch has four to share.",
                    torch.tensor([[3.0, 0.0, 0.0, 2.0], [0.0, 1.0, 0.0, 0.75]])),
            mistake("Two of the whole batch were kept: k for each sample.",
                    torch.tensor([[3.0, 0.0, 0.0, 2.0], [0.0, 0.0, 0.0, 0.0]])),
            mistake("Largest in size were kept: something very negative is small.",
                    torch.tensor([[3.0, 0.0, 1.5, 2.0], [0.0, 0.0, 0.0, 0.0]])),
        ],
    )  # fmt: skip
    expect(kept.threshold, "threshold").to_equal(
        1.0, watch_for=[mistake("This is the largest value that was not kept: the smallest that was.", 0.75)]
    )


@exercise("05.batch_topk")
def test_negative_ones_among_the_largest_are_zero(learner):
    """k = 4, two samples: all eight values, of which two are negative."""
    kept = learner.bonus.batch_topk(PRE, 4)
    expect(kept.h, "h").to_equal(PRE.relu(), watch_for=[mistake("The ReLU is missing.", PRE)])
    expect(kept.threshold, "threshold").to_equal(
        0.25, watch_for=[mistake("This is the smallest that was kept, but not above 0.", 0.0)]
    )


@exercise("05.batch_topk")
def test_nothing_above_zero_and_equal_values(learner):
    silent = learner.bonus.batch_topk(-torch.ones(2, 3), 1)
    expect(silent.h, "h where nothing is above 0").to_equal(torch.zeros(2, 3))
    expect(silent.threshold, "threshold where nothing is above 0").to_equal(0.0)
    equal = learner.bonus.batch_topk(torch.ones(3, 4), 2)
    expect(int((equal.h > 0).sum()), "active latents, where all are equal, of three samples with k = 2").to_equal(
        6, watch_for=[mistake("All that are equal were kept, more than k for each sample.", 12)]
    )


def family(latents):
    """Ten samples: two with the child, four with the parent alone, four with neither; `latents` are rows of h."""
    child = torch.arange(10) < 2
    return torch.tensor(latents).T.contiguous(), torch.arange(10) < 6, child


@exercise("05.absorption")
def test_a_latent_with_a_hole(learner):
    """Latent 1 is the parent's, but silent with the child; latent 2 is the child's; latent 0 is active everywhere."""
    given = family([
        [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1],
        [0.0, 0.0, 0.5, 0.6, 0.7, 0.0, 0.0, 0.0, 0.0, 0.0],
        [0.9, 0.8, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    ])  # fmt: skip
    found = learner.bonus.absorption(*given)
    expect(found.latent, "the parent's latent").to_equal(1)
    expect(found.alone, "share with the parent alone").to_equal(
        3 / 4, watch_for=[mistake("The samples with the child are counted, too.", 3 / 6)]
    )
    expect(found.with_child, "share with the child").to_equal(0.0)


@exercise("05.absorption")
def test_six_families(learner):
    """Samples with the child, with the parent alone, with neither, and in how many of each its latent is active."""
    sizes = [(7, 9, 12), (11, 13, 9), (9, 7, 15), (13, 11, 10), (8, 17, 14), (17, 14, 11)]
    active = [(2, 8, 1), (5, 11, 2), (1, 6, 3), (4, 9, 1), (7, 15, 4), (6, 13, 2)]
    latents, found = [2, 5, 3, 4, 6, 7], []
    for size, on, latent in zip(sizes, active, latents, strict=True):
        kind = torch.repeat_interleave(torch.arange(3), torch.tensor(size))
        h = 0.5 * (torch.arange(len(kind))[:, None] % 5 == torch.arange(9) % 5).float()  # the others know nothing
        own = torch.cat([torch.arange(n) < m for n, m in zip(size, on, strict=True)])
        h[:, latent] = own * torch.linspace(0.1, 1, len(kind))
        found.append(learner.bonus.absorption(h, kind < 2, kind == 0))
    parts = [f"family {i}" for i in range(6)]
    expect([one.latent for one in found], "the parent's latents in six families").to_equal(latents, parts=parts)
    whole = [(a + b) / (n + m) for (n, m, _), (a, b, _) in zip(sizes, active, strict=True)]
    alone, child = ([on[i] / size[i] for size, on in zip(sizes, active, strict=True)] for i in (1, 0))
    expect([one.alone for one in found], "share with the parent alone, in six families").to_equal(
        alone,
        watch_for=[
            mistake("The samples with the child are counted, too.", whole),
            mistake("This is the share with the child.", child),
            mistake("This divides by all samples with the parent: divide by those without the child.",
                    [on[1] / (size[0] + size[1]) for size, on in zip(sizes, active, strict=True)]),
            mistake("This divides by all samples without the child: divide by those with the parent.",
                    [on[1] / (size[1] + size[2]) for size, on in zip(sizes, active, strict=True)]),
            mistake("This divides by the samples in which the latent is active.",
                    [on[1] / (on[1] + on[2]) for on in active]),
            mistake("These are the samples in which the latent is silent.", [1 - share for share in alone]),
        ],
    )  # fmt: skip
    expect([one.with_child for one in found], "share with the child, in six families").to_equal(
        child,
        watch_for=[
            mistake("All samples with the parent are counted.", whole),
            mistake("This is the share with the parent alone.", alone),
            mistake("This divides by all samples with the parent: divide by those with the child.",
                    [on[0] / (size[0] + size[1]) for size, on in zip(sizes, active, strict=True)]),
            mistake("This divides by the samples in which the latent is active.", [on[0] / sum(on) for on in active]),
            mistake("These are the samples in which the latent is silent.", [1 - share for share in child]),
        ],
    )  # fmt: skip


@exercise("05.absorption")
def test_the_latent_is_chosen_without_the_child(learner):
    """Latent 0 is better over all samples, latent 1 over those without the child, which are asked."""
    given = family([
        [0.9, 0.9, 0.9, 0.9, 0.9, 0.0, 0.0, 0.0, 0.0, 0.0],
        [0.0, 0.2, 0.2, 0.2, 0.2, 0.2, 0.0, 0.0, 0.0, 0.0],
    ])  # fmt: skip
    found = learner.bonus.absorption(*given)
    expect(found.latent, "the parent's latent").to_equal(1)
    expect((found.alone, found.with_child), "both shares").to_equal(
        (1.0, 0.5), parts=("with the parent alone", "with the child")
    )


@exercise("05.absorption")
def test_false_alarms_count(learner):
    """Latent 0 finds all four, and three that are none; latent 1 finds three, and nothing else."""
    given = family([
        [0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.0],
        [0.1, 0.1, 0.1, 0.1, 0.1, 0.0, 0.0, 0.0, 0.0, 0.0],
    ])  # fmt: skip
    expect(learner.bonus.absorption(*given).latent, "the parent's latent").to_equal(1)


@exercise("05.absorption")
def test_samples_with_the_child_have_no_part_in_the_choice(learner):
    """Latent 0 finds all four of the parent alone, and is active with the child as well, which is no false alarm."""
    given = family([
        [0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.0, 0.0, 0.0, 0.0],
        [0.0, 0.0, 0.1, 0.1, 0.1, 0.0, 0.0, 0.0, 0.0, 0.0],
    ])  # fmt: skip
    found = learner.bonus.absorption(*given)
    expect((found.latent, found.alone, found.with_child), "latent and shares").to_equal(
        (0, 1.0, 1.0), parts=("the latent", "the share with the parent alone", "the share with the child")
    )


@exercise("05.absorption")
def test_f1_is_no_accuracy(learner):
    """Latent 0 finds all four, with five false alarms; latent 1 finds one. Most are none: 1 is right more often."""
    h = torch.zeros(20, 2)
    h[2:11, 0] = h[5, 1] = 0.5
    child, parent = torch.arange(20) < 2, torch.arange(20) < 6
    expect(learner.bonus.absorption(h, parent, child).latent, "the parent's latent").to_equal(0)
    equal = learner.bonus.absorption(h[:, [1, 0, 0]], parent, child)
    expect(equal.latent, "the parent's latent, of two that are equal").to_equal(1)


@exercise("05.absorption")
def test_what_is_no_family_is_refused(learner):
    h, parent, _ = family([[0.5] * 10])
    once_without = torch.arange(10) >= 5  # 5 has the parent, 6 and more have not
    for child in (~parent, torch.zeros(10, dtype=torch.bool), parent, once_without):
        with expect_error(ValueError):
            learner.bonus.absorption(h, parent, child)


@exercise("05.feature_splitting")
def test_a_feature_that_has_split_has_several_relatives_nearest_first(learner):
    """0° has split into 20°, −10° and 35°; 90° has become 85°; 230° is new."""
    small, large = directions(0, 90), directions(20, 85, -10, 230, 35)
    expect(learner.bonus.feature_splitting(small, large), "relatives").to_equal(
        rows([2, 0, 4], [1]),
        watch_for=[
            mistake("The farthest relative comes first.", rows([4, 0, 2], [1])),
            mistake("Relatives are in the order of their rows: sort them by their cosine.", rows([0, 2, 4], [1])),
            mistake("A feature of large has two parents: it belongs to the nearest.", rows([2, 0, 4], [1, 4])),
            mistake("The threshold was left out.", rows([2, 0, 4, 3], [1])),
            mistake("Only the nearest relative is listed.", rows([2], [1])),
            mistake("Cosines lost their sign.", rows([2, 0, 4], [1, 3])),
            mistake(
                "For every feature of large is its parent: the other way round is asked.", rows([0], [1], [0], [], [0])
            ),
        ],
    )


@exercise("05.feature_splitting")
def test_two_features_that_have_split_into_six(learner):
    """0° and 90°, and fourteen directions of many lengths around them; 200° and 250° are new."""
    small = directions(0, 90) * torch.tensor([[4.0], [0.5]])
    degrees = (41, 97, 250, -23, 64, 8, 118, -52, 77, 200, 31, 140, -14, 53)
    sizes = torch.tensor([3.0, 1, 9, 0.5, 6, 2, 8, 0.7, 4, 5, 0.3, 1.5, 7, 2.5])[:, None]
    right = rows([5, 12, 3, 10, 0, 7], [1, 8, 4, 6, 13, 11])  # by hand
    expect(learner.bonus.feature_splitting(small, directions(*degrees) * sizes), "relatives").to_equal(
        right,
        watch_for=[
            mistake("The farthest relative comes first.", [part.flip(0) for part in right]),
            mistake("Relatives are in the order of their rows: sort them by their cosine.",
                    [part.sort().values for part in right]),
            mistake("A feature of large has two parents: it belongs to the nearest.",
                    rows([5, 12, 3, 10, 0, 7, 13], [1, 8, 4, 6, 13, 0, 11, 10])),
            mistake("The threshold was left out.", rows([5, 12, 3, 10, 0, 7, 2], [1, 8, 4, 6, 13, 11, 9])),
            mistake("Only the nearest relative is listed.", [part[:1] for part in right]),
            mistake("Cosines lost their sign.", rows([5, 12, 9, 3, 10, 11, 0], [1, 8, 2, 4, 6, 13, 7])),
            mistake("The rows of large were not divided by their lengths.",
                    rows([12, 0, 5], [6, 4, 8, 13, 1, 11])),
            mistake("Dot products chose the parents: cosines have to.", rows([12, 4, 0, 5, 13, 8, 3, 7, 10], [6])),
            mistake("The longest comes first: sort by cosine.",
                    [part[sizes[part, 0].argsort(descending=True)] for part in right]),
            mistake("Rows count from 0.", [part + 1 for part in right]),
        ],
        parts=("relatives of the feature at 0°", "relatives of the feature at 90°"),
    )  # fmt: skip


@exercise("05.feature_splitting")
def test_the_opposite_direction_is_no_relative(learner):
    expect(learner.bonus.feature_splitting(directions(0, 90), directions(175, 80)), "relatives").to_equal(
        rows([], [1]),
        watch_for=[
            mistake("The opposite direction was listed.", rows([0], [1])),
            mistake("A feature without relatives was left out: an empty tensor is asked.", rows([1])),
        ],
    )


@exercise("05.feature_splitting")
def test_how_near_a_relative_has_to_be(learner):
    """Cosines 0.87, 0.64 and 0.34."""
    small, large = directions(0), directions(50, 70, 30)
    for settings, relatives in (((), [2, 0]), ((0.8,), [2]), ((0.2,), [2, 0, 1]), ((0.95,), [])):
        name = f"relatives at threshold {settings[0]}" if settings else "relatives at the default threshold"
        expect(learner.bonus.feature_splitting(small, large, *settings), name).to_equal(
            rows(relatives),
            watch_for=[
                mistake("The threshold was not used.", rows([2, 0])),
                mistake("The threshold was left out.", rows([2, 0, 1])),
                mistake("Only the nearest relative is listed.", rows([2])),
                mistake("The farthest relative comes first.", rows(relatives[::-1])),
                mistake("A feature without relatives was left out: an empty tensor is asked.", []),
            ],
        )


@exercise("05.feature_splitting")
def test_a_cosine_equal_to_the_threshold_is_enough(learner):
    large = torch.tensor([[0.0, 1], [1, 0], [-1, 0], [2, 1], [1, 2]])
    expect(learner.bonus.feature_splitting(torch.tensor([[1.0, 0]]), large, 0.0), "relatives").to_equal(
        rows([1, 3, 4, 0]), watch_for=[mistake("A cosine equal to the threshold was left out.", rows([1, 3, 4]))]
    )


@exercise("05.feature_splitting")
def test_length_does_not_count(learner):
    small = directions(0, 90) * torch.tensor([[10.0], [0.1]])
    large = directions(80, 10, 30) * torch.tensor([[1.0], [0.5], [9.0]])
    expect(learner.bonus.feature_splitting(small, large), "relatives").to_equal(
        rows([1, 2], [0]),
        watch_for=[
            mistake("Dot products chose the parents: cosines have to.", rows([1, 2, 0], [])),
            mistake("Dot products chose the parents: cosines have to.", rows([2, 1, 0], [])),
        ],
    )
