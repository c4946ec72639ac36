"""right: as somebody wrote it from the stub alone."""

import math

import numpy as np
import torch


def distance_irrelevance(logits):
    n, p = logits.shape
    x = logits.detach().cpu().numpy().astype(np.float64)
    groups = []
    for d in range(p):
        row = []
        for a in range(p):
            b = (a + d) % p
            row.append(x[a * p + b, (a + b) % p])
        groups.append(row)
    groups = np.array(groups)  # [d, a]
    within = 0.0
    for row in groups:
        m = sum(row) / p
        within += math.sqrt(sum((v - m) ** 2 for v in row) / p)
    within /= p
    overall = float(np.std(groups))
    return Hand(
        torch.from_numpy(groups.mean(axis=1)),
        overall / float(groups.mean()),
        within / overall,
    )
