"""wrong: draws by errors added up over instances. Fails: 05.resample_dead_features."""

import torch
from torch import nn


@torch.no_grad()
def resample_dead_features(sae, optimiser, x, dead, generator=None, power=2):
    error = (x - sae(x)[0]).square().sum(-1) ** power  # [batch, instance]
    for instance in dead.any(1).nonzero()[:, 0].tolist():
        chosen = dead[instance]
        drawn = torch.multinomial(error.sum(1), int(chosen.sum()), replacement=True, generator=generator)
        direction = nn.functional.normalize(x[drawn, instance] - sae.b_dec[instance], dim=-1)
        alive = sae.W_enc[instance][:, ~chosen].norm(dim=0)
        size = 0.2 * (alive.mean() if len(alive) else 1.0)
        sae.W_dec[instance, chosen] = direction
        sae.W_enc[instance][:, chosen] = size * direction.T
        sae.b_enc[instance, chosen] = 0
    for parameter, mask in ((sae.W_dec, dead[:, :, None]), (sae.W_enc, dead[:, None]), (sae.b_enc, dead)):
        for moment in ("exp_avg", "exp_avg_sq"):
            if moment in optimiser.state[parameter]:
                optimiser.state[parameter][moment].masked_fill_(mask, 0)
