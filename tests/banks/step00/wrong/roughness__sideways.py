"""wrong: compares sideways neighbours only. Fails: 00.roughness."""

import torch


def roughness(images):
    size = images.square().sum((1, 2))
    d = images.diff(dim=2).square().sum((1, 2))
    return torch.where(size > 0, d / size, 0.0)
