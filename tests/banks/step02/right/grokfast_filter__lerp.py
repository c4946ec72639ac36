"""right: moves the average with lerp."""

def grokfast_filter(gradient, average, alpha=0.98, strength=2.0):
    new = torch.lerp(gradient, gradient if average is None else average, alpha)
    return gradient.add(new, alpha=strength), new
