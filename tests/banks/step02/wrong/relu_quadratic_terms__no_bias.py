"""wrong: forgets the bias. Fails: 02.relu_quadratic_terms."""

def relu_quadratic_terms(p: int, frequency: int, bias: float = 0.0) -> tuple[float, float]:
    a, b = torch.arange(p * p) // p, torch.arange(p * p) % p
    w = 2 * math.pi * frequency / p
    y = ((w * a).cos() + (w * b).cos()).relu()
    energy = fft2d(y)[[0, 2 * frequency - 1, 2 * frequency]][:, [0, 2 * frequency - 1, 2 * frequency]].square()
    total = (y - y.mean()).square().sum()
    with_products = (energy.sum() - energy[0, 0]) / total
    without_products = (energy[0, 1:].sum() + energy[1:, 0].sum()) / total
    return with_products.item(), without_products.item()
