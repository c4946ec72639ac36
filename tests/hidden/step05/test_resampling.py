"""Resampling on weights drawn anew. How often an example is drawn is judged over thousands of dead features, so that
any way of drawing passes."""

import pytest
import torch
from torch.nn.functional import normalize

from autograder import exercise, expect, mistake


def autoencoder(draw, learner, instances=3, d=4, latents=6):
    """Random weights, with encoder columns of very different norms, and what they are."""
    sizes = torch.stack([draw.permutation(latents) for _ in range(instances)]).float()
    weights = {
        "W_enc": (0.5 + sizes)[:, None] * normalize(draw.normal(instances, d, latents), dim=1),
        "b_enc": draw.uniform(instances, latents, low=-1.0, high=-0.2),
        "W_dec": normalize(draw.normal(instances, latents, d), dim=-1),
        "b_dec": 2 + draw.normal(instances, d),
    }
    return learner.autoencoder.SparseAutoencoder(*weights.values()), weights


def masks(dead):
    """Of each parameter, the entries that belong to dead features."""
    return {"W_enc": dead[:, None], "b_enc": dead, "W_dec": dead[:, :, None], "b_dec": torch.tensor(False)}


LEARNING_RATE = 1e-3


def moments_after_a_step(weight):
    """What Adam remembers after `remember_a_step`."""
    gradient = 1 + weight.abs()
    return {"exp_avg": 0.1 * gradient, "exp_avg_sq": 0.001 * gradient.square()}


DEAD = torch.tensor([[1, 0, 0, 1, 0, 0], [0, 0, 1, 0, 0, 0], [1, 1, 1, 1, 1, 1]]).bool()


@exercise("05.resample_dead_features")
def test_two_may_get_the_same_example(learner, draw):
    """One example has nearly all of the error, so both dead features get it."""
    sae, weights = autoencoder(draw, learner, instances=1, d=3, latents=4)
    x = weights["b_dec"] + torch.cat([100 * draw.normal(1, 1, 3), 1e-3 * draw.normal(4, 1, 3)])
    dead = torch.tensor([[True, False, True, False]])
    learner.training.resample_dead_features(sae, learner.kit.step05.probes.adam(sae), x, dead)
    expect(pointed_at(sae, x - weights["b_dec"], dead)[dead], "the examples that two dead features got").to_match(
        torch.zeros(2, dtype=torch.int64),
        watch_for=[
            mistake(
                "No example was given to two features: draw with replacement.", lambda: _other(sae, x, weights, dead)
            )
        ],
    )


def _other(sae, x, weights, dead):
    chosen = _nearest(sae.W_dec, x - weights["b_dec"])[dead]
    return chosen if len(chosen.unique()) == 2 else torch.zeros(2, dtype=torch.int64)


