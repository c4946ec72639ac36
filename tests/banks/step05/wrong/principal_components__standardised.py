"""wrong: scales neurons to variance 1 first. Fails: 05.principal_components."""

def principal_components(x):
    centred = x - x.mean(0)
    V = torch.linalg.svd(centred / centred.std(0).clamp(min=1e-6), full_matrices=False).Vh
    return Basis(x.mean(0), V.T, V)
