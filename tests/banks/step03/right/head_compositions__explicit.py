"""right: multiplies the matrices out."""

def head_compositions(weights):
    W_Q, W_K, W_V, W_O = weights["W_Q"], weights["W_K"], weights["W_V"], weights["W_O"]
    A = (W_V[0] @ W_O[0])[:, None]
    B = torch.stack([W_Q[1] @ W_K[1].mT, W_K[1] @ W_Q[1].mT, W_V[1] @ W_O[1]])[:, None]
    norm = torch.linalg.matrix_norm
    return norm(A @ B) / (norm(A) * norm(B))
