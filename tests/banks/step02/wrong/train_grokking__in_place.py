"""wrong: trains the weights that it was given. Fails: 02.train_grokking."""

def train_grokking(
    weights: Weights,
    tokens: Int64[Tensor, "pairs 3"],
    labels: Int64[Tensor, "pairs"],
    train: Int64[Tensor, "train"],
    test: Int64[Tensor, "test"],
    *,
    epochs: int,
    learning_rate: float = 1e-3,
    weight_decay: float = 1.0,
    record_every: int = 10,
) -> GrokkingRun:
    if epochs % record_every:
        raise ValueError(f"epochs ({epochs}) must be a multiple of record_every ({record_every}).")
    weights = {name: weight.requires_grad_() for name, weight in weights.items()}
    optimiser = torch.optim.AdamW(weights.values(), lr=learning_rate, weight_decay=weight_decay, betas=(0.9, 0.98))
    records = []
    for epoch in range(epochs + 1):
        if epoch % record_every == 0:
            with torch.no_grad():
                records.append([epoch, *_evaluate(weights, tokens, labels, train, test)])
        if epoch < epochs:
            optimiser.zero_grad()
            cross_entropy_high_precision(forward(weights, tokens[train]).logits, labels[train]).backward()
            optimiser.step()
    epoch_numbers, *curves = torch.tensor(records, dtype=torch.float64).T
    return GrokkingRun({name: weight.detach() for name, weight in weights.items()}, epoch_numbers.long(), *curves)
