"""The autoencoder, its loss, and the two rules that keep its directions at length 1, on numbers that can be worked out
on paper."""

import torch
from torch import tensor

from autograder import exercise, expect, mistake, swapped, with_arguments


def one_instance(learner, b_enc=(0.0, 0.0, 0.0), b_dec=(0.0, 0.0)):
    """Three features in two dimensions. The decoder is not the encoder's transpose."""
    W_enc = tensor([[[1.0, 0.0, -1.0], [0.0, 1.0, -1.0]]])
    W_dec = tensor([[[2.0, 0.0], [0.0, 1.0], [-1.0, 3.0]]])
    return learner.autoencoder.SparseAutoencoder(W_enc, tensor([b_enc]), W_dec, tensor([b_dec]))


def two_instances(learner):
    """Instance 0 reads the first dimension as its only feature, instance 1 the second, twice."""
    W_enc = tensor([[[1.0], [0.0]], [[0.0], [2.0]]])
    W_dec = tensor([[[1.0, 0.0]], [[0.0, 0.5]]])
    return learner.autoencoder.SparseAutoencoder(W_enc, torch.zeros(2, 1), W_dec, torch.zeros(2, 2))


@exercise("05.encode")
def test_take_away_b_dec_read_add_b_enc_rectify(learner):
    """x − b_dec = (½, ½) reads as (½, ½, −1); with b_enc that is (½, ¼, −½), and nothing stays below zero."""
    sae = one_instance(learner, b_enc=(0.0, -0.25, 0.5), b_dec=(0.5, 0.0))
    expect(sae.encode(tensor([[[1.0, 0.5]]])), "h").to_equal(
        tensor([[[0.5, 0.25, 0.0]]]),
        watch_for=[
            mistake("The ReLU is missing.", tensor([[[0.5, 0.25, -0.5]]])),
            mistake("b_dec was not taken away from x first.", tensor([[[1.0, 0.25, 0.0]]])),
            mistake("b_dec was added to x: take it away.", tensor([[[1.5, 0.25, 0.0]]])),
            mistake("b_enc was left out.", tensor([[[0.5, 0.5, 0.0]]])),
            mistake("b_enc was added after the ReLU.", tensor([[[0.5, 0.25, 0.5]]])),
            mistake("x was multiplied by W_dec's transpose: W_enc is the encoder.", tensor([[[1, 0.25, 1.5]]])),
        ],
    )  # fmt: skip


@exercise("05.encode")
def test_each_instance_encodes_with_its_own_weights(learner):
    """Three examples, the same for both instances."""
    x = tensor([[3.0, 0.5], [1.0, 4.0], [2.0, 1.0]])[:, None].expand(3, 2, 2)
    first = mistake("The first instance's weights were used for all.", tensor([[[3.0]] * 2, [[1.0]] * 2, [[2.0]] * 2]))
    expect(two_instances(learner).encode(x), "h").to_equal(
        tensor([[[3.0], [1.0]], [[1.0], [8.0]], [[2.0], [2.0]]]), watch_for=[first]
    )


@exercise("05.encode")
def test_what_fires_can_be_learned(learner):
    """The gradient of Σh: x for the two features that fire, nothing for the third."""
    sae = one_instance(learner)
    learner.kit.step05.probes.run_backward(sae, "encode", tensor([[[1.0, 2.0]]]))
    expect(learner.kit.step05.probes.gradient(sae, "W_enc"), "the gradient of Σh for W_enc").to_equal(
        tensor([[[1.0, 1.0, 0.0], [2.0, 2.0, 0.0]]]),
        watch_for=[mistake("No gradient reaches W_enc from h: it could not be trained.", torch.zeros(1, 2, 3))],
    )


@exercise("05.encode")
def test_the_input_stays_as_it_is(learner):
    """Training compares x̂ with x later. `x -= …` writes into the caller's tensor."""
    x = tensor([[[1.0, 0.5]]])
    h, after = with_arguments(one_instance(learner, b_dec=(0.5, 0.0)).encode, x)
    written = [mistake("x itself was changed: make a new tensor.", tensor([[[0.5, 0.5]]]))]
    expect(after, "x after encode").to_equal(x, watch_for=written)
    expect(h, "h").to_equal(tensor([[[0.5, 0.5, 0.0]]]))


