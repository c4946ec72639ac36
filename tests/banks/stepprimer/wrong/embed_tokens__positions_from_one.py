"""wrong: counts positions from 1. Fails: primer.embed_tokens."""


def embed_tokens(weights, tokens):
    if len(tokens) > len(weights["W_pos"]):
        raise ValueError("too long")
    return weights["W_E"][tokens] + weights["W_pos"].roll(-1, 0)[: len(tokens)]
