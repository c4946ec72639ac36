"""wrong: leaves W_out out. Fails: 02.unembed_neuron_map."""

def unembed_neuron_map(
    W_out: Float32[Tensor, "neuron d_model"], W_U: Float32[Tensor, "d_model p"]
) -> Float32[Tensor, "p neuron"]:
    return fft1d(W_U.T)
