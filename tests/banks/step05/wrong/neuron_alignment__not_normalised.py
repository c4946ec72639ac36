"""wrong: gives entries, not cosines. Fails: 05.neuron_alignment."""

def neuron_alignment(W_dec):
    neuron = W_dec.abs().argmax(1)
    return Alignment(neuron, W_dec.gather(1, neuron[:, None])[:, 0])
