"""wrong: compares the edges with each other. Fails: 00.roughness."""

import torch


def roughness(images):
    size = images.square().sum((1, 2))
    d = sum((images - images.roll(1, dims=a)).square().sum((1, 2)) for a in (1, 2))
    return torch.where(size > 0, d / size, 0.0)
