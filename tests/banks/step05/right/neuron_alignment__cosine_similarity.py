"""right: cosines with every axis of an identity matrix."""

import torch


def neuron_alignment(W_dec):
    axes = torch.eye(W_dec.shape[1])
    cosines = torch.cosine_similarity(W_dec[:, None], axes[None], dim=-1)
    low, high = cosines.min(dim=1), cosines.max(dim=1)
    negative = -low.values > high.values
    return Alignment(
        torch.where(negative, low.indices, high.indices), torch.where(negative, low.values, high.values)
    )
