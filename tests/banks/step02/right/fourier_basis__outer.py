"""right: builds all rows with outer products."""

def fourier_basis(p):
    if p % 2 == 0 or p < 3:
        raise ValueError("odd, please")
    angles = 2 * math.pi / p * torch.outer(torch.arange(1, (p + 1) // 2), torch.arange(p)).double()
    basis = torch.empty(p, p, dtype=torch.float64)
    basis[0] = p**-0.5
    basis[1::2], basis[2::2] = angles.cos() * (2 / p) ** 0.5, angles.sin() * (2 / p) ** 0.5
    return basis.float()
