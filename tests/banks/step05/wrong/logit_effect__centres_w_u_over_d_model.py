"""wrong: centres W_U over the wrong axis. Fails: 05.logit_effect."""

def logit_effect(direction, W_out, W_U):
    return direction @ W_out @ (W_U - W_U.mean(0))
