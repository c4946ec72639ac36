"""Scaling and training. Trained weights are judged by what was learned, on the host; where only resampling may change
anything, the learning rate is so small that nothing else does."""

import pytest
import torch
from torch.nn.functional import normalize

from autograder import exercise, expect, expect_error, mistake


@exercise("05.scale_activations")
def test_any_activations(learner, draw):
    for batch, d in ((9, 4), (1, 3), (5, 1)):
        x = draw.choice([0.01, 1.0, 30.0]) * (1 + 2 * torch.arange(batch)[:, None]) * (1 + draw.normal(batch, d))
        norms, centred = x.norm(dim=1), x - x.mean(0)
        factor = norms.square().mean() ** -0.5
        scaled, number = learner.training.scale_activations(x)
        expect(scaled, "the scaled activations").to_match(
            x * factor,
            watch_for=[
                mistake("The mean norm was made 1: the mean *squared* norm is meant.", x / norms.mean()),
                mistake("The mean was taken over all entries: the mean over examples of ‖x‖².", x * factor * d**0.5),
                mistake("It was divided by the mean squared norm, not by its root.", x * factor**2),
                mistake("It was multiplied where it should be divided.", x / factor),
                mistake("The squares were added up over the batch: average.", x * factor / batch**0.5),
                mistake("Every example got its own factor: one number for all.", x / norms[:, None]),
                mistake("Every column got its own factor: one number for all.", x / x.square().mean(0).sqrt()),
                mistake("The activations were centred: only multiply.", (x - x.mean(0)) * factor),
                mistake(
                    "The activations were centred: only multiply.", centred / centred.square().sum(1).mean().sqrt()
                ),
                mistake("The standard deviation was made 1: only the mean squared norm is meant.", x / x.std()),
            ],
        )
        expect(number, "the number").to_match(
            factor.item(), watch_for=[mistake("This is 1 over the number that x was multiplied by.", 1 / factor.item())]
        )


@exercise("05.scale_activations")
def test_zeros_are_refused_whatever_their_shape(learner):
    with expect_error(ValueError):
        learner.training.scale_activations(torch.zeros(1, 5))


def sparse(draw, count, d=8):
    """d features at right angles in d dimensions, each present three times in twenty, 0.5 to 1.5 of it."""
    features = torch.linalg.qr(draw.normal(d, d))[0]
    return features, ((draw.uniform(count, d) < 0.15) * draw.uniform(count, d, low=0.5, high=1.5)) @ features


def start(learner, draw, instances, latents=12, d=8, **changes):
    weights = dict(zip(("W_enc", "b_enc", "W_dec", "b_dec"), _start(draw, instances, d, latents), strict=True))
    return learner.autoencoder.SparseAutoencoder(**weights | changes)


def _start(draw, instances, d, latents):
    W_dec = normalize(draw.normal(instances, latents, d), dim=-1)
    return W_dec.mT.clone(), torch.zeros(instances, latents), W_dec, torch.zeros(instances, d)


def explained(sae, x):
    """L0 and the unexplained share of the variance, for each instance, from the weights."""
    h = (torch.einsum("bid,idm->bim", x - sae.b_dec, sae.W_enc) + sae.b_enc).relu()
    lost = x - torch.einsum("bim,imd->bid", h, sae.W_dec) - sae.b_dec
    return (h > 0).sum(-1).float().mean(0), lost.square().sum((0, 2)) / (x - x.mean(0)).square().sum((0, 2))


def same(x, instances):
    return x[:, None].expand(-1, instances, -1)


@exercise("05.train_sae")
@pytest.mark.parametrize("learning_rate", [1e-5, 0.02])
def test_the_learning_rate_is_the_one_that_is_given(learner, draw, learning_rate):
    """Adam moves a weight by about the learning rate in a step, and never by more than ten times as much."""
    start_at, names = _start(draw, 2, 8, 12), ("W_enc", "b_enc", "W_dec", "b_dec")
    sae, x = learner.autoencoder.SparseAutoencoder(*start_at), same(sparse(draw, 300)[1], 2)
    learner.training.train_sae(sae, x, torch.full((2,), 0.1), steps=5, batch_size=32, learning_rate=learning_rate)
    for name, was in zip(names, start_at, strict=True):
        moved = (getattr(sae, name) - was).abs().max().item() / learning_rate
        expect(moved < 50, f"how far {name} moved").to_be_true(
            "In five steps weights moved by more than the learning rate allows: is it the one that is given, are there "
            "as many steps as asked?"
        )
        expect(moved > 0.02, f"how far {name} moved").to_be_true(
            f"In five steps {name} moved less than the learning rate lets Adam move: is it trained at all, and with "
            "the learning rate that is given?"
        )
    expect(bool(((sae.W_dec.norm(dim=-1) - 1).abs() < 1e-3).all()), "whether rows of W_dec are unit").to_be_true(
        "The rows of W_dec are not unit vectors: normalise them after every step of the optimiser, the last one too."
    )


