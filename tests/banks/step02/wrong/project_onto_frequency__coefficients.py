"""wrong: returns the coefficients. Fails: 02.project_onto_frequency."""

def project_onto_frequency(x: Float32[Tensor, "pairs *rest"], frequency: int) -> Float32[Tensor, "pairs *rest"]:
    directions = trig_directions(math.isqrt(x.shape[0]), frequency)
    coefficients = torch.einsum("iq,q...->i...", directions, x)
    return coefficients
