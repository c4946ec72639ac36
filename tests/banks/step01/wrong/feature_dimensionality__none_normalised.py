"""wrong: normalises neither. Fails: 01.feature_dimensionality."""

import torch



def feature_dimensionality(W):
    overlaps = (W.mT @ W).square().sum(2)
    return torch.where(overlaps > 0, W.square().sum(1) / overlaps, 0.0)
