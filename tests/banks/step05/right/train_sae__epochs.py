"""right: goes through shuffled epochs, with a warm-up and a cosine."""

import math

import torch


def train_sae(sae, x, l1, *, steps, batch_size=1024, learning_rate=1e-3, seed=0, resample_at=()):
    g = torch.Generator()
    g.manual_seed(seed)
    optimiser = torch.optim.Adam([sae.W_enc, sae.b_enc, sae.W_dec, sae.b_dec], lr=learning_rate, betas=(0.9, 0.999))
    last_fired = torch.zeros(sae.b_enc.shape)  # the step
    waiting, since, done = torch.empty(0, dtype=torch.long), 0, 0
    while done < steps:
        for group in optimiser.param_groups:
            warm = min(1.0, (done + 1) / (0.05 * steps))
            group["lr"] = learning_rate * warm * (0.1 + 0.9 * math.cos(0.5 * math.pi * done / steps))
        while len(waiting) < batch_size:
            waiting = torch.cat([waiting, torch.randperm(len(x), generator=g)])
        now, waiting = waiting[:batch_size], waiting[batch_size:]
        out = sae(x[now])
        loss = sae_loss(x[now], out.x_hat, out.h, l1).mean()
        for parameter in sae.parameters():
            parameter.grad = None
        loss.backward()
        remove_parallel_gradient_(sae)
        optimiser.step()
        normalize_decoder_(sae)
        done += 1
        last_fired[out.h.detach().amax(0) > 0] = done
        if done in resample_at:
            resample_dead_features(sae, optimiser, x[now], last_fired <= since, generator=g)
            since = done
    return sae
