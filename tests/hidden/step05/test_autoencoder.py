"""The autoencoder, its loss and the two rules about directions, on weights of the grader's choice."""

import pytest
import torch

from autograder import exercise, expect, mistake, swapped, with_arguments

SIZES = [(7, 3, 5, 9), (3, 3, 6, 4), (4, 1, 3, 3), (1, 2, 4, 5)]  # batch, instance, d, latent
sizes = pytest.mark.parametrize(("batch", "instances", "d", "latents"), SIZES)


def draw_weights(draw, instances, d, latents):
    """Of no particular lengths, the decoder unlike the encoder, biases as large as what they are added to."""
    return (
        draw.normal(instances, d, latents),
        draw.normal(instances, latents),
        2 * draw.normal(instances, latents, d),
        2 * draw.normal(instances, d),
    )


def matmul(x, W):
    """[batch, instance, a] with [instance, a, b]."""
    return (x.transpose(0, 1) @ W).transpose(0, 1)


@exercise("05.encode")
@sizes
def test_encode_any_weights(learner, reference, draw, batch, instances, d, latents):
    weights, x = draw_weights(draw, instances, d, latents), draw.normal(batch, instances, d)
    W_enc, b_enc, W_dec, b_dec = weights
    read = matmul(x - b_dec, W_enc)
    expect(learner.autoencoder.SparseAutoencoder(*weights).encode(x), "h").to_match(
        reference.autoencoder.SparseAutoencoder(*weights).encode(x),
        atol=1e-4,
        watch_for=[
            mistake("The ReLU is missing.", read + b_enc),
            mistake("b_dec was not taken away from x first.", (matmul(x, W_enc) + b_enc).relu()),
            mistake("b_dec was added to x: take it away.", (matmul(x + b_dec, W_enc) + b_enc).relu()),
            mistake("b_enc was left out.", read.relu()),
            mistake("b_enc was taken away: add it.", (read - b_enc).relu()),
            mistake("b_enc was added after the ReLU.", read.relu() + b_enc),
            mistake("Both biases were left out.", matmul(x, W_enc).relu()),
            mistake("x was multiplied by W_dec's transpose: W_enc is the encoder.",
                    (matmul(x - b_dec, W_dec.mT) + b_enc).relu()),
            mistake("The first instance's weights were used for all.",
                    ((x - b_dec[0]) @ W_enc[0] + b_enc[0]).relu()),
        ],
    )  # fmt: skip


@exercise("05.encode")
def test_the_encoder_gets_a_gradient(learner, reference, draw):
    """At examples where it is beyond doubt who fires."""
    weights, x = draw_weights(draw, 2, 3, 8), draw.normal(200, 2, 3)
    clear = (matmul(x - weights[3], weights[0]) + weights[1]).abs() > 0.01
    x = x[clear.all(-1).all(-1)][:5]
    mine, right = (side.autoencoder.SparseAutoencoder(*weights) for side in (learner, reference))
    for side, sae in ((learner, mine), (reference, right)):
        side.kit.step05.probes.run_backward(sae, "encode", x)
    for name in ("W_enc", "b_enc"):
        want = reference.kit.step05.probes.gradient(right, name)
        expect(learner.kit.step05.probes.gradient(mine, name), f"the gradient of Σh for {name}").to_match(
            want,
            atol=1e-4,
            watch_for=[mistake(f"No gradient reaches {name} from h: it could not be trained.", torch.zeros_like(want))],
        )


@exercise("05.encode")
def test_encode_leaves_its_input_alone(learner, reference, draw):
    weights, x = draw_weights(draw, 2, 3, 4), draw.normal(5, 2, 3)
    h, after = with_arguments(learner.autoencoder.SparseAutoencoder(*weights).encode, x)
    written = [mistake("x itself was changed: make a new tensor.", x - weights[3])]
    expect(after, "x after encode").to_match(x, watch_for=written)
    expect(h, "h").to_match(reference.autoencoder.SparseAutoencoder(*weights).encode(x), atol=1e-4)


