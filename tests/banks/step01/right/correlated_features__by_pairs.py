"""right: samples pairs as features and repeats them."""

import torch



def correlated_features(batch_size, probability, generator=None):
    instances, features = probability.shape
    if features % 2 == 1:
        raise ValueError(features)
    x = torch.rand(batch_size, instances, features // 2, 2, generator=generator)
    on = torch.rand(batch_size, instances, features // 2, 1, generator=generator) < probability.view(instances, -1, 2)
    return torch.where(on, x, torch.zeros_like(x)).reshape(batch_size, instances, features)
