"""wrong: averages the signs. Fails: 03.copying_score."""

def copying_score(left: Float32[Tensor, "token d_head"], right: Float32[Tensor, "d_head token"]) -> float:
    eigenvalues = torch.linalg.eigvals(right.double() @ left.double())
    return eigenvalues.real.sign().mean().item()