@exercise("05.decode")
@sizes
def test_decode_any_weights(learner, reference, draw, batch, instances, d, latents):
    weights, h = draw_weights(draw, instances, d, latents), draw.normal(batch, instances, latents).relu()
    W_enc, _, W_dec, b_dec = weights
    made = matmul(h, W_dec)
    expect(learner.autoencoder.SparseAutoencoder(*weights).decode(h), "x̂").to_match(
        reference.autoencoder.SparseAutoencoder(*weights).decode(h),
        atol=1e-4,
        watch_for=[
            mistake("b_dec was left out.", made),
            mistake("b_dec was taken away: encode does that, decode adds it.", made - b_dec),
            mistake("x̂ went through a ReLU: only h does.", (made + b_dec).relu()),
            mistake("h was multiplied by W_enc's transpose: W_dec is the decoder.", matmul(h, W_enc.mT) + b_dec),
            mistake("Directions were made unit vectors on the way: take W_dec as it is.",
                    matmul(h, torch.nn.functional.normalize(W_dec, dim=-1)) + b_dec),
            mistake("The first instance's weights were used for all.", h @ W_dec[0] + b_dec[0]),
        ],
    )  # fmt: skip


@exercise("05.decode")
def test_the_decoder_gets_a_gradient(learner, draw):
    """Of the sum of all x̂: a direction's is how much of it there is, b_dec's the number of examples."""
    weights, h = draw_weights(draw, 2, 3, 5), draw.uniform(4, 2, 5, low=0.5, high=1.5)
    sae = learner.autoencoder.SparseAutoencoder(*weights)
    learner.kit.step05.probes.run_backward(sae, "decode", h)
    rights = {"W_dec": h.sum(0)[..., None].expand(2, 5, 3), "b_dec": torch.full((2, 3), 4.0)}
    for name, right in rights.items():
        expect(learner.kit.step05.probes.gradient(sae, name), f"the gradient of Σx̂ for {name}").to_match(
            right,
            watch_for=[mistake(f"No gradient reaches {name}: it could not be trained.", torch.zeros_like(right))],
        )


@exercise("05.forward")
@sizes
def test_forward_any_weights(learner, reference, draw, batch, instances, d, latents):
    weights, x = draw_weights(draw, instances, d, latents), draw.normal(batch, instances, d)
    got = learner.autoencoder.SparseAutoencoder(*weights).forward(x)
    x_hat, h = tuple(reference.autoencoder.SparseAutoencoder(*weights).forward(x))
    expect(tuple(got) if isinstance(got, tuple) else got, "(x̂, h)").to_match(
        (x_hat, h),
        watch_for=[
            swapped("x̂", "h", (h, x_hat)),
            mistake("What is left over, x − x̂, was returned in place of x̂.", (x - x_hat, h)),
        ],
    )


@exercise("05.sae_loss")
@sizes
def test_loss_any_numbers(learner, reference, draw, batch, instances, d, latents):
    """Both terms are of one size, so that no reduction hides behind the other."""
    x, x_hat = draw.normal(batch, instances, d), draw.normal(batch, instances, d)
    h, l1 = draw.normal(batch, instances, latents).relu() + 0.1, draw.uniform(instances, low=0.3, high=2.0)
    error, size = (x - x_hat).square(), h.abs()
    squares, sizes = error.sum(-1).mean(0), size.sum(-1).mean(0)
    right = reference.autoencoder.sae_loss(x, x_hat, h, l1)
    expect(learner.autoencoder.sae_loss(x, x_hat, h, l1), "loss").to_match(
        right,
        watch_for=[
            mistake("The squared errors were averaged over d: add them up.", squares / d + l1 * sizes),
            mistake("The activations were averaged over latents: add them up.", squares + l1 * sizes / latents),
            mistake("The last axis was averaged, in both terms: add it up.", squares / d + l1 * sizes / latents),
            mistake("The batch was added up: average over it.", batch * right),
            mistake("L1 was added up over the batch: average it, as the error.", squares + l1 * sizes * batch),
            mistake("The error was added up over the batch: average it, as L1.", squares * batch + l1 * sizes),
            mistake("λ was left out.", squares + sizes),
            mistake("L1 was left out.", squares),
            mistake("The error was left out.", l1 * sizes),
            mistake("L1 was taken away from the error: add it.", squares - l1 * sizes),
            mistake("λ was put on the error: it weighs L1.", l1 * squares + sizes),
            mistake("λ was squared.", squares + l1 * l1 * sizes),
            mistake("x̂ was added to x: the error is x − x̂.", (x + x_hat).square().sum(-1).mean(0) + l1 * sizes),
            mistake("Active latents were counted: add up how active they are.", squares + l1 * latents),
            mistake("The activations were squared: L1 is the sum of their sizes.",
                    squares + l1 * size.square().sum(-1).mean(0)),
            mistake("The length of h was taken: L1 is the sum of the sizes.", squares + l1 * h.norm(dim=-1).mean(0)),
            mistake("The norm of the error was taken: square it.", error.sum(-1).sqrt().mean(0) + l1 * sizes),
            mistake("Absolute errors were taken: square them.", (x - x_hat).abs().sum(-1).mean(0) + l1 * sizes),
            mistake("The error was halved: there is no ½ in this loss.", squares / 2 + l1 * sizes),
            mistake("Every instance got the first one's λ.", squares + l1[0] * sizes),
            mistake("Instances were averaged before λ: each has its own.", squares.mean() + l1 * sizes.mean()),
            mistake("Instances were added up: each has a loss of its own.", right.sum()),
            mistake("Instances were averaged: each has a loss of its own.", right.mean()),
            mistake("Instances were averaged: each has a loss of its own.", right.mean().expand(instances)),
        ],
    )  # fmt: skip


