"""right: smallest sum of 1 − cosine, in NumPy, from the side of b."""

import numpy as np
from scipy.optimize import linear_sum_assignment


def match_features(a, b):
    x = a.numpy() / np.linalg.norm(a.numpy(), axis=1, keepdims=True)
    y = b.numpy() / np.linalg.norm(b.numpy(), axis=1, keepdims=True)
    cost = 1 - y @ x.T
    columns, rows = linear_sum_assignment(cost)
    order = rows.argsort()
    rows, columns = rows[order], columns[order]
    return Matching(torch.as_tensor(rows), torch.as_tensor(columns), torch.as_tensor(1 - cost[columns, rows]))
