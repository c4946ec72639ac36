"""right: draws one of three outcomes for each pair."""

import torch



def anticorrelated_features(batch_size, probability, generator=None):
    if probability.shape[-1] % 2 != 0:
        raise ValueError("an odd number of features")
    pairs = probability.reshape(probability.shape[0], -1, 2)
    neither = 1 - pairs.sum(-1, keepdim=True)
    if neither.min() < -1e-6:
        raise ValueError("probabilities too large")
    outcomes = torch.cat([pairs, neither.clamp(min=0)], -1).flatten(0, 1)
    drawn = torch.multinomial(outcomes, batch_size, replacement=True, generator=generator).T
    on = torch.nn.functional.one_hot(drawn, 3)[..., :2].reshape(batch_size, *probability.shape)
    return on * torch.rand(on.shape, generator=generator)
