"""right: loops over every pair."""

import torch



def feature_dimensionality(W):
    instances, _, features = W.shape
    D = torch.zeros(instances, features)
    for i in range(instances):
        for f in range(features):
            norm = W[i, :, f].norm()
            if norm == 0:
                continue
            shared = sum(torch.dot(W[i, :, f] / norm, W[i, :, g]) ** 2 for g in range(features))
            D[i, f] = norm**2 / shared
    return D
