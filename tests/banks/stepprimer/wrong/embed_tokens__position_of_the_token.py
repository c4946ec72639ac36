"""wrong: looks the position up by the token. Fails: primer.embed_tokens."""


def embed_tokens(weights, tokens):
    if len(tokens) > len(weights["W_pos"]):
        raise ValueError("too long")
    return weights["W_E"][tokens] + weights["W_pos"][tokens % len(weights["W_pos"])]
