"""Scaling and training. Trained weights are judged by what was learned: the order of the draws, the
schedule of the learning rate and the like are free."""

import torch

from autograder import exercise, expect, expect_error, mistake


@exercise("05.scale_activations")
def test_the_mean_squared_norm_becomes_one(learner):
    """Squared norms 25, 5, 2 and 0: 8 on average."""
    x = torch.tensor([[3.0, 4], [2, 1], [-1, 1], [0, 0]])
    norms, centred = x.norm(dim=1), x - x.mean(0)
    scaled, factor = learner.training.scale_activations(x)
    expect(scaled, "the scaled activations").to_equal(
        x / 8**0.5,
        watch_for=[
            mistake("The mean norm was made 1: the mean *squared* norm is meant.", x / norms.mean()),
            mistake("The mean was taken over all entries: the mean over examples of ‖x‖² is meant.", x / 2),
            mistake("It was divided by the mean squared norm, not by its root.", x / 8),
            mistake("It was multiplied where it should be divided.", x * 8**0.5),
            mistake("The squares were added up over the batch: average.", x / 32**0.5),
            mistake("Every example got its own factor: one number for all.", x / norms.clamp(min=1e-9)[:, None]),
            mistake("Every column got its own factor: one number for all.", x / x.square().mean(0).sqrt()),
            mistake("The activations were centred: only multiply.", (x - x.mean(0)) / 8**0.5),
            mistake("The activations were centred: only multiply.", centred / centred.square().sum(1).mean() ** 0.5),
        ],
    )
    expect(factor, "the number").to_equal(
        8**-0.5, watch_for=[mistake("This is 1 over the number that x was multiplied by.", 8**0.5)]
    )


@exercise("05.scale_activations")
def test_zeros_are_refused(learner):
    with expect_error(ValueError):
        learner.training.scale_activations(torch.zeros(3, 2))


def sparse_samples(count, instances, seed=0):
    """Eight features at right angles, in eight dimensions, each present three times in twenty: features and x."""
    generator = torch.Generator().manual_seed(seed)
    features = torch.linalg.qr(torch.randn(8, 8, generator=generator)).Q
    present = torch.rand(count, 8, generator=generator) < 0.15
    x = (present * (0.5 + torch.rand(count, 8, generator=generator))) @ features
    return features, x[:, None].expand(-1, instances, -1)


def start(learner, instances=2, latents=12, seed=0):
    return learner.autoencoder.SparseAutoencoder(*learner.autoencoder.initial_weights(instances, 8, latents, seed))


def explained(sae, x):
    """L0 and the unexplained share of the variance, for each instance, from the weights."""
    h = (torch.einsum("bid,idm->bim", x - sae.b_dec, sae.W_enc) + sae.b_enc).relu()
    lost = x - torch.einsum("bim,imd->bid", h, sae.W_dec) - sae.b_dec
    return (h > 0).sum(-1) / 1.0, lost.square().sum((0, 2)) / (x - x.mean(0)).square().sum((0, 2))


@exercise("05.train_sae")
def test_it_trains_in_place_and_returns_what_it_was_given(learner):
    sae, before = start(learner), start(learner)
    x = sparse_samples(100, 2)[1]
    trained = learner.training.train_sae(sae, x, torch.full((2,), 0.1), steps=10, batch_size=16, learning_rate=0.01)
    expect(trained is not None, "what is returned").to_be_true("Nothing was returned: return the autoencoder itself.")
    for name in ("W_enc", "b_enc", "W_dec", "b_dec"):
        was, now, returned = (getattr(holder, name) for holder in (before, sae, trained))
        expect(now, name).to_have_shape(*was.shape).to_be_finite()
        expect(bool(((now - was).abs() > 1e-3).flatten(1).any(1).all()), f"whether {name} changed").to_be_true(
            f"{name} of the autoencoder that was given did not change in every instance: train all of them, in place."
        )
        expect(returned, f"{name} of what is returned").to_equal(now)


