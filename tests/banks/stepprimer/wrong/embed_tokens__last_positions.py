"""wrong: gives a short sequence the last positions, not the first. Fails: primer.embed_tokens."""


def embed_tokens(weights, tokens):
    if len(tokens) > len(weights["W_pos"]):
        raise ValueError("too long")
    return weights["W_E"][tokens] + weights["W_pos"][-len(tokens) :]
