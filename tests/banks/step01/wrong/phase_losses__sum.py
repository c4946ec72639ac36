"""wrong: adds the two features up. Fails: 01.phase_losses."""

import torch



def phase_losses(probability, importance):
    p, r = probability, importance
    v = p / 3 - p**2 / 4
    return torch.stack([r * v, v, (1 + r) * p**2 / 6], -1)
