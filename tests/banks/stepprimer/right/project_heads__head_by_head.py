"""right: takes the heads one by one."""

import torch


def project_heads(x, W):
    return torch.stack([x @ head for head in W])