@exercise("05.sae_loss")
def test_latents_below_zero_cost_as_much(learner, draw):
    x, h, l1 = draw.normal(5, 3, 4), draw.uniform(5, 3, 6, low=-2.0, high=-1.0), draw.uniform(3, low=0.5, high=2.0)
    right = l1 * -h.sum(-1).mean(0)
    expect(learner.autoencoder.sae_loss(x, x.clone(), h, l1), "loss where all latents are below zero").to_match(
        right,
        watch_for=[
            mistake("Latents below zero were counted as a gain: L1 adds up sizes.", -right),
            mistake("Latents below zero were not counted: L1 adds up sizes.", torch.zeros(3)),
        ],
    )


def draw_rows(draw, instances, latents, d):
    """Directions at random, and lengths between ¼ and 4."""
    unit = torch.nn.functional.normalize(draw.normal(instances, latents, d), dim=-1)
    return 4 ** draw.uniform(instances, latents, 1, low=-1.0, high=1.0), unit


def with_decoder(side, draw, W_dec):
    instances, latents, d = W_dec.shape
    W_enc, b_enc, b_dec = draw.normal(instances, d, latents), draw.normal(instances, latents), draw.normal(instances, d)
    return (W_enc, b_enc, b_dec), side.autoencoder.SparseAutoencoder(W_enc, b_enc, W_dec, b_dec)


@exercise("05.normalize_decoder_")
@pytest.mark.parametrize(("instances", "latents", "d"), [(3, 7, 4), (2, 3, 6), (1, 4, 4)])
def test_any_decoder_gets_unit_rows(learner, draw, instances, latents, d):
    length, unit = draw_rows(draw, instances, latents, d)
    W = length * unit
    others, sae = with_decoder(learner, draw, W)
    learner.autoencoder.normalize_decoder_(sae)
    expect(sae.W_dec, "W_dec").to_match(
        unit,
        watch_for=[
            mistake("W_dec is as it was: change its values in place.", W),
            mistake("Columns were made unit vectors: a direction is a row.", W / W.norm(dim=1, keepdim=True)),
            mistake("Each instance's matrix was divided by one number: every row has its own length.",
                    W / W.norm(dim=(1, 2), keepdim=True)),
            mistake("All was divided by one number: every row has its own length.", W / W.norm()),
            mistake("Lengths were taken across instances.", W / W.norm(dim=0, keepdim=True)),
            mistake("Rows shorter than 1 were left alone.", W / length.clamp(min=1)),
            mistake("Rows were divided by their squared length.", unit / length),
            mistake("Rows were divided by their L1 norm.", unit / unit.abs().sum(-1, keepdim=True)),
            mistake("Only the first instance was normalised.", torch.cat([unit[:1], W[1:]])),
        ],
    )  # fmt: skip
    for name, before in zip(("W_enc", "b_enc", "b_dec"), others, strict=True):
        changed = mistake(f"{name} was changed too: it stays as it is.", lambda name=name: getattr(sae, name))
        expect(getattr(sae, name), name).to_match(before, watch_for=[changed])


@exercise("05.normalize_decoder_")
def test_short_rows_become_unit_vectors_too(learner, draw):
    length, unit = draw_rows(draw, 2, 5, 3)
    _, sae = with_decoder(learner, draw, 1e-3 * length * unit)
    learner.autoencoder.normalize_decoder_(sae)
    expect(sae.W_dec, "W_dec of short rows").to_match(
        unit,
        atol=1e-4,
        watch_for=[
            mistake("Rows shorter than 1 were left alone.", 1e-3 * length * unit),
            *(
                mistake("Something was added to the lengths: the rows are shorter than 1.", unit / (1 + small / length))
                for small in (1e-3, 1e-2)  # 1e-6 or 1e-5 beside a length of 1e-3
            ),
        ],
    )


