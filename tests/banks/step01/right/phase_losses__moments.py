"""right: computes moments case by case."""

import torch



def phase_losses(probability, importance):
    second_moment, mean = probability / 3, probability / 2
    variance = second_moment - mean * mean
    both = probability * probability
    expected_min_squared = both * (1 / 3 + 1 / 3 - 1 / 2)
    ignored = 0.5 * importance * variance
    dedicated = 0.5 * variance
    antipodal = 0.5 * expected_min_squared + 0.5 * importance * expected_min_squared
    return torch.stack((ignored, dedicated, antipodal), dim=1)
