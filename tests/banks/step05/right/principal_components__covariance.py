"""right: eigenvectors of the covariance, largest first."""

def principal_components(x):
    mean = x.sum(0) / len(x)
    values, vectors = torch.linalg.eigh((x - mean).T @ (x - mean) / len(x))
    analysis = vectors[:, values.argsort(descending=True)]
    return Basis(mean=mean, analysis=analysis, synthesis=analysis.transpose(0, 1))
