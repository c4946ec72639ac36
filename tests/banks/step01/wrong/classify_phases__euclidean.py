"""wrong: takes the nearest of the three points, so that size and sign matter. Fails: 01.classify_phases."""

import torch



def classify_phases(W):
    return torch.cdist(W[:, 0], torch.tensor([[1.0, 0], [0, 1], [1, -1]])).argmin(1)
