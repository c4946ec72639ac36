"""wrong: reads the pattern as [key, query]. Fails: 03.previous_token_score."""

def previous_token_score(pattern: Float[Tensor, "*rest query key"]) -> Float[Tensor, "*rest"]:
    return pattern.diagonal(offset=1, dim1=-2, dim2=-1).mean(dim=-1)
