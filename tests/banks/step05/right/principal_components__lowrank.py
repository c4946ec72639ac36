"""right: torch.pca_lowrank with all components."""

def principal_components(x):
    _, _, V = torch.pca_lowrank(x, q=x.shape[1])
    return Basis(x.mean(dim=0), V, V.mT.contiguous())
