"""wrong: divides by the sum of singular values. Fails: 03.copying_score."""

def copying_score(left: Float32[Tensor, "token d_head"], right: Float32[Tensor, "d_head token"]) -> float:
    eigenvalues = torch.linalg.eigvals(right.double() @ left.double())
    return (eigenvalues.real.sum() / torch.linalg.svdvals(right.double() @ left.double()).sum()).item()
