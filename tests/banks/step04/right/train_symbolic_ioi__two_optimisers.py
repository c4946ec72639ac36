"""right: uses one optimiser for each half of the weights."""

def train_symbolic_ioi(weights, steps=300, *, look_after=100, learning_rate=1e-2, weight_decay=0.1):
    w = {name: torch.nn.Parameter(value.clone()) for name, value in weights.items()}
    tokens, answers = symbolic_ioi_data(w["W_E"].shape[0] - 2)
    where = ["W_pos", "W_Q", "W_K"]
    settings = {"lr": learning_rate, "weight_decay": weight_decay}
    writing = torch.optim.AdamW([w[name] for name in w if name not in where], **settings)
    looking = torch.optim.AdamW([w[name] for name in where], **settings)
    losses, right = [], []

    def measure():
        logits = symbolic_forward(w, tokens).logits
        loss = -logits.log_softmax(1)[torch.arange(len(answers)), answers].mean()
        losses.append(loss.item())
        right.append((logits.argmax(1) == answers).double().mean().item())
        return loss

    for step in range(steps):
        loss = measure()
        gradients = torch.autograd.grad(loss, list(w.values()))
        for weight, gradient in zip(w.values(), gradients):
            weight.grad = gradient
        writing.step()
        if step >= look_after:
            looking.step()
    measure()
    return TrainedSymbolic({k: v.detach() for k, v in w.items()}, torch.tensor(losses), torch.tensor(right))
