"""wrong: leaves the order of eigh. Fails: 05.principal_components."""

def principal_components(x):
    V = torch.linalg.eigh(torch.cov(x.T).reshape(x.shape[1], -1)).eigenvectors
    return Basis(x.mean(0), V, V.T)
