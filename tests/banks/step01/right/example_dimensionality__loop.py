"""right: loops over instances."""

import torch



def example_dimensionality(W, x):
    return torch.cat([feature_dimensionality((w @ x[:, i].T)[None]) for i, w in enumerate(W)])
