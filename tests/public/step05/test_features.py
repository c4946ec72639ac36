"""Reading a feature, on activations and weights that can be worked out by hand."""

import torch

from autograder import exercise, expect, expect_error, mistake

# One feature on four rows of text; row 1 is quiet, row 3 has the two largest activations
ACTIVE = torch.tensor([[0.5, 1.0, 0.75, 0, 0], [0, 0, 0, 0, 0], [0, 0, 0, 0, 1.5], [1.25, 0, 2, 3, 0]])


@exercise("05.top_activating_examples")
def test_the_two_strongest_strongest_first(learner):
    row, position, activation = learner.features.top_activating_examples(ACTIVE, 2)
    expect(activation, "activation").to_equal(
        torch.tensor([3, 1.5]),
        watch_for=[
            mistake("A row gave two places: one in every row is asked.", torch.tensor([3.0, 2])),
            mistake("The weakest come first: strongest first is asked.", torch.tensor([1.5, 3])),
            mistake("Rows were compared by their means: compare their strongest places.", torch.tensor([3.0, 1])),
            mistake("These are the first rows in which it is active: give the strongest.", torch.tensor([1, 1.5])),
            mistake("These are the first rows in which it is active: give the strongest.", torch.tensor([1.5, 1])),
            mistake("The weakest rows were chosen: give the strongest.", torch.tensor([0.0, 1])),
            mistake("The weakest rows were chosen: give the strongest.", torch.tensor([1.0])),
            mistake("More than `count` examples came back.", torch.tensor([3, 1.5, 1])),
        ],
    )
    expect(row, "row").to_equal(
        torch.tensor([3, 2]),
        watch_for=[
            mistake("Rows and positions are swapped.", torch.tensor([3, 4])),
            mistake("This numbers all places: divide into row and position.", torch.tensor([18, 14])),
        ],
    )
    expect(position, "position").to_equal(
        torch.tensor([3, 4]),
        watch_for=[
            mistake("This numbers all places: divide into row and position.", torch.tensor([18, 14])),
            mistake("These are the first places where it is active: give the strongest.", torch.tensor([0, 4])),
            mistake("The positions are still in the order of the rows.", torch.tensor([1, 0])),
            mistake("Positions count from 0.", torch.tensor([4, 5])),
            mistake("Rows and positions are swapped.", torch.tensor([3, 2])),
        ],
    )


@exercise("05.top_activating_examples")
def test_six_of_twelve_rows(learner):
    """About half of the places are active, and all differ; rows 2 and 6 are quiet."""
    h = torch.rand(12, 8, generator=torch.Generator().manual_seed(1887)) - 0.5
    h = 3 * h.relu()
    h[[2, 6]] = 0
    best, mean = h.amax(1), h.mean(1)
    right = torch.tensor([1.372491, 1.352204, 1.251128, 1.220246, 1.198863, 1.168785])  # by the course's solution
    row, position, activation = learner.features.top_activating_examples(h, 6)
    first = (best > 0).nonzero()[:6, 0]
    expect(activation, "activation").to_equal(
        right,
        watch_for=[
            mistake("A row gave several places: one in every row is asked.", h.flatten().topk(6).values),
            mistake("The weakest come first: strongest first is asked.", lambda: right.flip(0)),
            mistake("The weakest were chosen: give the strongest.", best[best > 0].sort().values[:6]),
            mistake("The weakest were chosen: give the strongest.", best.sort().values[:6]),
            mistake("The weakest were chosen: give the strongest.", best.sort().values[2:6]),
            mistake("These are the first rows in which it is active: give the strongest.", best[first]),
            mistake("These are the first rows in which it is active: give the strongest.",
                    best[first].sort(descending=True).values),
            mistake("Rows were compared by their means: compare their strongest places.", best[mean.topk(6).indices]),
            mistake("Rows were compared by their means: compare their strongest places.",
                    best[mean.topk(6).indices].sort(descending=True).values),
            mistake("These are means of rows: give the strongest place.", mean.topk(6).values),
            mistake("The strongest rows are in the order of the text: strongest first is asked.",
                    best[best.topk(6).indices.sort().values]),
            mistake("A position gave the examples, one in each column: one in every row is asked.",
                    h.amax(0).topk(6).values),
            mistake("More than `count` examples came back.", best.topk(7).values),
            mistake("More than `count` examples came back.", best.topk(10).values),
        ],
    )  # fmt: skip
    rows, positions = torch.tensor([7, 4, 3, 11, 9, 8]), torch.tensor([0, 6, 7, 2, 4, 3])
    expect(row, "row").to_equal(
        rows,
        watch_for=[
            mistake("Rows and positions are swapped.", positions),
            mistake("This numbers all places: divide into row and position.", lambda: rows * 8 + positions),
            mistake("Rows count from 0.", lambda: rows + 1),
            mistake("Rows are in the order of the text: strongest first is asked.", lambda: rows.sort().values),
        ],
    )
    expect(position, "position").to_equal(
        positions,
        watch_for=[
            mistake("Rows and positions are swapped.", rows),
            mistake("This numbers all places: divide into row and position.", lambda: rows * 8 + positions),
            mistake("Positions count from 0.", lambda: positions + 1),
            mistake("The positions are still in the order of the rows.", h.argmax(1)[:6]),
            mistake("The positions are still in the order of the rows.", h.argmax(1)[best > 0][:6]),
            mistake("The positions are still in the order of the rows.", lambda: h.argmax(1)[rows.sort().values]),
            mistake(
                "These are the first places where it is active: give the strongest.",
                lambda: (h > 0).int().argmax(1)[rows],
            ),
        ],
    )


