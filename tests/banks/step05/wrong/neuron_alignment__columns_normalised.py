"""wrong: normalises columns. Fails: 05.neuron_alignment."""

def neuron_alignment(W_dec):
    unit = nn.functional.normalize(W_dec, dim=0)
    neuron = unit.abs().argmax(1)
    return Alignment(neuron, unit.gather(1, neuron[:, None])[:, 0])
