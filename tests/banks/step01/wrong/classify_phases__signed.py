"""wrong: does not take absolute cosines. Fails: 01.classify_phases."""

import torch



def classify_phases(W):
    h = 0.5**0.5
    return (W[:, 0] @ torch.tensor([[1.0, 0, h], [0, 1, -h]])).argmax(1)
