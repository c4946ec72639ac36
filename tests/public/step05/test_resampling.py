"""Resampling: what a dead feature becomes, who is left alone, and which examples are drawn how often."""

import pytest
import torch

from autograder import exercise, expect, mistake


def two_weights(b_dec=(0.0, 0.0)):
    """Two instances, d = 2, three latents. The encoder's columns have norms 1, 5, 3 and 2, 2, 6."""
    return {
        "W_enc": torch.tensor([[[1.0, 3, 0], [0, 4, -3]], [[2.0, 0, 6], [0, 2, 0]]]),
        "b_enc": torch.tensor([[-0.5, -1, -2], [-0.5, -1, -2]]),
        "W_dec": torch.tensor([[[1.0, 0], [0.6, 0.8], [0, -1]], [[1.0, 0], [0, 1], [1, 0]]]),
        "b_dec": torch.tensor([b_dec, b_dec]),
    }


def two_autoencoders(learner, b_dec=(0.0, 0.0)):
    return learner.autoencoder.SparseAutoencoder(*two_weights(b_dec).values())


ONE_EXAMPLE = torch.tensor([[[4.0, 6.0], [6.0, 8.0]]]).expand(5, 2, 2)  # five times the same


@exercise("05.resample_dead_features")
def test_a_dead_feature_points_from_b_dec_to_an_example(learner):
    """All examples are the same: no choice. Seen from b_dec = (1, 2) they lie at (3, 4) in instance 0: (0.6, 0.8)."""
    sae = two_autoencoders(learner, b_dec=(1.0, 2.0))
    optimiser = learner.kit.step05.probes.adam(sae)
    learner.training.resample_dead_features(sae, optimiser, ONE_EXAMPLE, torch.tensor([[True, False, False]] * 2))
    expect(sae.W_dec[:, 0], "the dead feature's row of W_dec, in each instance").to_equal(
        torch.tensor([[0.6, 0.8], [5 / 61**0.5, 6 / 61**0.5]]),
        watch_for=[
            mistake(
                "b_dec was not taken away from the example.", torch.tensor([[4 / 52**0.5, 6 / 52**0.5], [0.6, 0.8]])
            ),
            mistake("This is instance 0's example: each feature gets one of its own.", torch.tensor([[0.6, 0.8]] * 2)),
            mistake("The row is not a unit vector.", torch.tensor([[3.0, 4], [5, 6]])),
            mistake("This is the direction of the error x − x̂: that of x − b_dec is meant.", error_direction(sae)),
            mistake("Nothing changed: change sae's own weights, in place.", torch.tensor([[1.0, 0], [1, 0]])),
        ],
    )


def error_direction(sae):
    """What the reconstruction lacks of ONE_EXAMPLE, as unit vectors, before anything is changed."""
    W_enc = torch.tensor([[[1.0, 3, 0], [0, 4, -3]], [[2.0, 0, 6], [0, 2, 0]]])
    W_dec = torch.tensor([[[1.0, 0], [0.6, 0.8], [0, -1]], [[1.0, 0], [0, 1], [1, 0]]])
    centred = ONE_EXAMPLE[0] - torch.tensor([1.0, 2.0])
    h = (torch.einsum("id,idm->im", centred, W_enc) + torch.tensor([-0.5, -1, -2])).relu()
    return torch.nn.functional.normalize(centred - torch.einsum("im,imd->id", h, W_dec), dim=-1)


