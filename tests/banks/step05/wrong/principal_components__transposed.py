"""wrong: has directions as rows of analysis. Fails: 05.principal_components."""

def principal_components(x):
    V = torch.linalg.svd(x - x.mean(0), full_matrices=False).Vh
    return Basis(x.mean(0), V, V.T)
