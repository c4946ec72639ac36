"""wrong: goes through W_K. Fails: 03.decompose_query."""

def decompose_query(
    weights: Weights, tokens: Int64[Tensor, "position"], head: int
) -> Float32[Tensor, "component position d_head"]:
    return _what_layer_one_reads(weights, tokens) @ weights["W_K"][1, head]
