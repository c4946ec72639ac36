"""right: picks with a one-hot product."""

import torch


def cross_entropy(logits, labels):
    z = logits - logits.amax(dim=1, keepdim=True)
    log_p = z - z.exp().sum(dim=1, keepdim=True).log()
    return -(torch.nn.functional.one_hot(labels, 10) * log_p).sum(dim=1).mean()