@exercise("05.top_activating_examples")
def test_a_row_in_which_it_is_not_active_is_no_example(learner):
    row, position, activation = learner.features.top_activating_examples(ACTIVE, 4)
    expect(activation, "activation, asked for 4 of 4 rows").to_equal(
        torch.tensor([3, 1.5, 1]),
        watch_for=[
            mistake("A row in which the feature is not active is no example.", torch.tensor([3, 1.5, 1, 0])),
            mistake("A row gave several places: one in every row is asked.", torch.tensor([3, 2, 1.5, 1.25])),
            mistake("The weakest come first: strongest first is asked.", torch.tensor([1, 1.5, 3])),
        ],
    )
    expect(row, "row").to_equal(torch.tensor([3, 2, 0]))
    expect(position, "position").to_equal(torch.tensor([3, 4, 1]))


@exercise("05.top_activating_examples")
def test_more_can_be_asked_for_than_there_are_rows(learner):
    row, _, activation = learner.features.top_activating_examples(ACTIVE, 100)
    expect(row, "row").to_equal(torch.tensor([3, 2, 0]))
    expect(activation, "activation").to_equal(torch.tensor([3, 1.5, 1]))


@exercise("05.top_activating_examples")
def test_a_dead_feature_has_no_examples(learner):
    row, position, activation = learner.features.top_activating_examples(torch.zeros(3, 4), 2)
    for name, values in (("row", row), ("position", position), ("activation", activation)):
        expect(values, name).to_have_shape(0)


@exercise("05.logit_effect")
def test_through_w_out_and_w_u_then_centred(learner):
    """The direction writes (2, −1, 0) into the stream, and that gives the logits (2, −1, 5, 1) with mean 1.75."""
    direction = torch.tensor([1.0, -1])
    W_out = torch.tensor([[3.0, 0, 1], [1, 1, 1]])
    W_U = torch.tensor([[1.0, 0, 2, 1], [0, 1, -1, 1], [7, 7, -7, 5]])
    effect = torch.tensor([0.25, -2.75, 3.25, -0.75])
    logits = effect + 1.75
    expect(learner.features.logit_effect(direction, W_out, W_U), "effect on the logits").to_equal(
        effect,
        atol=1e-6,
        watch_for=[
            mistake("It is not centred: take away its mean over the vocabulary.", logits),
            mistake("The direction was normalised: one unit of it is asked, as it is.", effect / 2**0.5),
            mistake("It was also divided by its spread: only the mean goes.", effect / logits.std()),
            mistake("It was also divided by its spread: only the mean goes.", effect / logits.std(correction=0)),
            mistake("These are probabilities: the change of the logits is asked.", logits.softmax(0)),
            mistake("This is a log-softmax: take away the plain mean.", logits.log_softmax(0)),
            mistake("The median was taken away: take away the mean.", logits - 1),
            mistake("The median was taken away: take away the mean.", logits - 1.5),
            mistake("The largest was taken away: take away the mean.", logits - 5),
            mistake("The stream was centred, not the logits.", logits - W_U.sum(0) / 3),
        ],
    )


