"""wrong: gives a feature that is left out the output 0. Fails: 01.phase_losses."""

import torch



def phase_losses(probability, importance):
    p, r = probability, importance
    return torch.stack([r * p / 3, p / 3, (1 + r) * p**2 / 6], -1) / 2