@exercise("05.decode")
def test_add_up_directions_and_b_dec(learner):
    """2 · (2, 0) + 1 · (−1, 3) + b_dec: what is below zero stays."""
    sae = one_instance(learner, b_dec=(-4.0, 0.5))
    expect(sae.decode(tensor([[[2.0, 0.0, 1.0]]])), "x̂").to_equal(
        tensor([[[-1.0, 3.5]]]),
        watch_for=[
            mistake("b_dec was left out.", tensor([[[3.0, 3.0]]])),
            mistake("b_dec was taken away: encode does that, decode adds it.", tensor([[[7.0, 2.5]]])),
            mistake("x̂ went through a ReLU: only h does.", tensor([[[0.0, 3.5]]])),
            mistake("Directions were made unit vectors on the way: take W_dec as it is.",
                    tensor([[[-2 - 0.1**0.5, 0.5 + 3 * 0.1**0.5]]])),
            mistake("h was multiplied by W_enc's transpose: W_dec is the decoder.", tensor([[[-3.0, -0.5]]])),
        ],
    )  # fmt: skip


@exercise("05.decode")
def test_each_instance_decodes_with_its_own_weights(learner):
    h = tensor([[[3.0], [1.0]], [[1.0], [8.0]], [[2.0], [2.0]]])
    x_hat = tensor([[[3.0, 0.0], [0.0, 0.5]], [[1.0, 0.0], [0.0, 4.0]], [[2.0, 0.0], [0.0, 1.0]]])
    first = mistake("The first instance's weights were used for all.", h * tensor([1.0, 0.0]))
    expect(two_instances(learner).decode(h), "x̂").to_equal(x_hat, watch_for=[first])


@exercise("05.decode")
def test_directions_can_be_learned(learner):
    """The gradient of Σx̂ for a direction: how much of it there is."""
    sae = one_instance(learner)
    learner.kit.step05.probes.run_backward(sae, "decode", tensor([[[2.0, 0.0, 1.0]]]))
    expect(learner.kit.step05.probes.gradient(sae, "W_dec"), "the gradient of Σx̂ for W_dec").to_equal(
        tensor([[[2.0, 2.0], [0.0, 0.0], [1.0, 1.0]]]),
        watch_for=[mistake("No gradient reaches W_dec from x̂: it could not be trained.", torch.zeros(1, 3, 2))],
    )


def pair(result):
    """A Reconstruction, or any other tuple, as a plain tuple; anything else as it is."""
    return tuple(result) if isinstance(result, tuple) else result


@exercise("05.forward")
def test_encode_then_decode_and_return_both(learner):
    """x = (1, ½) reads as (1, ½, 0), which makes 1 · (2, 0) + ½ · (0, 1)."""
    x_hat, h = tensor([[[2.0, 0.5]]]), tensor([[[1.0, 0.5, 0.0]]])
    expect(pair(one_instance(learner)(tensor([[[1.0, 0.5]]]))), "(x̂, h)").to_equal(
        (x_hat, h),
        watch_for=[
            swapped("x̂", "h", (h, x_hat)),
            mistake("What is left over, x − x̂, was returned in place of x̂.", (tensor([[[-1.0, 0.0]]]), h)),
        ],
        parts=("x̂", "h"),
    )


@exercise("05.forward")
def test_another_encode_is_used_where_there_is_one(learner):
    """`TopKSparseAutoencoder` will have its own `encode` and inherit this `forward`. Here a subclass's always answers
    (0, 0, 2)."""
    h = tensor([[[0.0, 0.0, 2.0]]])
    sae = learner.kit.step05.probes.with_encode(one_instance(learner), h)
    own = mistake(
        "A subclass's `encode` was not used: call self.encode in forward.",
        (tensor([[[2.0, 0.5]]]), tensor([[[1.0, 0.5, 0.0]]])),
    )
    expect(pair(sae(tensor([[[1.0, 0.5]]]))), "(x̂, h)").to_equal(
        (tensor([[[-2.0, 6.0]]]), h), watch_for=[own], parts=("x̂", "h")
    )


