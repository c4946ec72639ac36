"""right: sorts random numbers, one tensor after the other."""

def shuffled_weights(weights, seed):
    generator = torch.Generator().manual_seed(seed)
    found = {}
    for name in weights:
        noise = torch.rand(weights[name].numel(), generator=generator)
        found[name] = weights[name].reshape(-1).clone()[noise.argsort()].reshape(weights[name].shape)
    return found
