"""wrong: moves along the flattened vector, from row to row. Fails: 00.shift_accuracy."""

import torch


def shift_accuracy(images, labels, W, bias, shifts):
    accuracies = []
    for k in shifts:
        padded = torch.nn.functional.pad(images.flatten(1), (28, 28))
        moved = padded[:, 28 - k : 28 - k + 784]
        predicted = (moved.flatten(1).float() / 255 @ W.T + bias).argmax(1)
        accuracies.append((predicted == labels).float().mean())
    return torch.stack(accuracies)