def sae_loss(learner, error, h, l1):
    """The loss where x − x̂ is `error`: x is the error itself, and x̂ is 0."""
    return learner.autoencoder.sae_loss(error, torch.zeros_like(error), h, tensor(l1))


@exercise("05.sae_loss")
def test_sum_over_the_last_axis_and_mean_over_the_batch(learner):
    """Squared errors of 5 and 9: 7 on average. Activations of 3 and 5: 4 on average, at λ = ¼."""
    error = tensor([[[1.0, -2.0, 0.0]], [[0.0, 3.0, 0.0]]])
    h = tensor([[[1.0, 0.0, 2.0, 0.0]], [[0.0, 5.0, 0.0, 0.0]]])
    expect(sae_loss(learner, error, h, [0.25]), "loss").to_equal(
        tensor([7 + 0.25 * 4]),
        watch_for=[
            mistake("The squared errors were averaged over d: add them up.", tensor([7 / 3 + 1])),
            mistake("The activations were averaged over latents: add them up.", tensor([7 + 0.25])),
            mistake("The last axis was averaged, in both terms: add it up.", tensor([7 / 3 + 0.25])),
            mistake("The batch was added up: average over it.", tensor([16.0])),
            mistake("L1 was added up over the batch: average it, as the error.", tensor([7 + 2.0])),
            mistake("The error was added up over the batch: average it, as L1.", tensor([14 + 1.0])),
            mistake("λ was left out.", tensor([7 + 4.0])),
            mistake("Active latents were counted: add up how active they are.", tensor([7 + 0.25 * 1.5])),
            mistake("The activations were squared: L1 is the sum of their sizes.", tensor([7 + 0.25 * 15])),
            mistake("The length of h was taken: L1 is the sum of the sizes.", tensor([7 + (5**0.5 + 5) / 8])),
            mistake("The error was halved: there is no ½ in this loss.", tensor([3.5 + 1])),
            mistake("The norm of the error was taken: square it.", tensor([(5**0.5 + 3) / 2 + 1])),
            mistake("Absolute errors were taken: square them.", tensor([3 + 1.0])),
            mistake("L1 was left out.", tensor([7.0])),
            mistake(
                "One number came back: each instance has a loss of its own, even if there is but one.", tensor(8.0)
            ),
        ],
    )


