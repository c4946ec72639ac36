"""right: keeps only the rows and columns of the units that are on."""

import torch


def effective_template(x, W1, b1, W2, b2):
    on = torch.nonzero(torch.mv(W1, x) + b1 > 0).flatten()
    return W2[:, on] @ W1[on], W2[:, on] @ b1[on] + b2
