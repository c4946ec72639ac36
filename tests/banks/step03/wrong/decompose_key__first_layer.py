"""wrong: takes the weight of the first layer. Fails: 03.decompose_key."""

def decompose_key(
    weights: Weights, tokens: Int64[Tensor, "position"], head: int
) -> Float32[Tensor, "component position d_head"]:
    return _what_layer_one_reads(weights, tokens) @ weights["W_K"][0, head]
