"""wrong: takes the norms over the wrong axis. Fails: 02.embedding_spectrum."""

def embedding_spectrum(W_E: Float32[Tensor, "p_plus_1 d_model"]) -> Float32[Tensor, "p"]:
    return fft1d(W_E[:-1]).norm(dim=0)
