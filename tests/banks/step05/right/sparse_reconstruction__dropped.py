"""right: sets the smallest to zero, by squares."""

def sparse_reconstruction(x, basis, k):
    n = basis.analysis.shape[1]
    if k not in range(n + 1):
        raise ValueError(f"k must be from 0 to {n}")
    coefficients = torch.einsum("bd,dc->bc", x - basis.mean, basis.analysis)
    energy = torch.einsum("bc,cd->bcd", coefficients, basis.synthesis).square().sum(-1)
    drop = energy.argsort(dim=1)[:, : n - k]
    return torch.addmm(basis.mean, coefficients.scatter(1, drop, 0.0), basis.synthesis)
