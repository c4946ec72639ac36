"""wrong: records no entry for the final weights. Fails: 04.train_symbolic_ioi."""

def train_symbolic_ioi(
    weights: Weights,
    steps: int = 300,
    *,
    look_after: int = 100,
    learning_rate: float = 1e-2,
    weight_decay: float = 0.1,
) -> TrainedSymbolic:
    weights = {name: weight.detach().clone().requires_grad_() for name, weight in weights.items()}
    tokens, answers = symbolic_ioi_data(len(weights["W_E"]) - 2)
    optimiser = torch.optim.AdamW(weights.values(), lr=learning_rate, weight_decay=weight_decay)
    losses, accuracy = [], []
    for step in range(steps + 1):
        logits = symbolic_forward(weights, tokens).logits
        loss = torch.nn.functional.cross_entropy(logits, answers)
        losses.append(loss.detach())
        accuracy.append((logits.argmax(dim=-1) == answers).float().mean())
        if step == steps:
            break
        optimiser.zero_grad()
        loss.backward()
        if step < look_after:
            for name in ("W_pos", "W_Q", "W_K"):
                weights[name].grad = None  # AdamW passes these by: no step and no decay
        optimiser.step()
    done = {name: weight.detach() for name, weight in weights.items()}
    return TrainedSymbolic(done, torch.stack(losses[:-1]), torch.stack(accuracy[:-1]))