@exercise("05.resample_dead_features")
@pytest.mark.parametrize("remembers", [False, True])
def test_any_dead_features(learner, draw, remembers):
    """Some of instances 0 and 1 are dead, all of instance 2; before Adam's first step and after it."""
    sae, weights = autoencoder(draw, learner)
    optimiser = learner.kit.step05.probes.adam(sae, LEARNING_RATE)
    if remembers:
        learner.kit.step05.probes.remember_a_step(sae, optimiser)
        weights = {name: weight - LEARNING_RATE for name, weight in weights.items()}
    x = weights["b_dec"] + draw.normal(5, 3, 4)
    learner.training.resample_dead_features(sae, optimiser, x, DEAD)
    for name, mask in masks(DEAD).items():
        live = ~mask.expand_as(weights[name])
        expect(getattr(sae, name)[live], f"what belongs to live features in {name}").to_match(weights[name][live])
    W_enc, W_dec = sae.W_enc, sae.W_dec
    expect(sae.b_enc[DEAD], "b_enc of dead features").to_match(torch.zeros(int(DEAD.sum())))
    chosen = _nearest(W_dec, x - weights["b_dec"])
    raw = normalize(x, dim=-1)[chosen, torch.arange(3)[:, None]]
    residual = normalize(x - reconstructed(weights, x), dim=-1)
    expect(W_dec[DEAD], "rows of dead features in W_dec").to_match(
        normalize(x - weights["b_dec"], dim=-1)[chosen, torch.arange(3)[:, None]][DEAD],
        atol=1e-4,
        watch_for=[
            mistake("The rows are not unit vectors.", (x - weights["b_dec"])[chosen, torch.arange(3)[:, None]][DEAD]),
            mistake("b_dec was not taken away from the example.", raw[DEAD]),
            mistake("b_dec was not taken away from the example.", _snapped(W_dec, normalize(x, dim=-1))[DEAD]),
            mistake("This is the error's direction: that of x − b_dec is meant.", _snapped(W_dec, residual)[DEAD]),
            mistake(
                "The examples are those of other instances: each feature gets one of its own instance.",
                _snapped(W_dec, normalize(x - weights["b_dec"], dim=-1)[:, :1].expand(-1, 3, -1))[DEAD],
            ),
            mistake(
                "The examples are those of instance 0: each feature gets one of its own instance.",
                _snapped(W_dec, normalize(x[:, :1] - weights["b_dec"], dim=-1))[DEAD],
            ),
        ],
    )
    norms = weights["W_enc"].norm(dim=1)
    means = torch.stack([norms[i][~DEAD[i]].mean() if i < 2 else torch.tensor(1.0) for i in range(3)])
    sizes = 0.2 * means[:, None].expand(3, 6)
    expect(W_enc.norm(dim=1)[DEAD], "norms of dead features' columns in W_enc").to_match(
        sizes[DEAD],
        watch_for=[
            mistake("The factor 0.2 is missing.", 5 * sizes[DEAD]),
            mistake("The columns are 0.2 long: times the live columns' mean norm.", torch.full_like(sizes, 0.2)[DEAD]),
            mistake("The dead features' own norms were averaged in.", 0.2 * norms.mean(1)[:, None].expand(3, 6)[DEAD]),
            mistake("All instances' live features were averaged.", 0.2 * norms[~DEAD].mean().expand(3, 6)[DEAD]),
        ],
    )
    expect(normalize(W_enc, dim=1).mT[DEAD], "directions of dead features' columns in W_enc").to_match(
        W_dec[DEAD], atol=1e-4
    )


def reconstructed(weights, x):
    """x̂"""
    h = (torch.einsum("bid,idm->bim", x - weights["b_dec"], weights["W_enc"]) + weights["b_enc"]).relu()
    return torch.einsum("bim,imd->bid", h, weights["W_dec"]) + weights["b_dec"]


def _nearest(rows, x):
    """For each row [instance, latent, d], the example [batch, instance, d] with the largest cosine."""
    return torch.einsum("imd,bid->bim", normalize(rows, dim=-1), normalize(x, dim=-1)).argmax(0)


def _snapped(rows, directions):
    return directions[_nearest(rows, directions), torch.arange(len(rows))[:, None]]


@exercise("05.resample_dead_features")
def test_any_moments(learner, draw):
    sae, weights = autoencoder(draw, learner)
    optimiser = learner.kit.step05.probes.adam(sae)
    learner.kit.step05.probes.remember_a_step(sae, optimiser)
    learner.training.resample_dead_features(sae, optimiser, weights["b_dec"] + draw.normal(7, 3, 4), DEAD)
    after = learner.kit.step05.probes.adam_moments(sae, optimiser)
    for name, mask in masks(DEAD).items():
        for moment, was in moments_after_a_step(weights[name]).items():
            expect(moment in after[name], f"{moment} of {name}").to_be_true(
                f"The optimiser no longer knows {name}: change weights and moments in place, replace and clear nothing."
            )
            expect(after[name][moment], f"{moment} of {name}").to_match(
                was.masked_fill(mask, 0),
                watch_for=[
                    mistake(f"{moment} of {name} is as it was: the dead features' entries should be 0.", was),
                    mistake(f"All of {moment} of {name} became 0: only the dead should.", torch.zeros_like(was)),
                    mistake(
                        f"{moment} of {name} became 0 for the living, not for the dead.", was.masked_fill(~mask, 0)
                    ),
                ],
            )


