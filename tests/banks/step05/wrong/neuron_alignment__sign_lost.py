"""wrong: gives the cosine's size. Fails: 05.neuron_alignment."""

def neuron_alignment(W_dec):
    cosine, neuron = nn.functional.normalize(W_dec, dim=-1).abs().max(1)
    return Alignment(neuron, cosine)
