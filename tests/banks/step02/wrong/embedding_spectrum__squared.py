"""wrong: returns squared norms. Fails: 02.embedding_spectrum."""

def embedding_spectrum(W_E: Float32[Tensor, "p_plus_1 d_model"]) -> Float32[Tensor, "p"]:
    return fft1d(W_E[:-1]).square().sum(1)