@exercise("05.resample_dead_features")
def test_three_instances_in_four_dimensions(learner):
    """One example for each instance, five times, and one dead feature of five in each, at another place."""
    generator = torch.Generator().manual_seed(0)
    W_enc, b_enc = torch.randn(3, 4, 5, generator=generator), -torch.rand(3, 5, generator=generator)
    W_dec, b_dec = torch.randn(3, 5, 4, generator=generator), torch.randn(3, 4, generator=generator)
    sae = learner.autoencoder.SparseAutoencoder(W_enc.clone(), b_enc.clone(), W_dec.clone(), b_dec.clone())
    example = 2 * torch.randn(3, 4, generator=generator)
    dead, here = torch.zeros(3, 5, dtype=torch.bool), torch.arange(3)
    dead[here, [3, 0, 4]] = True
    optimiser = learner.kit.step05.probes.adam(sae)
    learner.training.resample_dead_features(sae, optimiser, example.expand(5, 3, 4), dead)
    seen = example - b_dec
    right = seen / seen.norm(dim=1, keepdim=True)
    h = ((seen[:, None] @ W_enc)[:, 0] + b_enc).relu()
    error = seen - (h[:, None] @ W_dec)[:, 0]
    expect(sae.W_dec[dead], "the dead features' rows of W_dec").to_equal(
        right,
        watch_for=[
            mistake("b_dec was not taken away from the example.", example / example.norm(dim=1, keepdim=True)),
            mistake("b_dec was added to the example: take it away.",
                    (example + b_dec) / (example + b_dec).norm(dim=1, keepdim=True)),
            mistake("The row is not a unit vector.", seen),
            mistake("The row was divided by the square of its length.", seen / seen.square().sum(1, keepdim=True)),
            mistake("The row points from the example to b_dec.", -right),
            mistake("This is the direction of the error x − x̂: that of x − b_dec is meant.",
                    error / error.norm(dim=1, keepdim=True)),
            mistake("This is instance 0's example: each feature gets one of its own.",
                    (example[:1] - b_dec) / (example[:1] - b_dec).norm(dim=1, keepdim=True)),
            mistake("This is instance 0's b_dec: each instance has its own.",
                    (example - b_dec[:1]) / (example - b_dec[:1]).norm(dim=1, keepdim=True)),
            mistake("Nothing changed: change sae's own weights, in place.", W_dec[dead]),
        ],
    )  # fmt: skip
    norms = W_enc.norm(dim=1)
    alive = ((norms.sum(1) - norms[dead]) / 4)[:, None]
    expect(sae.W_enc.mT[dead], "the dead features' columns of W_enc").to_equal(
        0.2 * alive * right,
        watch_for=[
            mistake("The dead features' own norms were averaged in.", 0.2 * norms.mean(1, keepdim=True) * right),
            mistake("All instances' live features were averaged.", 0.2 * alive.mean() * right),
            mistake("The norms of live features were added up: average them.", 0.8 * alive * right),
            mistake("The norm of the live columns' mean was taken: the mean of their norms is meant.",
                    0.2 * (W_enc * ~dead[:, None]).sum(2).norm(dim=1, keepdim=True) / 4 * right),
            mistake("The norms of rows of W_dec were averaged: those of W_enc's columns are meant.",
                    0.2 * ((W_dec.norm(dim=2) * ~dead).sum(1, keepdim=True) / 4) * right),
            mistake("The factor 0.2 is missing.", alive * right),
            mistake("It is 0.2 long: times the mean norm of the live features' columns.", 0.2 * right),
            mistake("The example was scaled as it is: its direction is meant.", 0.2 * alive * seen),
            mistake("W_enc was not changed.", W_enc.mT[dead]),
        ],
    )  # fmt: skip


@exercise("05.resample_dead_features")
def test_two_features_may_get_the_same_example(learner):
    """One of three examples has nearly all of the error: all three dead features get it."""
    sae = two_autoencoders(learner)
    x = torch.tensor([[0.0, -0.01], [-6.0, -8.0], [-0.01, 0.0]])[:, None].expand(3, 2, 2)
    dead = torch.tensor([[True, True, True], [False, False, False]])
    learner.training.resample_dead_features(sae, learner.kit.step05.probes.adam(sae), x, dead)
    rows = sae.W_dec[0][sae.W_dec[0, :, 0].argsort()]
    expect(rows, "rows of dead features in W_dec, in order").to_equal(
        torch.tensor([-0.6, -0.8]).expand(3, 2),
        watch_for=[
            mistake(
                "Each dead feature got another example, though one has nearly all of the error: draw with replacement.",
                torch.tensor([[-1, 0], [-0.6, -0.8], [0, -1]]),
            )
        ],
    )


