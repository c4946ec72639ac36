"""wrong: takes queries by number as if BOS were there. Fails: 03.prefix_matching_score."""

def prefix_matching_score(pattern: Float[Tensor, "*rest query key"], half: int) -> Float[Tensor, "*rest"]:
    if pattern.shape[-1] not in (2 * half, 2 * half + 1):
        raise ValueError(f"A pattern over {pattern.shape[-1]} tokens does not belong to two halves of {half}.")
    stripe = pattern.diagonal(offset=1 - half, dim1=-2, dim2=-1)
    return stripe[..., 2:].mean(dim=-1)
