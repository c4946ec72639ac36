"""right: one draw decides both: below p it is present, and u / p is uniform again."""

import torch



def sample_features(batch_size, probability, generator=None):
    u = torch.rand(batch_size, *probability.shape, generator=generator)
    return torch.where(u < probability, u / probability, torch.zeros(()))