@exercise("05.normalize_decoder_")
def test_zero_rows_stay_zero(learner, draw):
    length, unit = draw_rows(draw, 2, 5, 3)
    unit[0, 2] = unit[1, 4] = 0
    _, sae = with_decoder(learner, draw, length * unit)
    learner.autoencoder.normalize_decoder_(sae)
    as_it_was = [mistake("W_dec is as it was: change its values in place.", length * unit)]
    expect(sae.W_dec, "W_dec").to_match(unit, watch_for=as_it_was)


@exercise("05.normalize_decoder_")
def test_the_parameter_stays_the_optimisers(learner, draw):
    """Adam's first step is the learning rate, against the gradient's sign."""
    length, unit = draw_rows(draw, 2, 3, 4)
    _, sae = with_decoder(learner, draw, length * unit)
    optimiser = learner.kit.step05.probes.adam(sae, 0.25)
    learner.autoencoder.normalize_decoder_(sae)
    learner.kit.step05.probes.put_gradient(sae, "W_dec", torch.ones(2, 3, 4))
    optimiser.step()
    lost = "The optimiser no longer trains W_dec: a new parameter was put in its place. Change its values in place."
    expect(sae.W_dec, "W_dec after a step of Adam").to_match(unit - 0.25, atol=1e-4, watch_for=[mistake(lost, unit)])


@exercise("05.remove_parallel_gradient_")
@pytest.mark.parametrize(("instances", "latents", "d"), [(3, 7, 4), (2, 3, 6), (1, 4, 4)])
def test_any_gradient(learner, draw, instances, latents, d):
    """One made of a part along the row and a part across, each of a size."""
    length, unit = draw_rows(draw, instances, latents, d)
    across = draw.normal(instances, latents, d)
    across = across - (across * unit).sum(-1, keepdim=True) * unit
    along = draw.uniform(instances, latents, 1, low=1.0, high=2.0) * unit
    W, g = length * unit, across + along
    others, sae = with_decoder(learner, draw, W)
    kit = learner.kit.step05.probes
    kit.put_gradient(sae, "W_dec", g)
    kit.put_gradient(sae, "W_enc", others[0])
    learner.autoencoder.remove_parallel_gradient_(sae)
    column = W / W.norm(dim=1, keepdim=True)
    expect(kit.gradient(sae, "W_dec"), "the gradient of W_dec").to_match(
        across,
        atol=1e-4,
        watch_for=[
            mistake("The gradient is as it was: change it in place.", g),
            mistake("This is the part along the row: take it away.", along),
            mistake("The part along the row was added: take it away.", g + along),
            mistake("The row's length was left in: both ŵ in (g · ŵ) ŵ are unit vectors.", g - along * length**2),
            mistake("The row's length was left in once: both ŵ in (g · ŵ) ŵ are unit vectors.", g - along * length),
            mistake("The length was divided by once too often: (g · w) w / ‖w‖² has it all.", g - along / length),
            mistake("Columns were taken for directions: a direction is a row.",
                    g - (g * column).sum(1, keepdim=True) * column),
            mistake("Rows were added up: g · ŵ is one number for each row.", g - (g * unit).sum() * unit),
            mistake("Rows were added up: g · ŵ is one number for each row.",
                    g - (g * unit).sum((1, 2), keepdim=True) * unit),
            mistake("The first instance's directions were used for all.",
                    g - (g * unit[:1]).sum(-1, keepdim=True) * unit[:1]),
            mistake("Only the first instance's gradient was changed.", torch.cat([across[:1], g[1:]])),
        ],
    )  # fmt: skip
    expect(sae.W_dec, "W_dec").to_match(
        W,
        watch_for=[
            mistake("W_dec was normalised too: that comes after the step.", unit),
            mistake("Weights were changed: change the gradient alone.", lambda: sae.W_dec),
        ],
    )
    expect(kit.gradient(sae, "W_enc"), "the gradient of W_enc").to_match(others[0])


@exercise("05.remove_parallel_gradient_")
def test_zero_rows_keep_their_gradient(learner, draw):
    length, unit = draw_rows(draw, 2, 5, 3)
    unit[0, 1] = unit[1, 3] = 0
    g = draw.normal(2, 5, 3)
    _, sae = with_decoder(learner, draw, length * unit)
    learner.kit.step05.probes.put_gradient(sae, "W_dec", g)
    learner.autoencoder.remove_parallel_gradient_(sae)
    right = g - (g * unit).sum(-1, keepdim=True) * unit
    lost = mistake("Zero rows lost their gradient: they keep it.", right * (unit != 0))
    expect(learner.kit.step05.probes.gradient(sae, "W_dec"), "the gradient of W_dec").to_match(
        right, atol=1e-5, watch_for=[lost]
    )
