"""wrong: leaves features of norm near zero out before it measures, and takes any four or five. Fails: 01.pentagon_test."""

import torch


def pentagon_test(W, degrees=8.0, relative=0.15):
    if W.ndim != 2 or W.shape[0] != 2:
        raise ValueError(W.shape)
    norms = W.norm(dim=0)
    kept = W[:, norms > 0.1]
    if kept.shape[1] < 4:
        kept = W
    angles = torch.rad2deg(torch.atan2(kept[1], kept[0])).sort().values
    gaps = torch.cat([angles.diff(), angles[:1] + 360 - angles[-1:]]).sort().values
    lengths = kept.norm(dim=0).sort().values
    even = (gaps - 360 / kept.shape[1]).abs().max() <= degrees
    alike = (lengths - lengths.mean()).abs().max() <= relative * lengths.mean()
    return gaps, lengths, W.shape[1] == 5 and bool(even and alike)