@exercise("05.resample_dead_features")
def test_its_encoder_column_is_a_fifth_as_long_as_the_live_ones(learner):
    """The example's direction is (0.6, 0.8) in both instances. Live columns have norms 5 and 3, mean 4, in instance 0;
    2 in instance 1, where only one feature is alive."""
    sae = two_autoencoders(learner)
    x = torch.tensor([[[3.0, 4.0], [6.0, 8.0]]]).expand(5, 2, 2)
    dead = torch.tensor([[True, False, False], [True, False, True]])
    learner.training.resample_dead_features(sae, learner.kit.step05.probes.adam(sae), x, dead)
    along = torch.tensor([0.6, 0.8])
    expect(sae.W_enc[:, :, 0], "the dead feature's column of W_enc, in each instance").to_equal(
        along * torch.tensor([[0.8], [0.4]]),
        watch_for=[
            mistake("The dead features' own norms were averaged in.", along * torch.tensor([[0.6], [2 / 3]])),
            mistake("All instances' live features were averaged.", along.expand(2, 2) * 2 / 3),
            mistake("The factor 0.2 is missing.", along * torch.tensor([[4.0], [2.0]])),
            mistake("It is 0.2 long: times the mean norm of the live features' columns.", along.expand(2, 2) * 0.2),
            mistake("W_enc was not changed.", torch.tensor([[1.0, 0], [2, 0]])),
        ],
    )
    expect(sae.b_enc, "b_enc").to_equal(
        torch.tensor([[0.0, -1, -2], [0, -1, 0]]),
        watch_for=[mistake("b_enc of dead features was not made 0.", torch.tensor([[-0.5, -1, -2]] * 2))],
    )


@exercise("05.resample_dead_features")
def test_where_none_is_alive_the_norm_is_a_fifth(learner):
    sae = two_autoencoders(learner)
    dead = torch.tensor([[True, True, True], [False, False, True]])
    learner.training.resample_dead_features(sae, learner.kit.step05.probes.adam(sae), ONE_EXAMPLE, dead)
    expect(sae.W_enc, "W_enc").to_be_finite()
    expect(sae.W_enc[0].norm(dim=0), "norms of the encoder columns where all features were dead").to_equal(
        torch.full((3,), 0.2)
    )


@exercise("05.resample_dead_features")
def test_the_living_keep_their_weights(learner):
    sae, before = two_autoencoders(learner), two_weights()
    dead = torch.tensor([[False, True, False], [False, False, False]])
    learner.training.resample_dead_features(sae, learner.kit.step05.probes.adam(sae), ONE_EXAMPLE, dead)
    live = ~dead
    expect(sae.W_dec[live], "W_dec's rows of live features").to_equal(before["W_dec"][live])
    expect(sae.W_enc.mT[live], "W_enc's columns of live features").to_equal(before["W_enc"].mT[live])
    expect(sae.b_enc[live], "b_enc of live features").to_equal(before["b_enc"][live])
    expect(sae.b_dec, "b_dec").to_equal(before["b_dec"])


@exercise("05.resample_dead_features")
def test_the_optimiser_forgets_the_dead_and_nobody_else(learner):
    """After a step with the gradient 1 + |w| Adam remembers a tenth of it, and a thousandth of its square."""
    sae, weights = two_autoencoders(learner, b_dec=(1.0, 2.0)), two_weights(b_dec=(1.0, 2.0))
    optimiser = learner.kit.step05.probes.adam(sae)
    learner.kit.step05.probes.remember_a_step(sae, optimiser)
    dead = torch.tensor([[False, True, False], [True, False, False]])
    learner.training.resample_dead_features(sae, optimiser, ONE_EXAMPLE, dead)
    after = learner.kit.step05.probes.adam_moments(sae, optimiser)
    masks = {"W_enc": dead[:, None], "b_enc": dead, "W_dec": dead[:, :, None], "b_dec": torch.tensor(False)}
    for name, mask in masks.items():
        gradient = 1 + weights[name].abs()
        for moment, was in (("exp_avg", 0.1 * gradient), ("exp_avg_sq", 0.001 * gradient.square())):
            expect(moment in after[name], f"{moment} of {name}").to_be_true(
                f"The optimiser no longer knows {name}: change weights and moments in place, replace and clear nothing."
            )
            expect(after[name][moment], f"{moment} of {name}").to_equal(
                was.masked_fill(mask, 0),
                watch_for=[
                    mistake(f"{moment} of {name} is as it was: the dead features' entries should be 0.", was),
                    mistake(f"All of {moment} of {name} became 0: only the dead should.", torch.zeros_like(was)),
                    mistake(
                        f"{moment} of {name} became 0 for the living, not for the dead.", was.masked_fill(~mask, 0)
                    ),
                ],
            )


