"""wrong: does not normalise [1, −1]. Fails: 01.classify_phases."""

import torch



def classify_phases(W):
    return (W[:, 0] @ torch.tensor([[1.0, 0, 1], [0, 1, -1]])).abs().argmax(1)
