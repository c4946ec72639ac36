"""right: transforms W_U first."""

def unembed_neuron_map(W_out, W_U):
    return fft1d(W_U.T) @ W_out.T
