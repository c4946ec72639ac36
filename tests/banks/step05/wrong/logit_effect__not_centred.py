"""wrong: leaves the effect uncentred. Fails: 05.logit_effect."""

def logit_effect(direction, W_out, W_U):
    effect = direction @ W_out @ W_U
    return effect
