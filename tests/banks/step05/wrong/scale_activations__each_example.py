"""wrong: scales every example by itself. Fails: 05.scale_activations."""

def scale_activations(x):
    size = x.square().sum(-1).mean().item()
    if size == 0:
        raise ValueError("all activations are zero: nothing to scale")
    return x / x.norm(dim=-1, keepdim=True).clamp(min=1e-9), size**-0.5
