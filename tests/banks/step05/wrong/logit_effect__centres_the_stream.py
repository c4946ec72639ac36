"""wrong: centres over d_model, before the unembedding. Fails: 05.logit_effect."""

def logit_effect(direction, W_out, W_U):
    stream = direction @ W_out
    return (stream - stream.mean()) @ W_U
