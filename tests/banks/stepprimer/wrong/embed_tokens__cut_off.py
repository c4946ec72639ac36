"""wrong: cuts off what is too long. Fails: primer.embed_tokens."""


def embed_tokens(weights, tokens):
    tokens = tokens[: len(weights["W_pos"])]
    return weights["W_E"][tokens] + weights["W_pos"][: len(tokens)]
