"""wrong: does not normalise. Fails: 01.interference."""

import torch



def interference(W):
    gram = W.mT @ W
    return (gram - torch.diag_embed(gram.diagonal(dim1=1, dim2=2))).square().sum(2)
