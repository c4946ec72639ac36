"""right: in float64, as a whole matrix from neurons to tokens."""

def logit_effect(direction, W_out, W_U):
    from_neurons = W_out.double() @ W_U.double()
    effect = (direction.double()[:, None] * from_neurons).sum(0)
    return (effect - effect.sum() / len(effect)).float()
