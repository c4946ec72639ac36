"""wrong: keeps what is larger than the k-th, without it. Fails: 05.sparse_reconstruction."""

def sparse_reconstruction(x, basis, k):
    mean, analysis, synthesis = basis
    if not 0 <= k <= len(synthesis):
        raise ValueError(k)
    coefficients = (x - mean) @ analysis
    sizes = coefficients.abs() * synthesis.norm(dim=1)
    kept = (sizes > sizes.sort(dim=1, descending=True).values[:, k - 1 : k]).float() if k else torch.zeros_like(sizes)
    return (coefficients * kept) @ synthesis + mean