@exercise("05.logit_effect")
def test_as_many_neurons_as_dimensions_and_tokens(learner):
    """Every product would fit here, the wrong ones too."""
    direction = torch.tensor([1.0, 2])
    W_out, W_U = torch.tensor([[1.0, 3], [0, 1]]), torch.tensor([[1.0, 0], [2, 1]])
    expect(learner.features.logit_effect(direction, W_out, W_U), "effect on the logits").to_equal(
        torch.tensor([3.0, -3]),  # (1, 5) in the stream, logits (11, 5)
        watch_for=[
            mistake("It is not centred: take away its mean over the vocabulary.", torch.tensor([11.0, 5])),
            mistake("W_out was left out: the direction is one of neurons.", torch.tensor([1.5, -1.5])),
            mistake("W_out was used the wrong way round.", torch.tensor([4.5, -4.5])),
            mistake("W_U was used the wrong way round.", torch.tensor([-3.0, 3])),
            mistake("The stream was centred, not the logits.", torch.tensor([2.0, 2])),
        ],
    )


NEURONS = ("a neuron", "a mixture", "a mixture with a large negative entry", "a neuron upside down")


@exercise("05.neuron_alignment")
def test_a_neuron_a_mixture_and_a_neuron_upside_down(learner):
    """Rows need not be unit vectors, and a large negative entry counts as much as a positive one."""
    W_dec = torch.tensor([[0, 0, 2.0], [3, 4, 0], [2, -6, 3], [-0.5, 0, 0]])
    neuron, cosine = learner.features.neuron_alignment(W_dec)
    unseen = "Large negative entries were not seen: compare sizes."
    expect(neuron, "neuron").to_equal(
        torch.tensor([2, 1, 1, 0]),
        watch_for=[
            mistake(unseen, torch.tensor([2, 1, 2, 1])),
            mistake(unseen, torch.tensor([2, 1, 2, 2])),
            mistake("Columns were normalised: normalise each row.", torch.tensor([2, 0, 1, 0])),
            mistake("Columns were normalised: normalise each row.", torch.tensor([2, 0, 2, 0])),
            mistake("These are the nearest features of each neuron.", torch.tensor([3, 2, 0])),
            mistake("These are the nearest features of each neuron.", torch.tensor([1, 2, 2])),
        ],
        parts=NEURONS,
    )
    expect(cosine, "cosine").to_equal(
        torch.tensor([1, 4 / 5, -6 / 7, -1]),
        watch_for=[
            mistake("The sign is lost: only the choice goes by size.", torch.tensor([1, 4 / 5, 6 / 7, 1])),
            mistake("These are entries, not cosines: divide by each row's norm.", torch.tensor([2, 4, -6, -0.5])),
            mistake("Rows were divided by their sums of sizes, not norms.", torch.tensor([1, 4 / 7, -6 / 11, -1])),
            mistake("Rows were divided by their largest entries, not norms.", torch.tensor([1.0, 1, -1, -1])),
            mistake("The cosine was squared.", torch.tensor([1, 16 / 25, 36 / 49, 1])),
        ],
        parts=NEURONS,
    )


@exercise("05.neuron_alignment")
def test_a_zero_row_has_cosine_0(learner):
    _, cosine = learner.features.neuron_alignment(torch.tensor([[0.0, 0, 0], [0, -3, 0]]))
    expect(cosine, "cosine").to_equal(
        torch.tensor([0.0, -1]),
        watch_for=[mistake("A row of zeros was divided by its norm, which is 0.", torch.tensor([torch.nan, -1]))],
        parts=("the row of zeros", "the other row"),
    )


