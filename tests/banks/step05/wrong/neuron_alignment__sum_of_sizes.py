"""wrong: divides by the sum of sizes. Fails: 05.neuron_alignment."""

def neuron_alignment(W_dec):
    unit = nn.functional.normalize(W_dec, p=1, dim=-1)
    neuron = unit.abs().argmax(1)
    return Alignment(neuron, unit.gather(1, neuron[:, None])[:, 0])