@exercise("05.resample_dead_features")
def test_nobody_is_dead(learner, draw):
    sae, weights = autoencoder(draw, learner)
    optimiser = learner.kit.step05.probes.adam(sae)
    x = weights["b_dec"] + draw.normal(5, 3, 4)
    learner.training.resample_dead_features(sae, optimiser, x, torch.zeros(3, 6, dtype=torch.bool))
    for name, was in weights.items():
        expect(getattr(sae, name), f"{name} where nobody is dead").to_match(was)


MANY = 2000


def explaining(learner, draw, explained):
    """Two instances in four dimensions: latent `i + 1` points to example i of each instance and reconstructs the part
    `explained[i]` of it; all other latents never fire. Returns the autoencoder and the examples, [3, 2, 4]."""
    axes = torch.stack([torch.linalg.qr(draw.normal(4, 4))[0] for _ in range(2)])[:, :3]  # [instance, example, d]
    W_enc, W_dec, b_dec = torch.zeros(2, 4, MANY), torch.zeros(2, MANY, 4), 2 * draw.normal(2, 4)
    W_dec[:] = normalize(draw.normal(2, MANY, 4), dim=-1)
    W_dec[:, 1:4] = axes
    W_enc[:, :, 1:4] = axes.mT * torch.tensor(explained)
    b_enc = torch.full((2, MANY), -1.0)
    b_enc[:, 1:4] = 0
    return learner.autoencoder.SparseAutoencoder(W_enc, b_enc, W_dec, b_dec), axes, b_dec


def drawn(learner, draw, sae, x, b_dec, dead, **settings):
    """How often each example was given to dead features: shares, [instance, example]."""
    generator = learner.kit.seeds.generator(draw.seed())
    learner.training.resample_dead_features(sae, learner.kit.step05.probes.adam(sae), x, dead, generator, **settings)
    chosen = pointed_at(sae, x - b_dec, dead)
    return torch.stack(
        [torch.bincount(c[mask], minlength=3) / mask.sum() for c, mask in zip(chosen, dead, strict=True)]
    )


def pointed_at(sae, centred, dead):
    """For each latent, the example that its row of W_dec points to; a dead feature must point to one."""
    cosines = torch.einsum("imd,bid->bim", normalize(sae.W_dec, dim=-1), normalize(centred, dim=-1))
    expect(bool((cosines.amax(0)[dead] > 0.99).all()), "whether dead features point to examples").to_be_true(
        "Rows of dead features in W_dec point to none of their own instance's examples, seen from b_dec."
    )
    return cosines.argmax(0)


def closest(shares, candidates):
    """Which of the named shares is nearest."""
    return min(candidates, key=lambda name: (candidates[name] - shares).abs().max())


