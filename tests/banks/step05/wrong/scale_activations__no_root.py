"""wrong: forgets the root. Fails: 05.scale_activations."""

def scale_activations(x):
    size = x.square().sum(-1).mean().item()
    if size == 0:
        raise ValueError("all activations are zero: nothing to scale")
    return x / size, 1 / size
