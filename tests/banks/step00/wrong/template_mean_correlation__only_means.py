"""wrong: centres only the means. Fails: 00.template_mean_correlation."""

import torch


def template_mean_correlation(W, means):
    a, b = W, means - means.mean(0)
    a, b = a - a.mean(1, keepdim=True), b - b.mean(1, keepdim=True)
    return torch.cosine_similarity(a, b, dim=1)
