"""right: writes AdamW out."""

def train_induction_model(weights, batches, test, *, learning_rate=1e-2, weight_decay=0.1, record_every=25,
                          forward=attention_only_forward):
    values = {name: weight.detach().clone() for name, weight in weights.items()}
    first = {name: torch.zeros_like(value) for name, value in values.items()}
    second = {name: torch.zeros_like(value) for name, value in values.items()}
    recorded, step = [], 0

    def note():
        if step % record_every == 0:
            with torch.no_grad():
                loss = per_position_loss(forward(values, test).logits, test)
            halves = half_losses(loss, (test.shape[1] - 1) // 2)
            recorded.append((step, halves.first, halves.second))

    note()
    for tokens in batches:
        step += 1
        leaves = {name: value.clone().requires_grad_() for name, value in values.items()}
        loss = per_position_loss(forward(leaves, tokens).logits, tokens).mean()
        gradients = torch.autograd.grad(loss, list(leaves.values()))
        for name, gradient in zip(leaves, gradients):
            first[name] = 0.9 * first[name] + 0.1 * gradient
            second[name] = 0.99 * second[name] + 0.01 * gradient**2
            size = (second[name] / (1 - 0.99**step)).sqrt() + 1e-8
            values[name] = values[name] * (1 - learning_rate * weight_decay)
            values[name] = values[name] - learning_rate * first[name] / (1 - 0.9**step) / size
        note()
    columns = [torch.tensor([float(row[i]) for row in recorded], dtype=torch.float64) for i in range(3)]
    return InductionRun(values, columns[0].long(), columns[1], columns[2])
