"""wrong: swaps ignored and dedicated. Fails: 01.phase_losses."""

import torch



def phase_losses(probability, importance):
    p, r = probability, importance
    v = p / 3 - p**2 / 4
    return torch.stack([v, r * v, (1 + r) * p**2 / 6], -1) / 2
