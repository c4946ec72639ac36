"""wrong: takes norms of the embedding itself. Fails: 02.embedding_spectrum."""

def embedding_spectrum(W_E: Float32[Tensor, "p_plus_1 d_model"]) -> Float32[Tensor, "p"]:
    return W_E[:-1].norm(dim=1)