# Nine places: active in four, the description holds in six, both in three
H = torch.tensor([[0.2, 0.9, 0.0], [0.5, 0.0, 0.5], [0.0, 0.0, 0.0]])
DESCRIBED = torch.tensor([[True, True, True], [False, False, True], [True, True, False]])


@exercise("05.precision_and_recall")
def test_three_of_four_and_three_of_six(learner):
    precision, recall = learner.features.precision_and_recall(H, DESCRIBED)
    for name, value, right, other, at_least in (
        ("precision", precision, 3 / 4, 3 / 6, 6 / 9),
        ("recall", recall, 3 / 6, 3 / 4, 1.0),
    ):
        expect(value, name).to_equal(
            right,
            watch_for=[
                mistake("Precision and recall are swapped.", other),
                mistake("This divides by all places.", 3 / 9),
                mistake("This is the share of places where both agree (accuracy).", 5 / 9),
                mistake("This is F1.", 6 / 10),
                mistake("This divides by the places where either holds.", 3 / 7),
                mistake("A place at the threshold is not above it: `>` is asked.", at_least),
                mistake("This is a percentage: a share is asked.", 100 * right),
            ],
        )


@exercise("05.precision_and_recall")
def test_six_thresholds(learner):
    """Of 84 places; the description holds more often where the feature is stronger."""
    generator = torch.Generator().manual_seed(0)
    h = torch.randint(1, 30, (7, 12), generator=generator) / 16
    described = h + 2 * torch.rand(7, 12, generator=generator) > 1.7
    thresholds = (0.25, 0.5, 0.8125, 1.125, 1.375, 1.625)
    found = [tuple(learner.features.precision_and_recall(h, described, threshold)) for threshold in thresholds]
    active, both, holds = [74, 63, 48, 33, 22, 12], [45, 44, 37, 27, 21, 12], 46  # numbers of places
    at_least = [77, 67, 49, 37, 23, 14], [45, 45, 37, 30, 22, 14]
    precisions, recalls = over(both, active), over(both, [holds] * 6)
    for name, i, right, other, at_the_threshold in (
        ("precision", 0, precisions, recalls, over(at_least[1], at_least[0])),
        ("recall", 1, recalls, precisions, over(at_least[1], [holds] * 6)),
    ):
        expect([values[i] for values in found], f"{name} at six thresholds").to_equal(
            right,
            watch_for=[
                mistake("Precision and recall are swapped.", other),
                mistake("This divides by all places.", over(both, [84] * 6)),
                mistake("This is the share of places where both agree (accuracy).",
                        over([84 - a - holds + 2 * b for a, b in zip(active, both, strict=True)], [84] * 6)),
                mistake("This is F1.", over([2 * b for b in both], [a + holds for a in active])),
                mistake("This divides by the places where either holds.",
                        over(both, [a + holds - b for a, b in zip(active, both, strict=True)])),
                mistake("A place at the threshold is not above it: `>` is asked.", at_the_threshold),
                mistake("The threshold was ignored.", [(holds / 84, 1.0)[i]] * 6),
                mistake("These are places in which only one of the two holds: both have to.", [1 - x for x in right]),
                mistake("These are numbers of places: shares are asked.", both),
                mistake("This is a percentage: a share is asked.", [100 * x for x in right]),
            ],
        )  # fmt: skip


def over(numbers, counts):
    return [number / count for number, count in zip(numbers, counts, strict=True)]


@exercise("05.precision_and_recall")
def test_at_the_threshold_is_not_above_it(learner):
    """Above 0.5 there is one place alone, and the description holds in it."""
    precision, recall = learner.features.precision_and_recall(H, DESCRIBED, 0.5)
    expect(recall, "recall above 0.5").to_equal(
        1 / 6,
        watch_for=[
            mistake("The threshold was ignored.", 3 / 6),
            mistake("A place at the threshold is not above it: `>` is asked.", 2 / 6),
        ],
    )
    expect(precision, "precision above 0.5").to_equal(1.0)