@exercise("05.sae_loss")
def test_five_instances_of_any_numbers(learner):
    """Six examples, three dimensions, seven latents, of which some are below zero; both terms are of one size."""
    generator = torch.Generator().manual_seed(0)
    x, x_hat = (torch.randn(6, 5, 3, generator=generator) for _ in range(2))
    h, l1 = torch.randn(6, 5, 7, generator=generator), tensor([0.3, 0.9, 1.7, 0.6, 1.3])
    right = torch.tensor([6.548177, 11.19742, 16.19749, 7.47512, 15.26033])  # by the course's solution
    error, size = (x - x_hat).square(), h.abs()
    squares, sizes = error.sum(-1).mean(0), size.sum(-1).mean(0)
    expect(learner.autoencoder.sae_loss(x, x_hat, h, l1), "loss of five instances").to_equal(
        right,
        watch_for=[
            mistake("The squared errors were averaged over d: add them up.", squares / 3 + l1 * sizes),
            mistake("The activations were averaged over latents: add them up.", squares + l1 * sizes / 7),
            mistake("The last axis was averaged, in both terms: add it up.", squares / 3 + l1 * sizes / 7),
            mistake("The batch was added up: average over it.", lambda: 6 * right),
            mistake("L1 was added up over the batch: average it, as the error.", squares + l1 * sizes * 6),
            mistake("The error was added up over the batch: average it, as L1.", squares * 6 + l1 * sizes),
            mistake("λ was left out.", squares + sizes),
            mistake("L1 was left out.", squares),
            mistake("The error was left out.", l1 * sizes),
            mistake("L1 was taken away from the error: add it.", squares - l1 * sizes),
            mistake("λ was put on the error: it weighs L1.", l1 * squares + sizes),
            mistake("λ was squared.", squares + l1 * l1 * sizes),
            mistake("Active latents were counted: add up how active they are.", squares + l1 * 7),
            mistake("Active latents were counted: add up how active they are.",
                    squares + l1 * (h > 0).sum(-1).float().mean(0)),
            mistake("Latents below zero were counted as a gain: L1 adds up sizes.", squares + l1 * h.sum(-1).mean(0)),
            mistake("Latents below zero were not counted: L1 adds up sizes.", squares + l1 * h.relu().sum(-1).mean(0)),
            mistake("The activations were squared: L1 is the sum of their sizes.",
                    squares + l1 * h.square().sum(-1).mean(0)),
            mistake("The length of h was taken: L1 is the sum of the sizes.", squares + l1 * h.norm(dim=-1).mean(0)),
            mistake("The error was halved: there is no ½ in this loss.", squares / 2 + l1 * sizes),
            mistake("The norm of the error was taken: square it.", error.sum(-1).sqrt().mean(0) + l1 * sizes),
            mistake("Absolute errors were taken: square them.", (x - x_hat).abs().sum(-1).mean(0) + l1 * sizes),
            mistake("x̂ was added to x: the error is x − x̂.", (x + x_hat).square().sum(-1).mean(0) + l1 * sizes),
            mistake("Every instance got the first one's λ.", squares + l1[0] * sizes),
            mistake("Instances were averaged before λ: each has its own activations.",
                    squares.mean() + l1 * sizes.mean()),
            mistake("Instances were averaged before λ: each has its own activations.", squares + l1 * sizes.mean()),
            mistake("Instances were added up: each has a loss of its own.", lambda: right.sum()),
            mistake("Instances were averaged: each has a loss of its own.", lambda: right.mean()),
        ],
    )  # fmt: skip


@exercise("05.sae_loss")
def test_each_instance_pays_its_own_lambda(learner):
    """No errors; activations that add up to 2, 3 and 4 in three instances, for both examples, and λ = ½, 1 and 10."""
    h = tensor([[1.5, 0.5], [1.0, 2.0], [0.0, 4.0]]).expand(2, 3, 2)
    expect(sae_loss(learner, torch.zeros(2, 3, 4), h, [0.5, 1.0, 10.0]), "loss of each instance").to_equal(
        tensor([1.0, 3.0, 40.0]),
        watch_for=[
            mistake("Instances were added up: each has a loss of its own.", tensor(44.0)),
            mistake("Instances were averaged: each has a loss of its own.", tensor(44 / 3)),
            mistake("Instances were averaged before λ: each has its own activations.", tensor([1.5, 3.0, 30.0])),
            mistake("Every instance got the first one's λ.", tensor([1.0, 1.5, 2.0])),
        ],
        parts=("λ = ½", "λ = 1", "λ = 10"),
    )


@exercise("05.sae_loss")
def test_l1_is_a_sum_of_sizes(learner):
    """|2| + |−3|. After a ReLU nothing is negative, but a linear code could be."""
    expect(sae_loss(learner, torch.zeros(1, 1, 2), tensor([[[2.0, -3.0]]]), [1.0]), "loss").to_equal(
        tensor([5.0]),
        watch_for=[mistake("Latents below zero were counted as a gain: L1 adds up sizes.", tensor([-1.0]))],
    )


def with_decoder(learner, *instances):
    """An autoencoder with these rows of W_dec; all else is 1, 2 and 3."""
    W_dec = tensor(instances)
    count, latents, d = W_dec.shape
    W_enc, b_enc, b_dec = torch.ones(count, d, latents), torch.full((count, latents), 2.0), torch.full((count, d), 3.0)
    return learner.autoencoder.SparseAutoencoder(W_enc, b_enc, W_dec, b_dec)


