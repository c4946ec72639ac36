"""wrong: returns the lowest. Fails: 03.strongest_heads."""

def strongest_heads(scores: Float32[Tensor, "layer head"], count: int) -> list[tuple[int, int, float]]:
    if count > scores.numel():
        raise ValueError(f"There are {scores.numel()} heads, not {count}.")
    best = scores.flatten().topk(count, largest=False)
    return [(i // scores.shape[1], i % scores.shape[1], v) for v, i in zip(*map(Tensor.tolist, best), strict=True)]
