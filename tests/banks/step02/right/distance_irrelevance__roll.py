"""right: rolls each a's row, in numpy."""

import numpy as np
import torch


def distance_irrelevance(logits):
    table = logits.detach().double().numpy()
    p = table.shape[1]
    rows = []
    for a in range(p):
        of_a = np.array([table[a * p + b, (a + b) % p] for b in range(p)])
        rows.append(np.roll(of_a, -a))  # b = a comes first
    hand = np.stack(rows)
    left = np.mean([np.sqrt(np.mean((column - column.mean()) ** 2)) for column in hand.T])
    return Hand(
        irrelevance=float(left / hand.std()), spread=float(hand.std() / hand.mean()), by_distance=torch.tensor(hand.mean(0))
    )
