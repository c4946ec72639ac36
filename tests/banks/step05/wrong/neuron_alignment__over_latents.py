"""wrong: gives every neuron's nearest feature. Fails: 05.neuron_alignment."""

def neuron_alignment(W_dec):
    unit = nn.functional.normalize(W_dec, dim=-1)
    latent = unit.abs().argmax(0)
    return Alignment(latent, unit.gather(0, latent[None])[0])