@exercise("05.train_sae")
def test_any_lambdas(learner, draw):
    """Four λ in any order, and directions that are twice too long at the start: each instance learns what its λ allows.

    λ = 0, 0.05, 0.2 and 3. Measured over 20 seeds (other schedules): L0 is at least 8.5 (7.8), 3.1 to 6.7 (7.0), 1.6 to
    2.6 (3.8), at most 0.1 (0.3); FVU is below 0.01 (0.03), 0.03 (0.06), 0.05 (0.11), above 0.98. If gradients pile up,
    FVU is above 1.1; of plain gradient descent 0.25 and more.
    """
    order = draw.permutation(4)
    l1 = torch.tensor([0.0, 0.05, 0.2, 3.0])[order]
    W_enc, b_enc, W_dec, b_dec = _start(draw, 4, 8, 12)
    sae, x = learner.autoencoder.SparseAutoencoder(W_enc, b_enc, 2 * W_dec, b_dec), same(sparse(draw, 2000)[1], 4)
    learner.training.train_sae(sae, x, l1, steps=150, batch_size=128, learning_rate=0.01, seed=draw.seed())
    expect(float(sae.b_enc.abs().max()) > 0.18, "whether weights moved").to_be_true(
        "Weights hardly moved for so many steps: is the learning rate the one that is given, are there as many steps "
        "as asked?"
    )
    norms = sae.W_dec.norm(dim=-1)
    expect(bool(((norms - 1).abs() < 1e-3).all()), "whether rows of W_dec are unit vectors").to_be_true(
        "The rows of W_dec are not unit vectors: normalise them after every step of the optimiser."
    )
    l0, fvu = (values[order.argsort()] for values in explained(sae, x))
    expect(bool((fvu[:2] < 0.15).all()), "whether it reconstructs with little L1").to_be_true(
        "With λ = 0 and 0.05 the reconstruction is still bad after 150 steps: is every instance trained, are gradients "
        "set to zero before each backward, is it Adam?"
    )
    expect(bool(l0[3] < 0.6 and fvu[3] > 0.8), "whether a large λ silences all").to_be_true(
        "With λ = 3 hardly anything should be active: each instance has its own λ, `l1[instance]`."
    )
    expect(bool(l0[2] < l0[0] - 2 and fvu[2] < 0.25), "whether more L1 gives a smaller L0").to_be_true(
        "λ = 0.2 and λ = 0 gave about the same L0: each instance has its own λ, `l1[instance]`."
    )


@exercise("05.train_sae")
def test_features_of_each_instance_are_found(learner, draw):
    """Two instances, each with features of its own: each finds them.

    Measured over 20 seeds: the mean best cosine is at least 0.99, with five other schedules at least 0.90; of untrained
    directions at most 0.68.
    """
    (first, x), (second, y) = sparse(draw, 2000), sparse(draw, 2000)
    sae = start(learner, draw, 2)
    learner.training.train_sae(
        sae, torch.stack([x, y], 1), torch.tensor([0.2, 0.3]), steps=300, batch_size=128, learning_rate=0.01, seed=1
    )
    rows = normalize(sae.W_dec, dim=-1)
    best = torch.stack([(first @ rows[0].T).amax(1).mean(), (second @ rows[1].T).amax(1).mean()])
    expect(best, "mean cosine between the true features and the best direction for each").to_be_at_least(0.82)


@exercise("05.train_sae")
def test_every_step_sees_other_samples(learner, draw):
    """Small batches, but many: together they are enough.

    Batches of four. Measured over 20 seeds and six schedules: FVU is at most 0.15; when it is always the same batch, at
    least 0.43.
    """
    sae, x = start(learner, draw, 2), same(sparse(draw, 2000)[1], 2)
    learner.training.train_sae(sae, x, torch.zeros(2), steps=200, batch_size=4, learning_rate=0.01, seed=draw.seed())
    expect(bool((explained(sae, x)[1] < 0.28).all()), "whether it learned from many samples").to_be_true(
        "200 batches of four are enough for a good reconstruction, but this one is bad: is every batch drawn anew?"
    )


