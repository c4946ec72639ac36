"""wrong: chooses the largest entry, sign and all. Fails: 05.neuron_alignment."""

def neuron_alignment(W_dec):
    unit = nn.functional.normalize(W_dec, dim=-1)
    cosine, neuron = unit.max(1)
    return Alignment(neuron, cosine)
