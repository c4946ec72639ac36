"""right: moves the templates the other way instead of the images."""

import torch


def shift_accuracy(images, labels, W, bias, shifts):
    x, accuracies = images.flatten(1).double() / 255, []
    for k in shifts:
        moved = torch.zeros(10, 28, 28, dtype=torch.float64)
        template = W.reshape(10, 28, 28).double()
        if k >= 0:
            moved[:, :, : 28 - k] = template[:, :, k:]
        else:
            moved[:, :, -k:] = template[:, :, :k]
        accuracies.append(float(((x @ moved.flatten(1).T + bias).argmax(1) == labels).double().mean()))
    return torch.tensor(accuracies, dtype=torch.float32)
