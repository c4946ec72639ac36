"""wrong: divides by the number of layers. Fails: 03.strongest_heads."""

def strongest_heads(scores: Float32[Tensor, "layer head"], count: int) -> list[tuple[int, int, float]]:
    if count > scores.numel():
        raise ValueError(f"There are {scores.numel()} heads, not {count}.")
    best = scores.flatten().topk(count)
    return [(i // scores.shape[0], i % scores.shape[0], v) for v, i in zip(*map(Tensor.tolist, best), strict=True)]
