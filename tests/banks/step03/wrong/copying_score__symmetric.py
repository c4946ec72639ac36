"""wrong: takes the eigenvalues of the symmetric part. Fails: 03.copying_score."""

def copying_score(left: Float32[Tensor, "token d_head"], right: Float32[Tensor, "d_head token"]) -> float:
    M = right.double() @ left.double()
    eigenvalues = torch.linalg.eigvalsh((M + M.T) / 2)
    return (eigenvalues.real.sum() / eigenvalues.abs().sum()).item()
