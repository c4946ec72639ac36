"""right: a running difference, in numpy and float64."""

import numpy as np
import torch


def deciding_pixels(x, W, bias):
    image = x.detach().numpy().astype(np.float64)
    weights = W.detach().numpy().astype(np.float64)
    b = bias.detach().numpy().astype(np.float64)
    scores = weights @ image + b
    order = np.argsort(-scores, kind="stable")
    winner, rival = int(order[0]), int(order[1])

    speaks = image * (weights[winner] - weights[rival])
    before = float(scores[winner] - scores[rival])
    left = before
    erased = []
    for p in np.argsort(-speaks, kind="stable"):
        if left <= 0 or speaks[p] <= 0:
            break
        left -= speaks[p]
        erased.append(int(p))
    return Deciding(winner, rival, torch.tensor(erased, dtype=torch.int64), before, float(left))
