"""wrong: notices norms that are too small, not those that are too large. Fails: 01.pentagon_test."""

import torch


def pentagon_test(W, degrees=8.0, relative=0.15):
    if W.ndim != 2 or W.shape[0] != 2:
        raise ValueError(W.shape)
    angles = torch.rad2deg(torch.atan2(W[1], W[0])).sort().values
    gaps = torch.cat([angles.diff(), angles[:1] + 360 - angles[-1:]]).sort().values
    norms = W.norm(dim=0).sort().values
    even = (gaps - 72).abs().max() <= degrees and (norms.mean() - norms).max() <= relative * norms.mean()
    return gaps, norms, W.shape[1] == 5 and bool(even)
