"""wrong: trains a copy. Fails: 05.train_sae."""

import torch


def train_sae(
    sae, x, l1, *, steps, batch_size=1024, learning_rate=1e-3, seed=0, resample_at=()
):
    import copy

    sae = copy.deepcopy(sae)
    generator = torch.Generator().manual_seed(seed)
    optimiser = torch.optim.Adam(sae.parameters(), lr=learning_rate)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: min(1.0, 5 * (1 - step / max(steps, 1))))
    fired = torch.zeros_like(sae.b_enc, dtype=torch.bool)
    for step in range(1, steps + 1):
        batch = x[torch.randint(len(x), (batch_size,), generator=generator)]
        x_hat, h = sae(batch)
        optimiser.zero_grad()
        sae_loss(batch, x_hat, h, l1).sum().backward()
        remove_parallel_gradient_(sae)
        optimiser.step()
        normalize_decoder_(sae)
        schedule.step()
        fired |= (h > 0).any(0)
        if step in resample_at:
            resample_dead_features(sae, optimiser, batch, ~fired, generator)
            fired.zero_()
    return sae
