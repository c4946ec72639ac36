"""Who is resampled in training, with what, and when. The learning rate is tiny: nothing else changes anything."""

import torch

from autograder import exercise, expect, mistake


@exercise("05.train_sae")
def test_the_dead_are_resampled_after_the_step_that_is_named(learner):
    """Sample k lies along axis k. Two latents of each instance fire for none; they are resampled, and nobody else is.

    Latents 0 to 5 of instance 0 fire for one sample each, 6 and 7 for none; in instance 1 it is 0 and 7 that fire for
    none. The learning rate is tiny, so that only resampling changes anything.
    """
    dead = torch.tensor([[False] * 6 + [True] * 2, [True] + [False] * 6 + [True]])
    W_enc = torch.zeros(2, 6, 8)
    W_enc[0, :, :6] = W_enc[1, :, 1:7] = torch.eye(6)
    W_dec = torch.nn.functional.normalize(torch.arange(1.0, 97).reshape(2, 8, 6).sin(), dim=-1)
    sae = learner.autoencoder.SparseAutoencoder(W_enc, -0.5 * torch.ones(2, 8), W_dec, torch.zeros(2, 6))
    x = torch.eye(6)[:, None].expand(-1, 2, -1)
    learner.training.train_sae(sae, x, torch.zeros(2), steps=60, batch_size=3, learning_rate=1e-8, resample_at=(60,))
    resampled = sae.b_enc > -0.25
    expect(resampled, "which latents were resampled").to_equal(
        dead,
        watch_for=[
            mistake(
                "Nothing was resampled: with resample_at=(60,) it happens after 60 steps, here at the very end.",
                torch.zeros_like(dead),
            ),
            mistake("The living were resampled, and the dead were not.", ~dead),
            mistake("All were resampled, the living too.", torch.ones_like(dead)),
            mistake("Instances were put together: each has its own dead.", dead.all(0).expand(2, 8)),
            mistake("Instances were put together: each has its own dead.", dead.any(0).expand(2, 8)),
            mistake(
                "Latents were resampled that had fired in earlier steps: dead is what fired in no step since the last "
                "time, not what did not fire in the last batch.",
                lambda: by_last_batch(resampled, dead),
            ),
        ],
    )


def by_last_batch(resampled, dead):
    """What was resampled, if it is the dead and all of the living but at most three in each instance; or else the dead.

    A batch holds three samples, and each living latent fires for one.
    """
    kept = (~resampled).sum(1)
    return resampled if bool(resampled[dead].all() and (kept >= 1).all() and (kept <= 3).all()) else dead


def one_step(learner, samples=40, batch_size=3):
    """Which latents one step resamples, and the sample that each row of W_dec is nearest to.

    Sample k lies along axis k, and latent k fires for it alone; four more latents never fire.
    """
    latents = samples + 4
    W_enc = torch.eye(samples, latents)[None]
    W_dec = torch.nn.functional.normalize(
        torch.arange(1.0, latents * samples + 1).sin().view(1, latents, samples), dim=-1
    )
    b_enc, b_dec = torch.full((1, latents), -0.5), torch.zeros(1, samples)
    sae = learner.autoencoder.SparseAutoencoder(W_enc, b_enc, W_dec, b_dec)
    x, settings = torch.eye(samples)[:, None], {"steps": 1, "batch_size": batch_size, "learning_rate": 1e-8}
    learner.training.train_sae(sae, x, torch.zeros(1), resample_at=(1,), **settings)
    return sae.b_enc[0] > -0.25, sae.W_dec[0].argmax(1)


@exercise("05.train_sae")
def test_a_step_takes_batch_size_samples(learner):
    """One step with a batch of three, of 40 samples, each of which makes one latent fire: three fire at most."""
    resampled, _ = one_step(learner)
    expect(bool(resampled[40:].all()), "whether the dead were resampled").to_be_true(
        "Latents that never fired were not resampled after the only step: resample_at=(1,) means after one step."
    )
    fired = int((~resampled[:40]).sum())
    expect(1 <= fired <= 3, "how many latents fired").to_be_true(
        f"A batch of three samples, each with one latent, but {fired} count as having fired: is `batch_size` used?"
    )


@exercise("05.train_sae")
def test_resampling_gets_the_batch_of_its_step(learner):
    """One step with a batch of three, of 40 samples: the dead get samples of which the own latent has fired."""
    resampled, sample = one_step(learner)
    seen = ~resampled[:40]
    expect(bool(seen[sample[resampled]].all()), "whether the dead got samples of the batch").to_be_true(
        "Dead features got samples that were not in the step's batch: give `resample_dead_features` that batch."
    )


@exercise("05.train_sae")
def test_another_architecture_trains_too(learner):
    """In this one a latent below 0.5 counts as 0, and it has nothing but its four weights and the call. Latents 0
    and 1 fire at 1 and 0.4, so latent 1 is dead."""
    W = torch.eye(2)[None]
    inner = learner.autoencoder.SparseAutoencoder(W, torch.zeros(1, 2), W, torch.zeros(1, 2))
    sae = learner.kit.step05.probes.Thresholded(inner, 0.5)
    x = torch.tensor([1.0, 0.4]).expand(16, 1, 2)
    learner.training.train_sae(sae, x, torch.zeros(1), steps=4, batch_size=4, learning_rate=1e-8, resample_at=(4,))
    expect(sae.W_dec, "W_dec").to_equal(
        torch.tensor([[[1.0, 0], [1 / 1.16**0.5, 0.4 / 1.16**0.5]]]),
        watch_for=[
            mistake(
                "Latent 1 was not resampled, as if h were worked out anew: who is dead says the h of calling `sae`.",
                W,
            )
        ],
    )
