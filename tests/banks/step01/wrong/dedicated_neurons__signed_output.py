"""wrong: writes the negative neuron with weight −1. Fails: 01.dedicated_neurons."""

import torch



def dedicated_neurons(features, hidden):
    W1 = torch.zeros(1, hidden, features)
    for k in range(hidden // 2):
        W1[0, 2 * k, k], W1[0, 2 * k + 1, k] = 1, -1
    return AbsoluteValueModel(W1, W1.mT.clone(), torch.zeros(1, features))
