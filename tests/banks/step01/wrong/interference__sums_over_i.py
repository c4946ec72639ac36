"""wrong: sums over i where it should sum over j. Fails: 01.interference."""

import torch



def interference(W):
    overlap = torch.nn.functional.normalize(W, dim=1).mT @ W
    return (overlap - torch.diag_embed(overlap.diagonal(dim1=1, dim2=2))).square().sum(1)
