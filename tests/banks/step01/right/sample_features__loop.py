"""right: loops over instances and features."""

import torch


def sample_features(batch_size, probability, generator=None):
    instances, features = probability.shape
    columns = []
    for i in range(instances):
        for f in range(features):
            present = torch.rand(batch_size, generator=generator) < probability[i, f]
            columns.append(torch.where(present, torch.rand(batch_size, generator=generator), 0.0))
    return torch.stack(columns, 1).view(batch_size, instances, features)
