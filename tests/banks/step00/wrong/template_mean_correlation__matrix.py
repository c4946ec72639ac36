"""wrong: returns all pairs. Fails: 00.template_mean_correlation."""

import torch


def template_mean_correlation(W, means):
    a, b = W - W.mean(0), means - means.mean(0)
    return torch.corrcoef(torch.cat([a, b]))[:10, 10:]
