"""wrong: accepts zeros. Fails: 05.scale_activations."""

def scale_activations(x):
    size = x.square().sum(-1).mean().item()
    size = size or 1.0
    return x * size**-0.5, size**-0.5
