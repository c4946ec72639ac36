"""The frontier by what it must show, and by what comes of each of its settings."""

import torch

from autograder import exercise, expect, mistake, swapped


def rotated_features(draw, d=7):
    """Unit vectors at right angles, d of them in d dimensions."""
    return torch.linalg.qr(draw.normal(d, d))[0]


def samples(draw, count, features):
    """Each feature present three times in ten, 0.5 to 1.5 of it."""
    return (
        (draw.uniform(count, len(features)) < 0.3) * draw.uniform(count, len(features), low=0.5, high=1.5)
    ) @ features


SETTINGS = {"steps": 150, "batch_size": 64, "learning_rate": 0.01}


@exercise("05.sparsity_fidelity_frontier")
def test_the_order_of_lambdas(learner, draw):
    """Three λ, far apart, in any order but rising: L0 falls and FVU rises with λ.

    Measured over 40 seeds: L0 is 5.3 to 9.0, 1.5 to 2.7 and at most 0.03; FVU is below 0.01, 0.04 to 0.1 and about 1.
    With three other schedules: up to 0.07 and 0.13.
    """
    features = rotated_features(draw)[:4]
    l1 = torch.tensor(
        draw.choice([(0.3, 0.0, 6.0), (6.0, 0.3, 0.0), (0.0, 6.0, 0.3), (6.0, 0.0, 0.3), (0.3, 6.0, 0.0)])
    )
    train_x, test_x = samples(draw, 1000, features), samples(draw, 400, features)
    got = learner.health.sparsity_fidelity_frontier(train_x, test_x, l1, 9, seed=draw.seed(), **SETTINGS)
    expect(got.l0, "L0").to_have_shape(3).to_be_finite()
    expect(got.fvu, "FVU").to_have_shape(3).to_be_finite()
    l0, fvu = got.l0[l1.argsort()], got.fvu[l1.argsort()]
    expect(bool((l0.diff() < 0).all()), "whether L0 falls as λ rises").to_be_true(
        "A larger λ should give a smaller L0: point i of the frontier is λ i's, in the order in which they were given."
    )
    expect(bool(fvu[0] < 0.15 and fvu[2] > 0.8 and fvu[1] < fvu[2]), "whether FVU rises with λ").to_be_true(
        "Without L1 FVU should be small, with a large λ near 1: is fvu the second part, are all λ trained?"
    )


@exercise("05.sparsity_fidelity_frontier")
def test_trained_on_one_thing_measured_on_another(learner, draw):
    """Trained on some features and measured on others, of which nothing was learned: FVU is large.

    Measured over 40 seeds: FVU is at least 1; if one trains on these or measures on the others, at most 0.02.
    """
    features = rotated_features(draw, 8)
    train_x, test_x = samples(draw, 1000, features[:4]), samples(draw, 400, features[4:])
    settings = SETTINGS | {"seed": draw.seed()}
    got = learner.health.sparsity_fidelity_frontier(train_x, test_x, torch.tensor([0.05, 0.02]), 10, **settings)
    expect(bool((got.fvu > 0.2).all()), "whether FVU is large on other data").to_be_true(
        "The autoencoders reconstruct data that they can know nothing of: train on train_x, measure on test_x."
    )


@exercise("05.sparsity_fidelity_frontier")
def test_hardly_trained(learner, reference, draw):
    """With a learning rate of 1e-8 the start is measured, whatever λ: the seed and the number of latents decide."""
    train_x, test_x, seed = draw.normal(60, 5) - 1, 2 + draw.normal(90, 5), draw.seed()
    mean = train_x.mean(0)
    settings = {"steps": 3, "batch_size": 16, "learning_rate": 1e-8}
    got = learner.health.sparsity_fidelity_frontier(
        train_x, test_x, torch.tensor([3.0, 0.0, 0.1]), 11, seed=seed, **settings
    )
    l0, fvu = start_frontier(reference, 3, test_x, 11, seed, mean)
    wrong = [
        ("It was measured on train_x.", start_frontier(reference, 3, train_x, 11, seed, mean)),
        ("The seed does not reach `initial_weights`.", start_frontier(reference, 3, test_x, 11, 0, mean)),
        ("Every λ has the same start.", [x.expand(3) for x in start_frontier(reference, 1, test_x, 11, seed, mean)]),
        ("b_dec started at 0.", start_frontier(reference, 3, test_x, 11, seed, 0 * mean)),
    ]
    too_fast = "Weights moved, though the learning rate is tiny: is it the one that is given?"
    near = bool((got.l0 - l0).abs().max() < 1 and (got.fvu - fvu).abs().max() < 0.1 * fvu.max())
    expect(got.l0, "L0").to_match(
        l0,
        atol=0.03,
        watch_for=[
            *(mistake(said, values[0]) for said, values in wrong),
            swapped("L0", "FVU", fvu),
            mistake(too_fast, got.l0 if near else l0),
        ],
    )
    expect(got.fvu, "FVU").to_match(
        fvu,
        atol=1e-3,
        watch_for=[*(mistake(said, values[1]) for said, values in wrong), mistake(too_fast, got.fvu if near else fvu)],
    )


def start_frontier(reference, count, x, latents, seed, mean):
    """L0 and FVU on x of untrained autoencoders whose b_dec is `mean`."""
    sae = reference.autoencoder.SparseAutoencoder(
        *reference.autoencoder.initial_weights(count, x.shape[1], latents, seed, mean)
    )
    shared = x[:, None].expand(-1, count, -1)
    x_hat, h = sae(shared)
    return reference.health.l0(h), reference.health.fraction_of_variance_unexplained(shared, x_hat)


@exercise("05.sparsity_fidelity_frontier")
def test_all_settings_are_used(learner, draw):
    """One λ, a few steps of few samples: what comes out is what `train_sae` gives with the same settings.

    With several λ two right ways, of training together and of drawing, might not agree. Measured over 40 seeds and
    three ways to train: settings that are left out change the FVU of a seed by 0.0005 and more, mostly by 0.005.
    """
    features = rotated_features(draw)[:4]
    train_x, test_x, l1 = samples(draw, 300, features), samples(draw, 200, features), torch.tensor([0.1])
    settings = {"steps": 10, "batch_size": 2, "learning_rate": 0.02}
    seeds = [draw.seed() for _ in range(3)]
    got = [
        learner.health.sparsity_fidelity_frontier(train_x, test_x, l1, 9, seed=seed, **settings).fvu for seed in seeds
    ]

    def by_hand(**changes):
        return torch.cat(
            [trained(learner, train_x, test_x, l1, seed, **{"seed": seed} | settings | changes) for seed in seeds]
        )

    expect(torch.cat(got), "FVU").to_match(
        by_hand(),
        atol=3e-4,
        watch_for=[
            mistake("The seed does not reach `train_sae`.", lambda: by_hand(seed=0)),
            mistake("The batch size does not reach `train_sae`.", lambda: by_hand(batch_size=1024)),
            mistake("The learning rate does not reach `train_sae`.", lambda: by_hand(learning_rate=1e-3)),
        ],
    )


def trained(learner, train_x, test_x, l1, start, **settings):
    """FVU of what `train_sae` makes of the start with that seed."""
    weights = learner.autoencoder.initial_weights(len(l1), train_x.shape[1], 9, start, train_x.mean(0))
    sae, shared = learner.autoencoder.SparseAutoencoder(*weights), test_x[:, None].expand(-1, len(l1), -1)
    learner.training.train_sae(sae, train_x[:, None].expand(-1, len(l1), -1), l1, **settings)
    return learner.health.fraction_of_variance_unexplained(shared, sae(shared)[0])
