"""right: chooses with where, latent by latent."""

import torch


def jump_relu(pre, threshold):
    columns = [torch.where(column > level, column, torch.zeros(())) for column, level in zip(pre.T, threshold)]
    return torch.stack(columns, dim=1)
