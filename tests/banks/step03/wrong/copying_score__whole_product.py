"""wrong: takes the eigenvalues of the vocabulary by vocabulary matrix. Fails: 03.copying_score."""

def copying_score(left: Float32[Tensor, "token d_head"], right: Float32[Tensor, "d_head token"]) -> float:
    eigenvalues = torch.linalg.eigvals(left.double() @ right.double())
    return (eigenvalues.real.sum() / eigenvalues.abs().sum()).item()
