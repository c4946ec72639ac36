"""wrong: gives each feature one neuron. Fails: 01.dedicated_neurons."""

import torch



def dedicated_neurons(features, hidden):
    W1 = torch.eye(hidden, features)[None]
    return AbsoluteValueModel(W1, W1.mT.clone(), torch.zeros(1, features))
