"""wrong: does not sort the angles, so the features' order matters. Fails: 01.pentagon_test."""

import torch


def pentagon_test(W, degrees=8.0, relative=0.15):
    if W.ndim != 2 or W.shape[0] != 2:
        raise ValueError(W.shape)
    angles = torch.rad2deg(torch.atan2(W[1], W[0]))
    gaps = ((torch.roll(angles, -1) - angles) % 360).sort().values
    norms = W.norm(dim=0).sort().values
    ok = (gaps - 72).abs().max() <= degrees and (norms - norms.mean()).abs().max() <= relative * norms.mean()
    return gaps, norms, W.shape[1] == 5 and bool(ok)
