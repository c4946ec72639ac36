"""wrong: takes any k. Fails: 05.sparse_reconstruction."""

def sparse_reconstruction(x, basis, k):
    mean, analysis, synthesis = basis
    k = max(0, min(k, len(synthesis)))
    coefficients = (x - mean) @ analysis
    sizes = coefficients.abs() * synthesis.norm(dim=1)
    kept = torch.zeros_like(coefficients).scatter(1, sizes.topk(k).indices, 1.0)
    return (coefficients * kept) @ synthesis + mean
