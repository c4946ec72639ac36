"""wrong: keeps the largest of the whole batch. Fails: 05.sparse_reconstruction."""

def sparse_reconstruction(x, basis, k):
    mean, analysis, synthesis = basis
    if not 0 <= k <= len(synthesis):
        raise ValueError(k)
    coefficients = (x - mean) @ analysis
    sizes = coefficients.abs() * synthesis.norm(dim=1)
    kept = torch.zeros(sizes.numel()).scatter(0, sizes.flatten().topk(k * len(x)).indices, 1.0).reshape(sizes.shape)
    return (coefficients * kept) @ synthesis + mean
