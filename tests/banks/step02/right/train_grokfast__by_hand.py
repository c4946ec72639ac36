"""right: keeps the averages beside the parameters."""

def train_grokfast(
    weights, tokens, labels, train, test, *, epochs, learning_rate=1e-3, weight_decay=1.0, alpha=0.98, strength=2.0,
    record_every=10,
):
    if epochs % record_every:
        raise ValueError("not a multiple")
    w = {name: torch.nn.Parameter(value.clone()) for name, value in weights.items()}
    slow = [None] * len(w)
    optimiser = torch.optim.AdamW(list(w.values()), lr=learning_rate, weight_decay=weight_decay, betas=(0.9, 0.98))
    rows = []
    for epoch in range(epochs + 1):
        logits = forward(w, tokens).logits
        losses = [cross_entropy_high_precision(logits[part], labels[part]) for part in (train, test)]
        if epoch % record_every == 0:
            right = (logits.argmax(1) == labels).double()
            rows.append([epoch, *(loss.item() for loss in losses), right[train].mean().item(), right[test].mean().item()])
        if epoch < epochs:
            gradients = torch.autograd.grad(losses[0], list(w.values()))
            for i, (parameter, gradient) in enumerate(zip(w.values(), gradients)):
                parameter.grad, slow[i] = grokfast_filter(gradient, slow[i], alpha, strength)
            optimiser.step()
    table = torch.tensor(rows, dtype=torch.float64)
    return GrokkingRun({name: value.detach() for name, value in w.items()}, table[:, 0].long(), *table[:, 1:].T.contiguous())
