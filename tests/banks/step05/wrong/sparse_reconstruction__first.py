"""wrong: keeps the first k. Fails: 05.sparse_reconstruction."""

def sparse_reconstruction(x, basis, k):
    mean, analysis, synthesis = basis
    if not 0 <= k <= len(synthesis):
        raise ValueError(k)
    coefficients = (x - mean) @ analysis
    sizes = coefficients.abs() * synthesis.norm(dim=1)
    kept = (torch.arange(len(synthesis)) < k).float()
    return (coefficients * kept) @ synthesis + mean