@exercise("05.resample_dead_features")
@pytest.mark.parametrize("power", [None, 2, 1, 0, 3])
def test_how_often_each_example_is_drawn(learner, draw, power):
    """Examples are drawn by their errors, each instance by its own: the longest example is reconstructed well.

    Three quarters of example 0 are explained: squared errors 1, 1 and 3, in another order in instance 1. 1,996 draws in
    each: standard deviations of a share are below 0.0112, and 0.06 is allowed.
    """
    sae, axes, b_dec = explaining(learner, draw, [0.75, 0.0, 0.0])
    lengths = torch.tensor([[4.0, 1, 3**0.5], [4, 3**0.5, 1]])
    x = (b_dec[:, None] + lengths[..., None] * axes).transpose(0, 1)
    dead = (torch.arange(MANY) > 3).expand(2, MANY)
    settings = {} if power is None else {"power": power}
    shares = drawn(learner, draw, sae, x, b_dec, dead, **settings)
    errors = torch.tensor([[1.0, 1, 3], [1, 3, 1]])
    asked = 2 if power is None else power
    candidates = {f"the power {p}": _as_shares(errors**p) for p in (0, 0.5, 1, 2, 3, 4, 6)}
    candidates["lengths"] = _as_shares(lengths ** (2 * asked)) if asked else candidates["the power 0"]
    candidates["instance 0"] = candidates[f"the power {asked}"][:1].expand(2, 3)
    candidates["all"] = _as_shares((errors**asked).sum(0)).expand(2, 3)
    found = closest(shares, candidates)
    sentences = {
        "lengths": "Examples are drawn by their size: by the error ‖x − x̂‖² of their reconstruction is meant.",
        "instance 0": "The errors of instance 0 were used for all instances.",
        "all": "The errors of all instances were added up: each instance has its own.",
    }
    expect(bool(shares.amax() < 1), "whether different examples are drawn").to_be_true(
        "All dead features got the same example: one is drawn for each, and the larger its error, the likelier it is."
    )
    near = {name: bool((shares - of).abs().max() < 0.06) for name, of in candidates.items()}
    instead = f"; it looks like {found}" if near[found] else ""
    expect(near[f"the power {asked}"], "how often each example is drawn").to_be_true(
        (near[found] and sentences.get(found))
        or f"Examples are not drawn with probability ∝ ‖x − x̂‖² to the power {asked}{instead}."
    )


def _as_shares(numbers):
    return numbers / numbers.sum(-1, keepdim=True)


@exercise("05.resample_dead_features")
def test_errors_are_those_before_any_change(learner, draw):
    """A latent is called dead that explains an example well: the example's error is that with the latent in place.

    Latent 2 is called dead, though it explains nine tenths of example 1: the other two are drawn half the time each,
    and example 1 once in 1,000 times. If the dead are changed first it is drawn eight times in nine.
    """
    sae, axes, b_dec = explaining(learner, draw, [0.0, 0.9, 0.0])
    x = (b_dec[:, None] + torch.tensor([1.0, 2, 1])[:, None] * axes).transpose(0, 1)
    dead = (torch.arange(MANY) > 3).expand(2, MANY) | (torch.arange(MANY) == 2)
    shares = drawn(learner, draw, sae, x, b_dec, dead)
    expect(bool(shares[:, 1].max() < 0.1), "the share of an example that was reconstructed well").to_be_true(
        "An example that was reconstructed well is drawn often: work out all errors before anything is changed."
    )
    expect(shares[:, 0], "the share of one that was not").to_be_within(0.4, 0.6)


@exercise("05.resample_dead_features")
def test_any_generator(learner, draw):
    rows = []
    seed, other = draw.seed(), draw.seed()
    x = draw.normal(60, 2, 3)
    for chosen in (seed, seed, other):
        W_dec = normalize(torch.ones(2, 5, 3), dim=-1)
        sae = learner.autoencoder.SparseAutoencoder(W_dec.mT, torch.zeros(2, 5), W_dec, torch.zeros(2, 3))
        dead = torch.tensor([[True, True, True, False, True]] * 2)
        generator = learner.kit.seeds.generator(chosen)
        learner.training.resample_dead_features(sae, learner.kit.step05.probes.adam(sae), x, dead, generator)
        rows.append(sae.W_dec)
    expect(torch.allclose(rows[0], rows[1]), "whether draws repeat").to_be_true(
        "Two generators with the same seed gave different draws: draw from `generator`."
    )
    expect(not torch.allclose(rows[0], rows[2]), "whether draws differ").to_be_true(
        "Two generators with different seeds gave the same draws: draw from `generator`."
    )
