"""Who is resampled in training, with what, and when. The learning rate is tiny: nothing else changes anything."""

import pytest
import torch
from torch.nn.functional import normalize

from autograder import exercise, expect, mistake


def one_sample_each(learner, draw, dead):
    """Sample k lies along axis k, and so does latent k that is alive; latents that are `dead` fire for none."""
    instances, latents = dead.shape
    samples = int((~dead[0]).sum())
    W_enc = torch.zeros(instances, samples, latents)
    for instance in range(instances):
        W_enc[instance][:, ~dead[instance]] = torch.eye(samples)[draw.permutation(samples)]
    W_dec = normalize(draw.normal(instances, latents, samples), dim=-1)
    b = torch.full((instances, latents), -0.5), torch.zeros(instances, samples)
    return learner.autoencoder.SparseAutoencoder(W_enc, b[0], W_dec, b[1]), torch.eye(samples)[:, None].expand(
        -1, instances, -1
    )


@exercise("05.train_sae")
@pytest.mark.parametrize("resample_at", [(150,), (75, 150), (151,), ()])
def test_who_is_resampled(learner, draw, resample_at):
    """Each live latent fires for one sample, and dead ones for none: the dead are resampled, when asked and only then,
    and the living are not.

    Of ten samples three are in a batch: a live latent fires within 75 steps (all but one time in 10⁹), hardly in the
    last. The learning rate is tiny: only resampling changes anything. After step 75 of (75, 150) the dead live: each
    fires for the sample that it was given, with a bias of 0, and nobody is dead then.
    """
    dead = torch.stack([draw.permutation(14) < 4 for _ in range(3)])
    sae, x = one_sample_each(learner, draw, dead)
    settings = {"steps": 150, "batch_size": 3, "learning_rate": 1e-8, "seed": draw.seed()}
    learner.training.train_sae(sae, x, torch.zeros(3), resample_at=resample_at, **settings)
    resampled = sae.b_enc > -0.25
    if resample_at in ((151,), ()):
        expect(int(resampled.sum()), "the number of resampled latents where none was asked for").to_match(0)
        return
    nothing, everything = torch.zeros_like(dead), torch.ones_like(dead)
    expect(resampled[dead], "whether the dead were resampled").to_match(
        everything[dead],
        watch_for=[
            mistake("The dead were not resampled: step 150 means after 150 steps, here at the end.", nothing[dead]),
        ],
    )
    expect(resampled[~dead], "whether the living were resampled").to_match(
        nothing[~dead],
        watch_for=[
            mistake("All the living were resampled.", everything[~dead]),
            mistake(
                "Latents were resampled that had fired in earlier steps: dead is what fired in no step since the last "
                "time, not what did not fire in the last batch.",
                lambda: resampled[~dead] if bool(((~resampled).sum(1) <= 3).all()) else nothing[~dead],
            ),
        ],
    )


def one_step(learner, draw, samples, batch_size, instances=3, dead=4):
    """Which latents one step resamples, [instance, latent], and the sample that each row of W_dec is nearest to.

    Latent k fires for sample k alone, the last `dead` ones for none; every instance has its own directions. The
    learning rate is tiny: only resampling changes anything.
    """
    axes = torch.stack([torch.eye(samples)[draw.permutation(samples)] for _ in range(instances)])  # of each sample
    W_enc = torch.cat([axes.mT, torch.zeros(instances, samples, dead)], dim=2)
    W_dec = normalize(draw.normal(instances, samples + dead, samples), dim=-1)
    b_enc, b_dec = torch.full((instances, samples + dead), -0.5), torch.zeros(instances, samples)
    sae = learner.autoencoder.SparseAutoencoder(W_enc, b_enc, W_dec, b_dec)
    settings = {"steps": 1, "batch_size": batch_size, "learning_rate": 1e-8, "seed": draw.seed()}
    x = axes.transpose(0, 1)
    learner.training.train_sae(sae, x, torch.zeros(instances), resample_at=(1,), **settings)
    return sae.b_enc > -0.25, torch.einsum("imd,bid->bim", sae.W_dec, x).argmax(0)


@exercise("05.train_sae")
@pytest.mark.parametrize("batch_size", [1, 4])
def test_a_batch_has_its_size_and_goes_on_to_resampling(learner, draw, batch_size):
    """Each sample makes one latent fire: no more fire than the batch has samples, and the dead get samples of it."""
    samples = 150
    resampled, nearest = one_step(learner, draw, samples, batch_size)
    expect(bool(resampled[:, samples:].all()), "whether the dead were resampled").to_be_true(
        "Latents that never fired were not resampled after the only step: resample_at=(1,) means after one step."
    )
    seen = ~resampled[:, :samples]
    expect(bool((seen.sum(1) <= batch_size).all()), "how many latents fired").to_be_true(
        "More latents count as having fired than the batch has samples, with one latent for each: is `batch_size` used?"
    )
    expect(bool(seen.any(1).all()), "whether latents fired").to_be_true(
        "All latents were resampled, but those that the batch made fire are alive."
    )
    expect(bool(seen.gather(1, nearest)[resampled].all()), "whether the dead got samples of the batch").to_be_true(
        "Dead features got samples that were not in the step's batch: give `resample_dead_features` that batch."
    )


@exercise("05.train_sae")
def test_no_steps(learner, draw):
    weights = draw.normal(2, 5, 7), draw.normal(2, 7), normalize(draw.normal(2, 7, 5), dim=-1), draw.normal(2, 5)
    sae = learner.autoencoder.SparseAutoencoder(*(one.clone() for one in weights))
    learner.training.train_sae(sae, draw.normal(9, 2, 5), torch.ones(2), steps=0, batch_size=3, resample_at=(1,))
    for name, was in zip(("W_enc", "b_enc", "W_dec", "b_dec"), weights, strict=True):
        expect(getattr(sae, name), f"{name} after 0 steps").to_match(was)


@exercise("05.train_sae")
def test_any_architecture_trains(learner, draw):
    """Latents below a threshold count as 0; the first four fire above it, the last three only below."""
    W = torch.linalg.qr(draw.normal(7, 7))[0][None]
    inner = learner.autoencoder.SparseAutoencoder(W.mT, torch.zeros(1, 7), W, torch.zeros(1, 7))
    sae = learner.kit.step05.probes.Thresholded(inner, 1.0)
    x = (torch.tensor([1.5, 2, 2.5, 3, 0.5, 0.7, 0.9]) @ W[0]).expand(16, 1, 7)
    settings = {"steps": 6, "batch_size": 5, "learning_rate": 1e-8, "seed": draw.seed()}
    learner.training.train_sae(sae, x, torch.zeros(1), resample_at=(6,), **settings)
    expected = W.clone()
    expected[:, 4:] = normalize(x[0], dim=-1)
    expect(sae.W_dec, "W_dec").to_match(
        expected,
        atol=1e-4,
        watch_for=[
            mistake(
                "Nobody was resampled, as if h were worked out anew: who is dead says the h of calling `sae`.",
                W,
            )
        ],
    )
