"""wrong: ignores the direction. Fails: 00.shift_accuracy."""

import torch


def shift_accuracy(images, labels, W, bias, shifts):
    accuracies = []
    for k in shifts:
        padded = torch.nn.functional.pad(images, (28, 28))
        moved = padded[:, :, 28 - abs(k) : 56 - abs(k)]
        predicted = (moved.flatten(1).float() / 255 @ W.T + bias).argmax(1)
        accuracies.append((predicted == labels).float().mean())
    return torch.stack(accuracies)
