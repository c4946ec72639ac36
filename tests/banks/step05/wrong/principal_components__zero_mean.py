"""wrong: reads from 0. Fails: 05.principal_components."""

def principal_components(x):
    V = torch.linalg.svd(x - x.mean(0), full_matrices=False).Vh
    return Basis(torch.zeros(x.shape[1]), V.T, V)
