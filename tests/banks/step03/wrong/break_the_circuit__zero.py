"""wrong: zeroes the heads. Fails: 03.break_the_circuit."""

def break_the_circuit(weights: Weights, tokens: Int64[Tensor, "batch position"]) -> Broken:
    half = tokens.shape[1] // 2
    intact = attention_only_forward(weights, tokens)
    means = 0 * intact.outputs[0].mean(dim=0)  # [head, position, d_model]
    patterns = [attention_only_forward(weights, tokens, [(0, i, mean)]).patterns for i, mean in enumerate(means)]
    scores = [prefix_matching_score(p[1], half).mean(dim=0) for p in (intact.patterns, *patterns)]
    return Broken(scores[0], torch.stack(scores[1:]))
