"""wrong: divides rows of zeros by 0. Fails: 05.neuron_alignment."""

def neuron_alignment(W_dec):
    unit = W_dec / W_dec.norm(dim=1, keepdim=True)
    neuron = unit.abs().argmax(1)
    return Alignment(neuron, unit.gather(1, neuron[:, None])[:, 0])
