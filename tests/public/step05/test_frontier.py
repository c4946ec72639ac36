"""The frontier: what sparsity costs, on trainings of a moment."""

import torch

from autograder import exercise, expect, mistake, swapped


def sparse_data(count, seed, first=0):
    """Four features in eight dimensions, the axes from `first` on, each present three times in ten."""
    generator = torch.Generator().manual_seed(seed)
    present = torch.rand(count, 4, generator=generator) < 0.3
    x = torch.zeros(count, 8)
    x[:, first : first + 4] = present * (0.5 + torch.rand(count, 4, generator=generator))
    return x


SETTINGS = {"steps": 150, "batch_size": 64, "learning_rate": 0.01}


@exercise("05.sparsity_fidelity_frontier")
def test_what_is_paid_for_sparsity_is_fidelity(learner):
    """λ in no order, 0.3, 0, 5: L0 and FVU come back in the same order.

    Measured over 40 seeds: L0 is 1.7 to 3.3, 5.8 to 9.9 and at most 0.1; FVU is 0.04 to 0.1, below 0.01 and about 1.
    With four other schedules L0 is 1.7 to 3.5, 4.8 to 9.0 and at most 0.1.
    """
    train_x, test_x = sparse_data(1000, seed=1), sparse_data(500, seed=2)
    l0, fvu = learner.health.sparsity_fidelity_frontier(train_x, test_x, torch.tensor([0.3, 0.0, 5.0]), 10, **SETTINGS)
    expect(l0, "L0").to_have_shape(3).to_be_finite()
    expect(fvu, "FVU").to_have_shape(3).to_be_finite()
    in_order = bool(l0[2] < l0[0] < l0[1])
    expect(in_order, "the order of L0").to_be_true(
        "A larger λ should give a smaller L0: point i of the frontier is λ i's, in the order in which they were given."
    )
    expect(fvu[1].item(), "FVU without any L1").to_be_at_most(0.15)
    expect(fvu[2].item(), "FVU with so much L1 that nothing is active").to_be_at_least(0.8)


@exercise("05.sparsity_fidelity_frontier")
def test_measured_on_data_that_was_not_trained_on(learner):
    """Trained on features along four axes, measured on features along the four others, which nothing was learned of.

    Measured over 40 seeds: FVU is at least 0.5; if one trains on these or measures on the others, at most 0.02.
    """
    train_x, test_x = sparse_data(1000, seed=1), sparse_data(500, seed=2, first=4)
    _, fvu = learner.health.sparsity_fidelity_frontier(train_x, test_x, torch.tensor([0.01, 0.05]), 10, **SETTINGS)
    expect(bool((fvu > 0.2).all()), "whether FVU is large on other data").to_be_true(
        "The autoencoders reconstruct data that they can know nothing of: train on train_x, measure on test_x."
    )


def by_hand(learner, train_x, test_x, l1, latents, *, seed, start=None, mean=None, **settings):
    """L0 and FVU of autoencoders that begin at the start of the seed `start` and go through `train_sae`.

    What is not given is as it should be: `start` is the seed too, b_dec begins at the mean of the samples.
    """
    mean, start = train_x.mean(0) if mean is None else mean, seed if start is None else start
    weights = learner.autoencoder.initial_weights(len(l1), train_x.shape[1], latents, start, mean)
    sae, shared = learner.autoencoder.SparseAutoencoder(*weights), test_x[:, None].expand(-1, len(l1), -1)
    learner.training.train_sae(sae, train_x[:, None].expand(-1, len(l1), -1), l1, seed=seed, **settings)
    x_hat, h = sae(shared)
    return learner.health.l0(h), learner.health.fraction_of_variance_unexplained(shared, x_hat)


@exercise("05.sparsity_fidelity_frontier")
def test_all_settings_reach_the_training(learner):
    """One λ, and twelve steps of two samples: what comes out is what `train_sae` gives with the same settings."""
    settings = {"steps": 12, "batch_size": 2, "learning_rate": 0.02, "seed": 6}
    data = sparse_data(300, seed=4), sparse_data(200, seed=5), torch.tensor([0.1]), 11
    got = learner.health.sparsity_fidelity_frontier(*data, **settings)

    def unlike(**changes):
        return lambda: by_hand(learner, *data, **settings | changes)[1]

    expect(got.fvu, "FVU").to_equal(
        by_hand(learner, *data, **settings)[1],
        atol=1e-3,
        watch_for=[
            mistake("The seed does not reach `train_sae`: it decides the start, and the draws too.",
                    unlike(start=6, seed=0)),
            mistake("The seed does not reach `initial_weights`: it decides the draws, and the start too.",
                    unlike(start=0)),
            mistake("The seed was ignored.", unlike(seed=0)),
            mistake("The batch size does not reach `train_sae`.", unlike(batch_size=1024)),
            mistake("The learning rate does not reach `train_sae`.", unlike(learning_rate=1e-3)),
            mistake("b_dec started at 0: let it start at the mean of the samples to train on.",
                    unlike(mean=torch.zeros(8))),
        ],
    )  # fmt: skip


@exercise("05.sparsity_fidelity_frontier")
def test_with_hardly_any_training_it_is_the_start_that_is_measured(learner):
    """A learning rate of 1e-8 leaves everything where `initial_weights` put it: the seed's weights for five λ."""
    x = torch.randn(200, 8, generator=torch.Generator().manual_seed(3))
    train_x, l1 = sparse_data(300, seed=4), torch.tensor([0.1, 0.4, 0.0, 0.2, 0.3])
    settings = {"steps": 2, "batch_size": 16, "learning_rate": 1e-8, "seed": 6}
    start = by_hand(learner, train_x, x, l1, 11, **settings)
    wrong = [
        ("Every λ has the same start: λ i is instance i of the start.",
         [part.expand(5) for part in by_hand(learner, train_x, x, l1[:1], 11, **settings)]),
        ("b_dec started at 0: let it start at the mean of the samples to train on.",
         by_hand(learner, train_x, x, l1, 11, **settings, mean=torch.zeros(8))),
        ("The seed does not reach `initial_weights`: it decides the start.",
         by_hand(learner, train_x, x, l1, 11, **settings, start=0)),
        ("It was measured on train_x.", by_hand(learner, train_x, train_x, l1, 11, **settings)),
        ("The learning rate does not reach `train_sae`.",
         by_hand(learner, train_x, x, l1, 11, **settings | {"learning_rate": 1e-3})),
        ("There are not as many latents as asked: `latents` says how many, not the dimensions of x.",
         by_hand(learner, train_x, x, l1, 8, **settings)),
        ("The points are in the order of λ: keep the order in which they were given.",
         [part[l1.argsort()] for part in start]),
        ("The points are in the opposite order.", [part.flip(0) for part in start]),
        ("λ were averaged: there is a point for each.", [part.mean().expand(5) for part in start]),
    ]  # fmt: skip
    got = learner.health.sparsity_fidelity_frontier(train_x, x, l1, 11, **settings)
    expect(got.l0, "L0").to_equal(
        start[0],
        atol=0.02,
        watch_for=[*(mistake(said, values[0]) for said, values in wrong), swapped("L0", "FVU", start[1])],
    )
    expect(got.fvu, "FVU").to_equal(start[1], atol=1e-3, watch_for=[mistake(said, values[1]) for said, values in wrong])
