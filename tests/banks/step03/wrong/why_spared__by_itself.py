"""wrong: judges by what the head costs alone: a head that is not missed is idle. Fails: 03.why_spared."""


def why_spared(weights, tokens, layer, head, threshold=0.1):
    means = attention_only_forward(weights, tokens).outputs.mean(dim=1)

    def loss(*taken):
        logits = attention_only_forward(weights, tokens, [(i, j, means[i, j]) for i, j in taken]).logits
        return half_losses(per_position_loss(logits, tokens), tokens.shape[1] // 2).second

    this, heads = (layer, head), [(i, j) for i in range(means.shape[0]) for j in range(means.shape[1])]
    costs = {other: loss(this, other) - loss(other) for other in heads if other != this}
    other = max(costs, key=costs.__getitem__)
    alone, beside = loss(this) - loss(), costs[other]
    verdict = "missed" if alone >= threshold else "idle"
    return Spared(verdict, alone, beside, other)
