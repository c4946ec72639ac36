"""wrong: divides by zero norms. Fails: 01.interference."""

import torch



def interference(W):
    overlap = (W / W.norm(dim=1, keepdim=True)).mT @ W
    return (overlap - torch.diag_embed(overlap.diagonal(dim1=1, dim2=2))).square().sum(2)