@exercise("05.normalize_decoder_")
def test_every_row_becomes_a_unit_vector(learner):
    """Rows of length 5, ½ and 2."""
    rows = tensor([[[3.0, 4.0], [0.3, -0.4], [0.0, 2.0]]])
    sae = with_decoder(learner, rows[0].tolist())
    learner.autoencoder.normalize_decoder_(sae)
    expect(sae.W_dec, "W_dec").to_equal(
        tensor([[[0.6, 0.8], [0.6, -0.8], [0.0, 1.0]]]),
        watch_for=[
            mistake("W_dec is as it was: change its values in place.", rows),
            mistake("Columns were made unit vectors: a direction is a row.", rows / rows.square().sum(1, True).sqrt()),
            mistake("The matrix as a whole was given length 1: every row should be.", rows / (25 + 0.25 + 4) ** 0.5),
            mistake("Rows shorter than 1 were left alone.", tensor([[[0.6, 0.8], [0.3, -0.4], [0, 1]]])),
            mistake("Rows were divided by their squared length.", tensor([[[0.12, 0.16], [1.2, -1.6], [0, 0.5]]])),
            mistake("Rows were divided by their L1 norm.", tensor([[[3 / 7, 4 / 7], [3 / 7, -4 / 7], [0, 1]]])),
        ],
    )  # fmt: skip


@exercise("05.normalize_decoder_")
def test_a_zero_row_stays_zero(learner):
    sae = with_decoder(learner, [[5.0, 12.0], [0.0, 0.0]])
    learner.autoencoder.normalize_decoder_(sae)
    as_it_was = [mistake("W_dec is as it was: change its values in place.", tensor([[[5.0, 12.0], [0.0, 0.0]]]))]
    expect(sae.W_dec, "W_dec").to_equal(tensor([[[5 / 13, 12 / 13], [0.0, 0.0]]]), watch_for=as_it_was)


@exercise("05.normalize_decoder_")
def test_all_else_stays_as_it_is(learner):
    sae = with_decoder(learner, [[3.0, 4.0], [0.0, 2.0]])
    learner.autoencoder.normalize_decoder_(sae)
    expect(sae.W_enc, "W_enc").to_equal(
        torch.ones(1, 2, 2),
        watch_for=[
            mistake("The encoder was changed to make up for it: it stays.", tensor([[[5.0, 2.0], [5.0, 2.0]]])),
            mistake("The encoder was normalised too: only W_dec is.", torch.full((1, 2, 2), 0.5**0.5)),
        ],
    )
    expect(sae.b_enc, "b_enc").to_equal(torch.full((1, 2), 2.0))
    expect(sae.b_dec, "b_dec").to_equal(torch.full((1, 2), 3.0))


@exercise("05.normalize_decoder_")
def test_the_optimiser_still_holds_w_dec(learner):
    """An optimiser made before goes on training the same parameter: Adam's first step takes a tenth away."""
    sae = with_decoder(learner, [[3.0, 4.0]])
    optimiser = learner.kit.step05.probes.adam(sae, 0.1)
    learner.autoencoder.normalize_decoder_(sae)
    learner.kit.step05.probes.put_gradient(sae, "W_dec", torch.ones(1, 1, 2))
    optimiser.step()
    lost = mistake(
        "The optimiser no longer trains W_dec: a new parameter was put in its place. Change its values in place.",
        tensor([[[0.6, 0.8]]]),
    )
    as_it_was = mistake("W_dec was not normalised: change its values in place.", tensor([[[2.9, 3.9]]]))
    expect(sae.W_dec, "W_dec after a step of Adam").to_equal(tensor([[[0.5, 0.7]]]), watch_for=[lost, as_it_was])


