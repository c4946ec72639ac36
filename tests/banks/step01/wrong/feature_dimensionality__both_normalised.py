"""wrong: normalises W_j as well as W_i. Fails: 01.feature_dimensionality."""

import torch



def feature_dimensionality(W):
    unit = torch.nn.functional.normalize(W, dim=1)
    overlaps = (unit.mT @ unit).square().sum(2)
    return torch.where(overlaps > 0, W.square().sum(1) / overlaps, 0.0)
