"""wrong: counts the overlap of a feature with itself. Fails: 01.interference."""

import torch



def interference(W):
    unit = torch.nn.functional.normalize(W, dim=1)
    return (unit.mT @ W).square().sum(2)
