"""wrong: puts positions before tokens. Fails: 03.decompose_query."""

def decompose_query(
    weights: Weights, tokens: Int64[Tensor, "position"], head: int
) -> Float32[Tensor, "component position d_head"]:
    return torch.cat([_what_layer_one_reads(weights, tokens)[[1, 0]], _what_layer_one_reads(weights, tokens)[2:]]) @ weights["W_Q"][1, head]
