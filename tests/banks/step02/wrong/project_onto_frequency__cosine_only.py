"""wrong: leaves the sine out. Fails: 02.project_onto_frequency."""

def project_onto_frequency(x: Float32[Tensor, "pairs *rest"], frequency: int) -> Float32[Tensor, "pairs *rest"]:
    directions = trig_directions(math.isqrt(x.shape[0]), frequency)[:1]
    coefficients = torch.einsum("iq,q...->i...", directions, x)
    return torch.einsum("iq,i...->q...", directions, coefficients)
