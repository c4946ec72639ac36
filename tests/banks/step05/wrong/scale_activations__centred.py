"""wrong: centres first. Fails: 05.scale_activations."""

def scale_activations(x):
    x = x - x.mean(0)
    size = x.square().sum(-1).mean().item()
    if size == 0:
        raise ValueError("all activations are zero: nothing to scale")
    return x * size**-0.5, size**-0.5
