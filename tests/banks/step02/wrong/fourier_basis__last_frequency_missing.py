"""wrong: leaves the last frequency out. Fails: 02.fourier_basis."""

def fourier_basis(p: int) -> Float32[Tensor, "p p"]:
    if p < 3 or p % 2 == 0:
        raise ValueError(f"p must be odd and at least 3, not {p}.")
    x = torch.arange(p, dtype=torch.float64)
    rows = [torch.ones(p, dtype=torch.float64)]
    for k in range(1, p // 2):
        rows += [(2 * math.pi * k / p * x).cos(), (2 * math.pi * k / p * x).sin()]
    basis = torch.stack(rows)
    return (basis / basis.norm(dim=1, keepdim=True)).float()
