"""right: rolls, then clears what wrapped around."""

import torch


def shift_accuracy(images, labels, W, bias, shifts):
    accuracies = torch.empty(len(shifts))
    for i, k in enumerate(shifts):
        moved = images.roll(k, dims=2)
        if k > 0:
            moved[:, :, :k] = 0
        elif k < 0:
            moved[:, :, k:] = 0
        predicted = (moved.flatten(1) / 255 @ W.T + bias).max(dim=1).indices
        accuracies[i] = (predicted == labels).float().mean()
    return accuracies
