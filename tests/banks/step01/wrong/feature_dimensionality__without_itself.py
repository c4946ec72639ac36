"""wrong: leaves the feature itself out of the sum. Fails: 01.feature_dimensionality."""

import torch



def feature_dimensionality(W):
    overlaps = torch.nn.functional.normalize(W, dim=1).mT @ W
    overlaps = overlaps - torch.diag_embed(overlaps.diagonal(dim1=1, dim2=2))
    return (W.square().sum(1) / overlaps.square().sum(2)).nan_to_num(0)
