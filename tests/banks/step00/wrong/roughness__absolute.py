"""wrong: does not square. Fails: 00.roughness."""

import torch


def roughness(images):
    d = images.diff(dim=1).abs().sum((1, 2)) + images.diff(dim=2).abs().sum((1, 2))
    size = images.abs().sum((1, 2))
    return torch.where(size > 0, d / size, 0.0)
