"""right: writes AdamW out."""

def train_grokking(
    weights, tokens, labels, train, test, *, epochs, learning_rate=1e-3, weight_decay=1.0, record_every=10
):
    if epochs % record_every != 0:
        raise ValueError("not a multiple")
    w = {name: value.clone().requires_grad_(True) for name, value in weights.items()}
    m = {name: torch.zeros_like(value) for name, value in w.items()}
    v = {name: torch.zeros_like(value) for name, value in w.items()}
    rows = []
    for epoch in range(epochs + 1):
        if epoch % record_every == 0:
            logits = forward(w, tokens).logits.detach()
            right = (logits.argmax(1) == labels).double()
            losses = [cross_entropy_high_precision(logits[part], labels[part]).item() for part in (train, test)]
            rows.append((epoch, *losses, right[train].mean().item(), right[test].mean().item()))
        if epoch == epochs:
            break
        loss = cross_entropy_high_precision(forward(w, tokens[train]).logits, labels[train])
        gradients = torch.autograd.grad(loss, list(w.values()))
        with torch.no_grad():
            for (name, value), gradient in zip(w.items(), gradients):
                m[name] = 0.9 * m[name] + 0.1 * gradient
                v[name] = 0.98 * v[name] + 0.02 * gradient**2
                step = (m[name] / (1 - 0.9 ** (epoch + 1))) / ((v[name] / (1 - 0.98 ** (epoch + 1))).sqrt() + 1e-8)
                value *= 1 - learning_rate * weight_decay
                value -= learning_rate * step
    columns = [torch.tensor(column, dtype=torch.float64) for column in zip(*rows)]
    return GrokkingRun({name: value.detach() for name, value in w.items()}, columns[0].long(), *columns[1:])