HARDLY_MOVED = (
    "Weights hardly moved for so many steps: is the learning rate the given one, are there as many steps as asked?"
)


def furthest(now, was):
    """By how much the weight moved that moved most."""
    return float((now - was).abs().max())


@exercise("05.train_sae")
def test_the_learning_rate_is_the_one_that_is_given(learner):
    """Adam moves a weight by about the learning rate in each step: here by 0.0002 or 0.1 in five of them.

    Measured over 20 seeds and three schedules: 3.6 to 5.1 learning rates.
    """
    x, l1, was = sparse_samples(200, 2)[1], torch.full((2,), 0.1), start(learner).W_enc
    for learning_rate in (4e-5, 0.02):
        sae = start(learner)
        learner.training.train_sae(sae, x, l1, steps=5, batch_size=16, learning_rate=learning_rate)
        moved = furthest(sae.W_enc, was) / learning_rate
        expect(0.5 < moved < 25, "how far weights moved").to_be_true(
            f"In five steps the weight that moved most moved by {moved:.1f} learning rates: is the learning rate the "
            "one that is given, are there as many steps as asked?"
        )


@exercise("05.train_sae")
def test_the_seed_decides(learner):
    x, l1 = sparse_samples(200, 2)[1], torch.full((2,), 0.1)
    first, again, other = (
        learner.training.train_sae(start(learner), x, l1, steps=8, batch_size=8, learning_rate=0.01, seed=seed).W_enc
        for seed in (3, 3, 4)
    )
    expect(bool((again - first).abs().max() < 1e-4), "whether the same seed gives the same weights").to_be_true(
        "The same seed gave other weights: draw from a generator seeded with `seed`, not from PyTorch's global one."
    )
    expect(bool((first - other).abs().max() > 1e-3), "whether another seed gives other weights").to_be_true(
        "Two seeds gave the same weights: draw the batches from a generator seeded with `seed`."
    )


@exercise("05.train_sae")
def test_directions_are_unit_vectors_when_it_comes_back(learner):
    sae = start(learner)
    x, l1 = sparse_samples(200, 2)[1], torch.tensor([0.0, 0.3])
    learner.training.train_sae(sae, x, l1, steps=20, batch_size=16, learning_rate=0.02)
    norms = sae.W_dec.norm(dim=-1)
    expect(bool(((norms - 1).abs() < 1e-3).all()), "whether rows of W_dec are unit vectors").to_be_true(
        "The rows of W_dec are not unit vectors: normalise them after every step of the optimiser."
    )


@exercise("05.train_sae")
def test_directions_turn_and_do_not_stretch(learner):
    """One sample, x = (0.3, 0.25), one feature of activation 1 and direction (0.8, 0.6): x̂ is far too long, and it
    should turn a little to the left.

    To (0.77, 0.64), that is. The gradient has the signs (+, +), and Adam's first steps are as large in every
    coordinate: without `remove_parallel_gradient_` they turn the feature to the right.
    """
    sae = learner.autoencoder.SparseAutoencoder(
        torch.zeros(1, 2, 1), torch.ones(1, 1), torch.tensor([[[0.8, 0.6]]]), torch.zeros(1, 2)
    )
    x = torch.tensor([0.3, 0.25]).expand(16, 1, 2)
    learner.training.train_sae(sae, x, torch.zeros(1), steps=3, batch_size=4, learning_rate=0.01)
    left = float(sae.W_dec[0, 0] @ torch.tensor([-0.6, 0.8]))
    expect(abs(left) > 1e-4, "whether the feature turned").to_be_true(
        "The feature did not turn at all: train W_dec too."
    )
    expect(left > 0, "whether the feature turned to the left").to_be_true(
        "The feature turned away from the sample: call `remove_parallel_gradient_` between backward and the step."
    )


