"""Reading random features, against the reference and against the variants that are wrong."""

import pytest
import torch
from torch.nn import functional as F

from autograder import exercise, expect, expect_error, mistake


def sparse(draw, rows, positions, quiet=()):
    """Activations that all differ where they are not 0, about half of them; several in each row but the quiet ones."""
    n = rows * positions
    h = ((draw.permutation(n) + 1) / n).view(rows, positions)
    h = h * (draw.uniform(rows, positions).argsort(1) < (positions + 1) // 2)
    h[list(quiet)] = 0
    return h


CASES = [  # rows, positions, rows in which the feature is never active, how many are asked for
    *[(9, 6, (4, 7), 5), (9, 6, (0, 8), 7), (9, 6, (2, 5), 8), (9, 6, (), 9)],
    *[(4, 11, (1,), 30), (6, 1, (3,), 2), (1, 7, (), 3)],
]


@exercise("05.top_activating_examples")
@pytest.mark.parametrize("rows, positions, quiet, count", CASES)
def test_any_activations(learner, reference, draw, rows, positions, quiet, count):
    h = sparse(draw, rows, positions, quiet)
    row, position, activation = learner.features.top_activating_examples(h, count)
    right = reference.features.top_activating_examples(h, count)
    everywhere = h.flatten().topk(min(count, h.numel())).values
    best = h.amax(1)
    in_order = best[best > 0]
    first, asked = in_order[:count], min(count, rows)
    weakest, by_mean = best.topk(asked, largest=False).values, h.mean(1).topk(asked).indices
    expect(activation, "activation").to_match(
        right.activation,
        watch_for=[
            mistake("A row gave several places: one in every row is asked.", everywhere),
            mistake("A row gave several places: one in every row is asked.", everywhere[everywhere > 0]),
            mistake("Rows in which the feature is not active are no examples.", best.topk(asked).values),
            mistake("The weakest come first: strongest first is asked.", right.activation.flip(0)),
            mistake("The examples are in the order of the rows.", right.activation[right.row.argsort()]),
            mistake("The weakest were chosen: give the strongest.", weakest),
            mistake("The weakest were chosen: give the strongest.", weakest[weakest > 0]),
            mistake("The weakest were chosen: give the strongest.", in_order.sort().values[:count]),
            mistake("More than `count` examples came back.", in_order.sort(descending=True).values),
            mistake("More than `count` examples came back.", in_order.sort(descending=True).values[: count + 1]),
            mistake("These are the first rows in which it is active: give the strongest.", first),
            mistake(
                "These are the first rows in which it is active: give the strongest.",
                first.sort(descending=True).values,
            ),
            mistake("Rows were compared by their means: compare their strongest places.", best[by_mean]),
            mistake(
                "Rows were compared by their means: compare their strongest places.", best[by_mean[best[by_mean] > 0]]
            ),
            mistake("These are means of rows: give the strongest place.", h.mean(1)[by_mean]),
        ],
    )
    flat = right.row * positions + right.position
    expect(row, "row").to_match(
        right.row,
        watch_for=[
            mistake("Rows and positions are swapped.", right.position),
            mistake("This numbers all places: divide into row and position.", flat),
            mistake("Rows count from 0.", right.row + 1),
            mistake("The rows are not in order of activation.", right.row.sort().values),
        ],
    )
    expect(position, "position").to_match(
        right.position,
        watch_for=[
            mistake("Rows and positions are swapped.", right.row),
            mistake("This numbers all places: divide into row and position.", flat),
            mistake("Positions count from 0.", right.position + 1),
            mistake("These are the places before the strongest.", right.position - 1),
            mistake("The positions are still in the order of the rows.", h.argmax(1)[: len(right.row)]),
            mistake("These are the first places where it is active.", (h > 0).int().argmax(1)[right.row]),
        ],
    )


@exercise("05.top_activating_examples")
def test_no_row_is_active(learner, draw):
    for values in learner.features.top_activating_examples(torch.zeros(5, 3), int(draw.integers(1, 9, 1))):
        expect(values, "what comes back for a dead feature").to_have_shape(0)


@exercise("05.logit_effect")
@pytest.mark.parametrize("neurons, d_model, vocab", [(11, 5, 17), (3, 7, 4), (6, 6, 6)])
def test_any_direction(learner, reference, draw, neurons, d_model, vocab):
    W_out, W_U = draw.normal(neurons, d_model), draw.normal(d_model, vocab)
    direction = 2 * draw.normal(neurons)
    stream = direction @ W_out
    logits = stream @ W_U
    right = reference.features.logit_effect(direction, W_out, W_U)

    def centred(wrong):
        return lambda: wrong() - wrong().mean()

    expect(learner.features.logit_effect(direction, W_out, W_U), "effect on the logits").to_match(
        right,
        atol=1e-4,
        watch_for=[
            mistake("It is not centred: take away its mean over the vocabulary.", logits),
            mistake("W_out was left out: the direction is one of neurons.", centred(lambda: direction @ W_U)),
            mistake("W_out was left out, and nothing is centred.", lambda: direction @ W_U),
            mistake("W_out was used the wrong way round.", centred(lambda: W_out @ direction @ W_U)),
            mistake("W_U was used the wrong way round.", centred(lambda: W_U @ stream)),
            mistake("The stream was centred, not the logits.", (stream - stream.mean()) @ W_U),
            mistake("W_U was centred over d_model, not over the vocabulary.", stream @ (W_U - W_U.mean(0))),
            mistake("The direction was centred, not the logits.", (direction - direction.mean()) @ W_out @ W_U),
            mistake("The direction was normalised: use it as it is.", right / direction.norm()),
            mistake("It was also divided by its spread: only the mean goes.", right / logits.std()),
            mistake("It was also divided by its spread: only the mean goes.", right / logits.std(correction=0)),
            mistake("It was also divided by its norm: only the mean goes.", right / right.norm()),
            mistake("These are probabilities: the change of the logits is asked.", logits.softmax(0)),
            mistake("The largest was taken away: take away the mean.", logits - logits.max()),
            mistake("This is a log-softmax: take away the plain mean.", logits.log_softmax(0)),
            mistake("The median was taken away: take away the mean.", logits - logits.median()),
            mistake("The size of the effect: it has a sign.", right.abs()),
            mistake("Negative effects were cut off.", right.relu()),
        ],
    )


@exercise("05.neuron_alignment")
@pytest.mark.parametrize("latents, neurons", [(12, 5), (4, 9), (6, 6), (1, 3), (3, 1)])
def test_any_decoder(learner, draw, latents, neurons):
    """The nearest neurons and the lengths are chosen: no other neuron is nearly as near, and half are negative."""
    nearest = draw.integers(0, neurons, latents)
    sign = 1 - 2 * (draw.permutation(latents) % 2)
    W_dec = draw.uniform(latents, neurons, low=-0.7, high=0.7)
    W_dec[torch.arange(latents), nearest] = sign.float()
    norms = W_dec.norm(dim=1)
    right = sign / norms
    scale = draw.uniform(latents, low=2, high=5)
    W_dec = W_dec * scale[:, None]
    neuron, cosine = learner.features.neuron_alignment(W_dec)
    expect(neuron, "neuron").to_equal(
        nearest,
        watch_for=[
            mistake("Large negative entries were not seen: compare sizes.", W_dec.argmax(1)),
            mistake("The neuron that is farthest was chosen.", W_dec.abs().argmin(1)),
            mistake("These are the nearest features of each neuron.", F.normalize(W_dec, dim=1).abs().argmax(0)),
            mistake("These are the nearest features of each neuron.", W_dec.abs().argmax(0)),
            mistake("Columns were normalised: normalise each row.", F.normalize(W_dec, dim=0).abs().argmax(1)),
            mistake("Neurons count from 0.", nearest + 1),
        ],
    )
    expect(cosine, "cosine").to_equal(
        right,
        watch_for=[
            mistake("The sign is lost: only the choice goes by size.", right.abs()),
            mistake("These are entries, not cosines: divide by each row's norm.", right * scale * norms),
            mistake("Rows were divided by their sums of sizes, not norms.", sign * scale / W_dec.abs().sum(1)),
            mistake("Rows were divided by their largest entries, not norms.", sign.float()),
            mistake("Rows were divided by their squared norms.", sign * scale / (W_dec**2).sum(1)),
            mistake("The cosine was squared.", right**2),
            mistake(
                "Columns were normalised: normalise each row.",
                F.normalize(W_dec, dim=0).gather(1, nearest[:, None])[:, 0],
            ),
        ],
    )


@exercise("05.neuron_alignment")
def test_rows_of_zeros_between_others(learner, reference, draw):
    W_dec = draw.normal(5, 7)
    zero = draw.permutation(5)[:2]
    W_dec[zero] = 0
    _, cosine = learner.features.neuron_alignment(W_dec)
    nothing = torch.full((2,), torch.nan)
    expect(cosine[zero], "cosine of rows of zeros").to_equal(
        torch.zeros(2), watch_for=[mistake("A row of zeros was divided by its norm, which is 0.", nothing)]
    )
    expect(cosine, "cosine").to_match(reference.features.neuron_alignment(W_dec).cosine)


def places(draw, shape, level=0.0):
    """30 places in random order: 7 of both, 3 active alone, 9 described alone, 11 of neither.

    Of those that are not active (not above `level`), every third is at 0, at half of the level, and at the level.
    """
    number = draw.permutation(30)
    below = level * (number % 3) / 2
    h = torch.where(number < 10, draw.uniform(30, low=level + 0.1, high=level + 1), below)
    return h.view(shape), ((number < 7) | ((number >= 10) & (number < 19))).view(shape)


@exercise("05.precision_and_recall")
@pytest.mark.parametrize("threshold", [None, 0.75])
@pytest.mark.parametrize("shape", [(30,), (5, 6), (2, 3, 5)])
def test_any_description(learner, draw, shape, threshold):
    """No two of the measures agree, whatever the order of the places."""
    level = threshold or 0.0
    h, described = places(draw, shape, level)
    precision, recall = learner.features.precision_and_recall(h, described, *([threshold] if threshold else []))
    at_least, above_0 = h >= level, h > 0
    right = {"precision": 7 / 10, "recall": 7 / 16}
    wrong = {
        "A place at the threshold is not above it: `>` is asked.": shares(at_least, described),
        "The threshold was ignored.": shares(above_0, described),
        "Precision and recall are swapped.": (7 / 16, 7 / 10),
        "This divides by all places.": (7 / 30, 7 / 30),
        "This is the share of places where both agree (accuracy).": (18 / 30, 18 / 30),
        "This is F1.": (14 / 26, 14 / 26),
        "This divides by the places where either holds.": (7 / 19, 7 / 19),
        "This is a number of places, not a share.": (7.0, 7.0),
        "This is a percentage: a share is asked.": (70.0, 700 / 16),
    }
    for which, (name, value) in enumerate(zip(right, (precision, recall), strict=True)):
        expect(value, name).to_equal(
            right[name], watch_for=[mistake(said, values[which]) for said, values in wrong.items()]
        )


def shares(active, described):
    """Both among the active, and among the described."""
    both = (active & described).sum().item()
    return both / active.sum().item(), both / described.sum().item()


@exercise("05.precision_and_recall")
def test_nothing_to_divide_by(learner, draw):
    h, described = places(draw, (5, 6))
    nowhere = torch.zeros(5, 6, dtype=torch.bool)
    for name, given in (
        ("the description never holds", (h, nowhere)),
        ("it is never active", (torch.zeros(5, 6), described)),
        ("it is never above the threshold", (h, described, 2.0)),
        ("neither", (torch.zeros(5, 6), nowhere)),
    ):
        for which, share in zip(("precision", "recall"), learner.features.precision_and_recall(*given), strict=True):
            expect(share, f"the {which} where {name}").to_equal(
                0.0,
                watch_for=[
                    mistake("There is nothing to divide by: give 0.", 1.0),
                    mistake("There is nothing to divide by: give 0.", torch.nan),
                ],
            )


@exercise("05.precision_and_recall")
@pytest.mark.parametrize("shape", [(4,), (1, 4), (3, 1), (4, 3), (2, 6), (3, 4, 1)])
def test_shapes_that_differ(learner, draw, shape):
    with expect_error(ValueError):
        learner.features.precision_and_recall(draw.uniform(3, 4), draw.uniform(*shape) < 0.5)


@exercise("05.decide_between")
@pytest.mark.parametrize("shape", [(40,), (8, 5), (2, 4, 5)])
def test_any_two_descriptions(learner, draw, shape):
    """Each of the four groups of places has its own size and share, so that no two measures agree."""
    sizes, level = (7, 11, 9, 13), 0.25  # where both hold, only the first, only the second, none
    order, kind = draw.permutation(40), torch.repeat_interleave(torch.arange(4), torch.tensor(sizes))
    for active, fits in (
        ((6, 8, 2, 1), "first"),
        ((6, 3, 7, 1), "second"),
        ((6, 8, 7, 1), "neither"),
        ((6, 3, 2, 1), "neither"),
    ):
        rank = torch.cat([draw.permutation(size) for size in sizes])
        on = rank < torch.tensor(active)[kind]
        h = torch.where(on, 0.3 + draw.uniform(40), torch.where(draw.uniform(40) < 0.5, level, 0.0))[order].view(shape)
        which = kind[order].view(shape)
        first, second = which < 2, (which == 0) | (which == 2)
        found = learner.features.decide_between(h, first, second, level)
        _, a, b, _ = active
        for name, value, right, wrong in (
            ("first", found.first, a / 11, ((6 + a) / 18, a / (7 + a + b), a / 40, a / 20)),
            ("second", found.second, b / 9, ((6 + b) / 16, b / (7 + a + b), b / 40, b / 20)),
        ):
            said = (
                "Places where both hold are counted, too: they cannot tell.",
                "This divides by the places where the feature is active.",
                "This divides by all places.",
                "This divides by all the places where one of them holds alone.",
            )
            expect(value, f"share of the {name} one's own places").to_match(
                right, watch_for=[mistake(text, value) for text, value in zip(said, wrong, strict=True)]
            )
        expect(found.fits, "which fits").to_match(fits)


@exercise("05.decide_between")
def test_a_description_within_the_other(learner, draw):
    h = torch.tensor([0.9, 0.8, 0.0, *draw.uniform(4, low=0.1).tolist(), *[0.0] * 6])
    broad = torch.arange(13) < 10
    for narrow, share, decided in (
        (torch.arange(13) < 2, 0.5, "broad"),  # of eight places that only the broad one names it is active in four
        (torch.arange(13) < 2, 0.6, "narrow"),
        (torch.arange(13) < 7, 0.5, "narrow"),  # in none of three
    ):
        order = draw.permutation(13)
        alone = (h[broad & ~narrow] > 0).double().mean().item()
        for first in (narrow, broad):
            second = broad if first is narrow else narrow
            found = learner.features.decide_between(h[order], first[order], second[order], 0.0, share)
            own, other = (found.first, found.second) if first is broad else (found.second, found.first)
            expect(other is None, "whether the share of no places is None").to_be_true(
                "A description that holds nowhere alone has no share: None is asked."
            )
            expect(own, "share of the broad one's own places").to_match(alone)
            right = "first" if (first is broad) == (decided == "broad") else "second"
            expect(found.fits, "which fits").to_match(right)


@exercise("05.decide_between")
def test_what_cannot_be_decided(learner, draw):
    h, described = draw.uniform(3, 4), draw.uniform(3, 4) < 0.5
    nowhere = torch.zeros(3, 4, dtype=torch.bool)
    for first, second in (
        (described, described.clone()),
        (nowhere, nowhere),
        (described, described[:1]),
        (described[:, :1], described),
        (described.flatten(), ~described.flatten()),
    ):
        with expect_error(ValueError):
            learner.features.decide_between(h, first, second)
