"""wrong: does not add the mean. Fails: 05.sparse_reconstruction."""

def sparse_reconstruction(x, basis, k):
    mean, analysis, synthesis = basis
    if not 0 <= k <= len(synthesis):
        raise ValueError(k)
    coefficients = (x - mean) @ analysis
    sizes = coefficients.abs() * synthesis.norm(dim=1)
    kept = torch.zeros_like(coefficients).scatter(1, sizes.topk(k).indices, 1.0)
    return (coefficients * kept) @ synthesis
