"""wrong: measures the reconstructions WᵀW x. Fails: 01.example_dimensionality."""

import torch



def example_dimensionality(W, x):
    return feature_dimensionality(torch.einsum("ihg,ihf,eif->ige", W, W, x))