def remove_parallel_gradient(learner, sae, gradient):
    """W_dec's gradient after `remove_parallel_gradient_`, where it was `gradient` before."""
    learner.kit.step05.probes.put_gradient(sae, "W_dec", gradient)
    learner.autoencoder.remove_parallel_gradient_(sae)
    return learner.kit.step05.probes.gradient(sae, "W_dec")


@exercise("05.remove_parallel_gradient_")
def test_what_is_left_is_at_right_angles_to_the_row(learner):
    """Rows of lengths 2 and 5, with directions (0, 1) and (0.6, 0.8), along which the gradient is 5 and 0.6."""
    sae, g = with_decoder(learner, [[0.0, 2.0], [3.0, 4.0]]), tensor([[[3.0, 5.0], [1.0, 0.0]]])
    length, unit = tensor([[[2.0], [5.0]]]), tensor([[[0.0, 1.0], [0.6, 0.8]]])
    along = tensor([[[0.0, 5.0], [0.36, 0.48]]])
    expect(remove_parallel_gradient(learner, sae, g), "the gradient of W_dec").to_equal(
        tensor([[[3.0, 0.0], [0.64, -0.48]]]),
        atol=1e-6,
        watch_for=[
            mistake("The gradient is as it was: change it in place.", g),
            mistake("This is the part along the row: take it away.", along),
            mistake("The part along the row was added: take it away.", g + along),
            mistake("The row's length was left in: both ŵ in (g · ŵ) ŵ are unit vectors.", g - along * length**2),
            mistake("The row's length was left in once: both ŵ in (g · ŵ) ŵ are unit vectors.", g - along * length),
            mistake("The length was divided by once too often: (g · w) w / ‖w‖² has it all.", g - along / length),
            mistake("The part along W_dec as a whole was taken: each row has its own.", g - 13 / 29 * length * unit),
            mistake("Columns were taken for directions: a direction is a row.", tensor([[[3.0, 4.0], [0.0, -2.0]]])),
            mistake("Rows were added up: g · ŵ is one number for each row.", g - 5.6 * unit),
        ],
    )


@exercise("05.remove_parallel_gradient_")
def test_each_instance_has_its_own_rows(learner):
    """The same gradient for both; instance 0's direction is the first axis, instance 1's the second."""
    sae = with_decoder(learner, [[1.0, 0.0]], [[0.0, 1.0]])
    expect(remove_parallel_gradient(learner, sae, tensor([[[3.0, 4.0]], [[3.0, 4.0]]])), "the gradient").to_equal(
        tensor([[[0.0, 4.0]], [[3.0, 0.0]]])
    )


@exercise("05.remove_parallel_gradient_")
def test_a_zero_row_keeps_its_gradient(learner):
    """It has no direction, so nothing is along it."""
    sae = with_decoder(learner, [[0.0, 0.0], [0.0, 1.0]])
    expect(remove_parallel_gradient(learner, sae, tensor([[[3.0, 5.0], [3.0, 5.0]]])), "the gradient").to_equal(
        tensor([[[3.0, 5.0], [3.0, 0.0]]]),
        watch_for=[mistake("The zero row lost its gradient: it keeps it.", tensor([[[0.0, 0.0], [3.0, 0.0]]]))],
    )


@exercise("05.remove_parallel_gradient_")
def test_weights_and_other_gradients_stay(learner):
    sae = with_decoder(learner, [[3.0, 4.0]])
    learner.kit.step05.probes.put_gradient(sae, "W_enc", tensor([[[7.0], [8.0]]]))
    remove_parallel_gradient(learner, sae, tensor([[[1.0, 0.0]]]))
    normalised = [mistake("W_dec was normalised too: that comes after the step.", tensor([[[0.6, 0.8]]]))]
    moved = [mistake("Weights were changed instead of their gradient.", tensor([[[2.64, 3.52]]]))]
    expect(sae.W_dec, "W_dec").to_equal(tensor([[[3.0, 4.0]]]), watch_for=normalised + moved)
    expect(learner.kit.step05.probes.gradient(sae, "W_enc"), "the gradient of W_enc").to_equal(tensor([[[7.0], [8.0]]]))
