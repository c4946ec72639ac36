"""wrong: reads the pattern as [key, query]. Fails: 03.first_token_score."""

def first_token_score(pattern: Float[Tensor, "*rest query key"]) -> Float[Tensor, "*rest"]:
    return pattern[..., 0, 1:].mean(dim=-1)
