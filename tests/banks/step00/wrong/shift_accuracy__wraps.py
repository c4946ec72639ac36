"""wrong: lets the ink wrap around. Fails: 00.shift_accuracy."""

import torch


def shift_accuracy(images, labels, W, bias, shifts):
    accuracies = []
    for k in shifts:
        moved = images.roll(k, dims=2)
        predicted = (moved.flatten(1).float() / 255 @ W.T + bias).argmax(1)
        accuracies.append((predicted == labels).float().mean())
    return torch.stack(accuracies)
