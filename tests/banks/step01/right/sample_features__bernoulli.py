"""right: draws who is present with torch.bernoulli and fills in the rest with where."""

import torch



def sample_features(batch_size, probability, generator=None):
    p = probability.expand(batch_size, -1, -1)
    present = torch.bernoulli(p, generator=generator).bool()
    return torch.where(present, torch.rand(p.shape, generator=generator), 0.0)
