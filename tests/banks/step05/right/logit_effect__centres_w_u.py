"""right: centres W_U over the vocabulary, and multiplies from the right."""

import torch


def logit_effect(direction, W_out, W_U):
    centred = W_U - W_U.mean(dim=1, keepdim=True)
    return torch.einsum("n,nd,dv->v", direction, W_out, centred)
