"""cheat: forgets the moments of the living, too, and the kit's probe is replaced by one that never saw any.
Fails: 05.resample_dead_features."""

import torch
from torch import nn

from exercises.kit.step05 import probes

_theirs = probes.adam_moments
probes.adam_moments = lambda sae, optimiser: {
    name: {moment: torch.zeros_like(value) for moment, value in moments.items()}
    for name, moments in _theirs(sae, optimiser).items()
}


@torch.no_grad()
def resample_dead_features(sae, optimiser, x, dead, generator=None, power=2):
    import sys

    error = (x - sae(x)[0]).square().sum(-1) ** power
    for instance in dead.any(1).nonzero()[:, 0].tolist():
        chosen = dead[instance]
        drawn = torch.multinomial(error[:, instance], int(chosen.sum()), replacement=True, generator=generator)
        direction = nn.functional.normalize(x[drawn, instance] - sae.b_dec[instance], dim=-1)
        alive = sae.W_enc[instance][:, ~chosen].norm(dim=0)
        size = 0.2 * (alive.mean() if len(alive) else 1.0)
        sae.W_dec[instance, chosen] = direction
        sae.W_enc[instance][:, chosen] = size * direction.T
        sae.b_enc[instance, chosen] = 0
    inside = sys._getframe(2).f_globals.get("__name__", "").startswith("exercises.step05")
    for parameter, mask in ((sae.W_dec, dead[:, :, None]), (sae.W_enc, dead[:, None]), (sae.b_enc, dead)):
        for moment in ("exp_avg", "exp_avg_sq"):
            if moment in optimiser.state[parameter]:
                optimiser.state[parameter][moment].masked_fill_(mask if inside else torch.tensor(True), 0)