FEATURES = 1000


def drawn_from_two(learner, **settings):
    """The share of 999 dead features that were given the second of two examples. Its squared error is 3; the first is
    longer, but the one live feature reconstructs three quarters of it, which leaves a squared error of 1."""
    W_enc, W_dec, b_enc = torch.zeros(1, 2, FEATURES), torch.zeros(1, FEATURES, 2), torch.full((1, FEATURES), -9.0)
    W_dec[:] = torch.tensor([-0.8, -0.6])
    W_enc[0, :, 0], W_dec[0, 0], b_enc[0, 0] = torch.tensor([0.75, 0]), torch.tensor([1.0, 0]), 0
    sae = learner.autoencoder.SparseAutoencoder(W_enc, b_enc, W_dec, torch.zeros(1, 2))
    x = torch.tensor([[[4.0, 0]], [[0, 3**0.5]]])
    dead = (torch.arange(FEATURES) > 0)[None]
    generator = learner.kit.seeds.generator(3)
    learner.training.resample_dead_features(sae, learner.kit.step05.probes.adam(sae), x, dead, generator, **settings)
    rows = sae.W_dec[0, 1:]
    expect(bool((rows > -0.1).all()), "whether all dead features changed").to_be_true(
        "Some dead features were left as they were: give every one a new row of sae's own W_dec."
    )
    return (rows[:, 1] > rows[:, 0]).double().mean().item()


@exercise("05.resample_dead_features")
@pytest.mark.parametrize(("power", "share"), [(2, 0.9), (1, 0.75), (0, 0.5)])
def test_what_is_reconstructed_badly_is_drawn_more_often(learner, power, share):
    """Squared errors 1 and 3: the second is drawn with probability 9/10 where power is 2, 3/4 where it is 1, 1/2 where
    it is 0.

    The standard deviation of the share is at most 0.016.
    """
    got = drawn_from_two(learner, power=power)
    expect(got not in (0, 1), "whether both examples are drawn").to_be_true(
        "All dead features got the same example: one is drawn for each, and the larger its error, the likelier it is."
    )
    by_size = 3**power / (3**power + 16**power)
    expect(power > 0 and abs(got - by_size) < 0.04, "how examples are drawn").to_equal(
        False,
        watch_for=[mistake("Examples are drawn by their size: by the error of their reconstruction is meant.", True)],
    )
    others = [0.9, 0.75, 0.5, 81 / 82, 3**0.5 / (1 + 3**0.5)]
    expect(min(others, key=lambda other: abs(other - got)) == share, "the share of the second example").to_be_true(
        f"With power = {power} and squared errors of 1 and 3, the second example should be drawn for about {share:.0%} "
        f"of the dead features, not for {got:.1%}: probability ∝ ‖x − x̂‖² to that power."
    )
    expect(got, "the share of the second example").to_be_within(share - 0.08, share + 0.08)


@exercise("05.resample_dead_features")
def test_the_default_is_the_squared_loss(learner):
    expect(drawn_from_two(learner), "the share of the second example").to_be_within(0.85, 0.95)


@exercise("05.resample_dead_features")
def test_the_generator_decides(learner):
    """Fifty examples, so that two draws hardly agree by chance."""
    rows = []
    for seed in (1, 1, 2):
        sae = two_autoencoders(learner)
        x = torch.randn(50, 2, 2, generator=torch.Generator().manual_seed(0))
        generator = learner.kit.seeds.generator(seed)
        dead = torch.ones(2, 3, dtype=torch.bool)
        learner.training.resample_dead_features(sae, learner.kit.step05.probes.adam(sae), x, dead, generator)
        rows.append(sae.W_dec)
    expect(torch.allclose(rows[0], rows[1]), "whether draws repeat").to_be_true(
        "Two generators with the same seed gave different draws: draw from `generator`."
    )
    expect(not torch.allclose(rows[0], rows[2]), "whether draws differ").to_be_true(
        "Two generators with different seeds gave the same draws: draw from `generator`."
    )