@exercise("05.train_sae")
@pytest.mark.parametrize("resample_at", [(), (4,)])
def test_seeds(learner, draw, resample_at):
    seed = draw.seed()
    x, weights = same(sparse(draw, 300)[1], 3), _start(draw, 3, 8, 12)
    weights[1][:, ::3] = -9.0  # dead: resampling draws too
    settings = {"steps": 9, "batch_size": 16, "learning_rate": 0.01, "resample_at": resample_at}
    first, again, other = (
        learner.training.train_sae(
            learner.autoencoder.SparseAutoencoder(*weights), x, torch.full((3,), 0.1), seed=chosen, **settings
        )
        for chosen in (seed, seed, seed + 1)
    )
    for name in ("W_enc", "W_dec"):
        got = [getattr(sae, name) for sae in (first, again, other)]
        expect(bool((got[0] - got[1]).abs().max() < 1e-4), "whether the same seed gives the same weights").to_be_true(
            "The same seed gave other weights: draw batches, and what resampling draws, from a generator seeded with "
            "`seed`, not from PyTorch's global one."
        )
        expect(bool((got[0] - got[2]).abs().max() > 1e-3), "whether another seed gives other weights").to_be_true(
            "Two seeds gave the same weights: draw the batches from a generator seeded with `seed`."
        )


@exercise("05.train_sae")
def test_directions_turn_towards_what_is_missing(learner, draw):
    """One sample, one feature of activation 1 that is far too long: its direction turns towards the sample.

    Adam's first steps are as large in every coordinate, and with the parallel part of the gradient they turn it the
    wrong way. Every instance is the same in other signs and the other order of coordinates.
    """
    direction, x = torch.tensor([0.8, 0.6]), torch.tensor([0.3, 0.25])
    signs = torch.tensor([1.0, -1.0])[draw.integers(0, 2, 5, 2)]
    flip = draw.integers(0, 2, 5).bool()[:, None]
    W_dec = (torch.where(flip, direction.flip(0), direction) * signs)[:, None]
    sample = torch.where(flip, x.flip(0), x) * signs
    side = torch.where(flip, torch.tensor([0.8, -0.6]), torch.tensor([-0.6, 0.8])) * signs
    sae = learner.autoencoder.SparseAutoencoder(torch.zeros(5, 2, 1), torch.ones(5, 1), W_dec, torch.zeros(5, 2))
    learner.training.train_sae(sae, sample.expand(16, 5, 2), torch.zeros(5), steps=3, batch_size=4, learning_rate=0.01)
    turned = (sae.W_dec[:, 0] * side).sum(1)
    expect(bool((turned.abs() > 1e-4).all()), "whether features turned").to_be_true(
        "Some features did not turn at all: is W_dec of every instance trained, in place?"
    )
    expect(bool((turned > 0).all()), "whether features turned to where they should").to_be_true(
        "Features turned away from the sample: call `remove_parallel_gradient_` between backward and the step."
    )


@exercise("05.train_sae")
def test_those_that_fired_only_before_the_last_time_are_dead(learner, draw):
    """A large λ silences all latents early: they are dead to a later resampling if there was one in between, and alive
    if not.

    λ = 8 silences every latent within the first 20 steps (measured over 40 trainings in four schedules), but for a few
    that flicker later. After step 100 all have fired since the start, but hardly one since step 50: where both are
    times to resample, most have a bias of 0 at the end, and where it is step 100 alone, none has.
    """
    x = same(normalize(draw.normal(300, 8), dim=-1), 2)
    for resample_at in ((100,), (50, 100)):
        sae = start(learner, draw, 2)
        settings = {"steps": 100, "batch_size": 32, "learning_rate": 0.05, "seed": draw.seed()}
        learner.training.train_sae(sae, x, torch.full((2,), 8.0), resample_at=resample_at, **settings)
        resampled = int((sae.b_enc == 0).sum())
        if resample_at == (100,):
            expect(resampled < 3, "whether the living were resampled").to_be_true(
                "Latents were resampled that had fired since the start: go by all samples, not by the last batch."
            )
            expect(explained(sae, x)[0].max().item() < 1, "whether latents are silent").to_be_true(
                "So large a λ should silence all latents: is each instance's λ used, and the learning rate?"
            )
        else:
            expect(resampled > 8, "whether the dead were resampled").to_be_true(
                "Latents that have not fired since the last resampling were left alone: forget then who has fired."
            )


@exercise("05.train_sae")
def test_resampling_brings_features_back(learner, draw):
    """Half of the latents never fire at the start: in the end they do.

    Measured over 20 seeds: all twelve fire in the end.
    """
    b_enc = torch.zeros(2, 12)
    b_enc[:, ::2] = -9
    sae, x = start(learner, draw, 2, b_enc=b_enc), same(sparse(draw, 1000)[1], 2)
    settings = {"steps": 120, "batch_size": 64, "learning_rate": 0.01, "seed": draw.seed()}
    learner.training.train_sae(sae, x, torch.full((2,), 0.05), resample_at=(20, 40), **settings)
    fires = (torch.einsum("bid,idm->bim", x - sae.b_dec, sae.W_enc) + sae.b_enc > 0).any(0)[:, ::2]
    expect(int(fires.sum()) >= 6, "whether the dead came back").to_be_true(
        "Features that were dead at the start are dead at the end: give them to `resample_dead_features`, with the "
        "optimiser, after each of the steps in `resample_at`."
    )
