"""wrong: trains the weights that it was given. Fails: 03.train_induction_model."""

def train_induction_model(
    weights: Weights,
    batches: Iterable[Int64[Tensor, "batch position"]],
    test: Int64[Tensor, "batch position"],
    *,
    learning_rate: float = 1e-2,
    weight_decay: float = 0.1,
    record_every: int = 25,
    forward: Callable[[Weights, Tensor], Activations] = attention_only_forward,
) -> InductionRun:
    weights = {name: weight.requires_grad_() for name, weight in weights.items()}
    optimiser = torch.optim.AdamW(weights.values(), lr=learning_rate, weight_decay=weight_decay, betas=(0.9, 0.99))
    half = test.shape[1] // 2
    records = []

    def record(step: int) -> None:
        if step % record_every == 0:
            with torch.no_grad():
                loss = per_position_loss(forward(weights, test).logits, test)
            records.append([step, *half_losses(loss, half)])

    record(0)
    for step, tokens in enumerate(batches, start=1):
        optimiser.zero_grad()
        per_position_loss(forward(weights, tokens).logits, tokens).mean().backward()
        optimiser.step()
        record(step)
    steps, first, second = torch.tensor(records, dtype=torch.float64).T
    return InductionRun({name: weight.detach() for name, weight in weights.items()}, steps.long(), first, second)
