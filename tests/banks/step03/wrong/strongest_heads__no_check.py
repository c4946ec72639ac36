"""wrong: returns fewer than asked for. Fails: 03.strongest_heads."""

def strongest_heads(scores: Float32[Tensor, "layer head"], count: int) -> list[tuple[int, int, float]]:
    count = min(count, scores.numel())
    best = scores.flatten().topk(count)
    return [(i // scores.shape[1], i % scores.shape[1], v) for v, i in zip(*map(Tensor.tolist, best), strict=True)]
