"""wrong: looks at the last query only. Fails: 03.first_token_score."""

def first_token_score(pattern: Float[Tensor, "*rest query key"]) -> Float[Tensor, "*rest"]:
    return pattern[..., -1, 0]
