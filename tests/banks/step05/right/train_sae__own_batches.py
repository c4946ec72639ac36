"""right: draws other samples for every instance, and the learning rate stays."""

import torch


def train_sae(sae, x, l1, *, steps, batch_size=1024, learning_rate=1e-3, seed=0, resample_at=()):
    generator = torch.Generator().manual_seed(seed)
    adam = torch.optim.Adam(sae.parameters(), lr=learning_rate)
    samples, instances = x.shape[:2]
    silent = torch.ones_like(sae.b_enc, dtype=torch.bool)
    for step in range(steps):
        rows = torch.randint(0, samples, (batch_size, instances), generator=generator)
        batch = x.gather(0, rows[..., None].expand(-1, -1, x.shape[-1]))
        reconstruction = sae(batch)
        adam.zero_grad(set_to_none=False)
        losses = sae_loss(batch, reconstruction[0], reconstruction[1], l1)
        torch.autograd.backward(list(losses))
        remove_parallel_gradient_(sae)
        adam.step()
        normalize_decoder_(sae)
        silent &= (reconstruction[1] == 0).all(dim=0)
        if step + 1 in resample_at:
            resample_dead_features(sae, adam, batch, silent.clone(), generator)
            silent[:] = True
    return sae