@exercise("05.precision_and_recall")
def test_zero_where_there_is_nothing_to_divide_by(learner):
    quiet = learner.features.precision_and_recall(H, DESCRIBED, 1.0)
    undescribed = learner.features.precision_and_recall(H, torch.zeros(3, 3, dtype=torch.bool))
    for when, shares in (("it is never active", quiet), ("the description never holds", undescribed)):
        for name, share in zip(("precision", "recall"), shares, strict=True):
            expect(share, f"the {name} where {when}").to_equal(
                0.0,
                watch_for=[
                    mistake("There is nothing to divide by: give 0.", 1.0),
                    mistake("There is nothing to divide by: give 0.", torch.nan),
                ],
            )


@exercise("05.precision_and_recall")
def test_different_shapes_are_refused(learner):
    """They would broadcast, and count one row of the description three times."""
    with expect_error(ValueError):
        learner.features.precision_and_recall(H, DESCRIBED[:1])


def places(both, first, second, none):
    """Activations at places where both descriptions hold, only the first, only the second, none; and where they do."""
    groups = (both, first, second, none)
    h = torch.tensor([x for group in groups for x in group])
    kind = torch.tensor([i for i, group in enumerate(groups) for _ in group])
    return h, kind < 2, (kind == 0) | (kind == 2)


@exercise("05.decide_between")
def test_the_one_where_the_feature_is_active_is_left(learner):
    """Active in two of the three places of the one, in one of the four of the other."""
    own, others = [0.4, 0.9, 0.0], [0.0, 0.0, 0.3, 0.0]
    for fits, first, second, rates in (("first", own, others, (2 / 3, 1 / 4)), ("second", others, own, (1 / 4, 2 / 3))):
        found = learner.features.decide_between(*places([0.7, 0.8], first, second, [0.0, 0.5]))
        for name, rate in zip(("first", "second"), rates, strict=True):
            expect(getattr(found, name), f"share of the {name} one's own places").to_equal(rate)
        expect(found.fits, "which fits").to_equal(fits)


@exercise("05.decide_between")
def test_shares_of_six_pairs_of_descriptions(learner):
    """How many places both, only the first, only the second and none of them name; and in how many it is active."""
    sizes = [(9, 7, 11, 8), (6, 13, 9, 10), (12, 11, 7, 5), (8, 9, 17, 6), (5, 19, 13, 7), (10, 14, 19, 9)]
    active = [(7, 5, 3, 1), (4, 4, 7, 2), (5, 8, 6, 1), (3, 2, 5, 4), (4, 11, 9, 3), (8, 9, 4, 2)]
    fits = ["first", "second", "neither", "neither", "neither", "first"]
    found = []
    for count, on in zip(sizes, active, strict=True):
        groups = [[0.25 + 0.125 * i for i in range(n)] + [0.0] * (m - n) for m, n in zip(count, on, strict=True)]
        found.append(learner.features.decide_between(*places(*groups)))

    def shares(numerator, denominator):
        return [numerator(a) / denominator(n, a) for n, a in zip(sizes, active, strict=True)]

    for name, i in (("first", 1), ("second", 2)):
        expect([getattr(one, name) for one in found], f"share of the {name} one's own places, in six cases").to_equal(
            shares(lambda a, i=i: a[i], lambda n, _, i=i: n[i]),
            watch_for=[
                mistake("Places where both hold are counted, too: they cannot tell.",
                        shares(lambda a, i=i: a[0] + a[i], lambda n, _, i=i: n[0] + n[i])),
                mistake("The two shares are swapped.", shares(lambda a, i=i: a[3 - i], lambda n, _, i=i: n[3 - i])),
                mistake("This divides by the places where the feature is active.",
                        shares(lambda a, i=i: a[i], lambda _, a: sum(a))),
                mistake("This divides by all places.", shares(lambda a, i=i: a[i], lambda n, _: sum(n))),
                mistake("This divides by all the places where one of them holds alone.",
                        shares(lambda a, i=i: a[i], lambda n, _: n[1] + n[2])),
                mistake("This divides by all places that the description names: only its own places are asked.",
                        shares(lambda a, i=i: a[i], lambda n, _, i=i: n[0] + n[i])),
                mistake("Places of neither description are counted, too.",
                        shares(lambda a, i=i: a[i] + a[3], lambda n, _, i=i: n[i] + n[3])),
                mistake("These are the places where it is not active.",
                        [1 - x for x in shares(lambda a, i=i: a[i], lambda n, _, i=i: n[i])]),
                mistake("Places were counted: their share is asked.", [a[i] for a in active]),
                mistake("A place at the threshold is not above it: `>` is asked.", [1.0] * 6),
            ],
        )  # fmt: skip
    expect([one.fits for one in found], "which fits, in six cases").to_equal(
        fits, parts=[f"{a[1]}/{n[1]} against {a[2]}/{n[2]}" for n, a in zip(sizes, active, strict=True)]
    )