@exercise("05.train_sae")
def test_more_l1_fewer_features(learner):
    """λ = 0.2, 0 and 3, trained together: the larger λ, the fewer features are active.

    Measured over 20 seeds: L0 is 1.7 to 2.6, 8.6 to 10.5 and at most 0.1; FVU is 0.02 to 0.05, at most 0.01 and at
    least 0.99. With six other schedules: up to 3.8, 0.10 and 0.03. If gradients pile up, FVU is at least 1.1
    throughout. The bias that moves most moves by 0.30 to 0.41; at a tenth of the learning rate by 0.13.
    """
    sae, x = start(learner, 3), sparse_samples(2000, 3)[1]
    learner.training.train_sae(
        sae, x, torch.tensor([0.2, 0.0, 3.0]), steps=150, batch_size=128, learning_rate=0.01, seed=5
    )
    l0, fvu = explained(sae, x)
    l0 = l0.mean(0)
    expect(furthest(sae.b_enc, torch.zeros(1)) > 0.18, "whether weights moved").to_be_true(HARDLY_MOVED)
    expect(bool(fvu[1] < 0.12), "whether it reconstructs without L1").to_be_true(
        "Without L1 the reconstruction is still bad after 150 steps: is every instance trained, are gradients set to "
        "zero before each backward, is it Adam?"
    )
    expect(bool(l0[2] < 0.5 and fvu[2] > 0.8), "whether a large λ silences all").to_be_true(
        "With λ = 3 hardly anything should be active: each instance has its own λ, `l1[instance]`."
    )
    expect(bool(l0[0] < l0[1] - 2), "whether more L1 gives a smaller L0").to_be_true(
        "λ = 0.2 and λ = 0 gave about the same L0: each instance has its own λ, `l1[instance]`."
    )
    expect(fvu[0].item(), "FVU with λ = 0.2").to_be_at_most(0.25, idle=("answering with the mean of the data", 1.0))


@exercise("05.train_sae")
def test_it_finds_the_features(learner):
    """λ = 0.2 and 0.3, 300 steps: each of the eight true features has a direction close to it.

    Measured over 20 seeds: the eight features' mean best cosine is at least 0.99, with five other schedules at least
    0.90; of untrained directions at most 0.68.
    """
    features, x = sparse_samples(2000, 2, seed=1)
    sae = start(learner, seed=1)
    learner.training.train_sae(sae, x, torch.tensor([0.2, 0.3]), steps=300, batch_size=128, learning_rate=0.01)
    best = torch.einsum("fd,imd->ifm", features, torch.nn.functional.normalize(sae.W_dec, dim=-1)).amax(-1)
    expect(best.mean(1), "mean cosine between the true features and the best direction for each").to_be_at_least(0.82)


@exercise("05.train_sae")
def test_no_steps_change_nothing(learner):
    sae, before = start(learner), start(learner)
    learner.training.train_sae(sae, sparse_samples(20, 2)[1], torch.full((2,), 0.1), steps=0, batch_size=4)
    for name in ("W_enc", "b_enc", "W_dec", "b_dec"):
        expect(getattr(sae, name), f"{name} after 0 steps").to_equal(getattr(before, name))


@exercise("05.train_sae")
def test_resampled_features_take_part(learner):
    """Half of the latents start with a bias of −9 and never fire: only resampling, twice, can bring them back.

    Measured over 20 seeds: all of them fire in the end; without resampling none.
    """
    W_enc, b_enc, W_dec, b_dec = learner.autoencoder.initial_weights(2, 8, 12, 0)
    b_enc[:, ::2] = -9
    sae, x = learner.autoencoder.SparseAutoencoder(W_enc, b_enc, W_dec, b_dec), sparse_samples(1000, 2)[1]
    learner.training.train_sae(
        sae, x, torch.full((2,), 0.05), steps=120, batch_size=64, learning_rate=0.01, resample_at=(20, 40)
    )
    fires = (torch.einsum("bid,idm->bim", x - sae.b_dec, sae.W_enc) + sae.b_enc > 0).any(0)[:, ::2]
    expect(int(fires.sum()) >= 6, "whether the dead came back").to_be_true(
        "Features that were dead at the start are dead at the end: give them to `resample_dead_features`, with the "
        "optimiser, after each of the steps in `resample_at`."
    )
