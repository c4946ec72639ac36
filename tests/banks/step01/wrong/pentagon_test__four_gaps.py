"""wrong: forgets the gap from the last feature back to the first. Fails: 01.pentagon_test."""

import torch


def pentagon_test(W, degrees=8.0, relative=0.15):
    if W.ndim != 2 or W.shape[0] != 2:
        raise ValueError(W.shape)
    angles = torch.rad2deg(torch.atan2(W[1], W[0])).sort().values
    gaps = angles.diff().sort().values
    norms = W.norm(dim=0).sort().values
    ok = bool((gaps - 72).abs().max() <= degrees) if len(gaps) else False
    return gaps, norms, W.shape[1] == 5 and ok
