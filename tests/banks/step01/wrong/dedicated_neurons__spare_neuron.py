"""wrong: uses the neuron that is left over, too. Fails: 01.dedicated_neurons."""

import torch



def dedicated_neurons(features, hidden):
    W1 = torch.zeros(1, hidden, features)
    for h in range(hidden):
        if h // 2 < features:
            W1[0, h, h // 2] = 1 - 2 * (h % 2)
    return AbsoluteValueModel(W1, W1.abs().mT.clone(), torch.zeros(1, features))
