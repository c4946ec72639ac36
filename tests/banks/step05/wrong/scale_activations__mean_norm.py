"""wrong: makes the mean norm 1. Fails: 05.scale_activations."""

def scale_activations(x):
    size = x.norm(dim=-1).mean().item() ** 2
    if size == 0:
        raise ValueError("all activations are zero: nothing to scale")
    return x * size**-0.5, size**-0.5