@exercise("05.decide_between")
def test_both_may_be_wrong(learner):
    """Active at either one's own places: it is about something wider. At neither's: about what they have in common."""
    for own, said in (([0.5, 0.6], "active at the places of both"), ([0.0, 0.0], "active at the places of neither")):
        found = learner.features.decide_between(*places([0.7], own, own, [0.0]))
        expect(found.fits, f"which fits when it is {said}").to_equal("neither")


@exercise("05.decide_between")
def test_more_often_is_not_enough(learner):
    """One share is the larger, but both are large, or both small: neither description excludes the other."""
    some, most, all_of_them = [0.5, 0.0, 0.0], [0.5, 0.0, 0.3, 0.2], [0.5, 0.6]
    pairs = (all_of_them, most), (most, all_of_them), (some, [0.0, 0.0])
    found = [learner.features.decide_between(*places([0.7], *pair, [0.0])).fits for pair in pairs]
    compared = ["first", "second", "first"]
    expect(found, "which fits").to_equal(
        ["neither"] * 3,
        watch_for=[
            mistake("The two shares were compared with each other: each is compared with `share`.", compared),
        ],
        parts=("3 of 4 and 2 of 2", "2 of 2 and 3 of 4", "1 of 3 and 0 of 2"),
    )


@exercise("05.decide_between")
def test_a_part_of_the_other(learner):
    """The first has no place of its own: the second's places decide."""
    for second, fits, rate in (([0.0, 0.0, 0.9], "first", 1 / 3), ([0.4, 0.8, 0.9], "second", 1.0)):
        found = learner.features.decide_between(*places([0.7, 0.0], [], second, [0.0]))
        expect(found.first is None, "whether the first's share is None").to_be_true(
            "The first description holds nowhere alone: there is no share, and None is asked."
        )
        expect(found.second, "share of the second one's own places").to_equal(rate)
        expect(found.fits, "which fits").to_equal(fits)


@exercise("05.decide_between")
def test_threshold_and_share(learner):
    """Four thresholds and shares; a place at the threshold is not above it, and what equals the share is enough."""
    given = places([0.875], [0.25, 0.25, 0.625, 0.75], [0.25, 0.125, 0.0, 0.75], [0.0])
    for threshold, share, fits, rates in (
        (0.25, 0.5, "first", (0.5, 0.25)),
        (0.125, 0.5, "neither", (1.0, 0.5)),
        (0.6875, 0.25, "neither", (0.25, 0.25)),
        (0.5, 0.375, "first", (0.5, 0.25)),
    ):
        found = learner.features.decide_between(*given, threshold, share)
        when = f"with a threshold of {threshold} and a share of {share}"
        expect((found.first, found.second), f"shares {when}").to_equal(rates, parts=("the first's", "the second's"))
        expect(found.fits, f"which fits {when}").to_equal(fits)


@exercise("05.decide_between")
def test_nothing_that_tells_is_refused(learner):
    h = torch.tensor([0.5, 0.0, 0.2])
    described = torch.tensor([True, False, True])
    with expect_error(ValueError):
        learner.features.decide_between(h, described, described)
    with expect_error(ValueError):
        learner.features.decide_between(h, described, described[:1])
