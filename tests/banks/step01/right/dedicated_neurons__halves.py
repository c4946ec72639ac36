"""right: puts all positive neurons first, and spare neurons at the end."""

import torch



def dedicated_neurons(features, hidden):
    k = hidden // 2
    W1 = torch.zeros(hidden, features)
    W1[:k, :k] = 2 * torch.eye(k)
    W1[k : 2 * k, :k] = -2 * torch.eye(k)
    return AbsoluteValueModel(W1[None], W1.abs().T[None].clone() / 4, torch.zeros(1, features))
