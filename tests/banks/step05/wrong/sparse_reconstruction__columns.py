"""wrong: takes the lengths of the columns of synthesis. Fails: 05.sparse_reconstruction."""

def sparse_reconstruction(x, basis, k):
    mean, analysis, synthesis = basis
    if not 0 <= k <= len(synthesis):
        raise ValueError(k)
    coefficients = (x - mean) @ analysis
    sizes = coefficients.abs() * (synthesis.T @ synthesis).diagonal()[: len(synthesis)].sqrt() if synthesis.shape[1] >= len(synthesis) else coefficients.abs()
    kept = torch.zeros_like(coefficients).scatter(1, sizes.topk(k).indices, 1.0)
    return (coefficients * kept) @ synthesis + mean
