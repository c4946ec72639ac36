"""right: looks at the records one by one."""

def training_phases(epochs, test_loss, excluded, norm):
    losses, norms, top = test_loss.tolist(), norm.tolist(), max(test_loss.tolist())
    last_high = max(i for i, value in enumerate(losses) if value >= top / 2)
    window = excluded.tolist()[: last_high + 1]
    memorised = window.index(min(window))
    clean = [
        i
        for i in range(last_high + 1, len(losses) - 1)
        if losses[i] <= top / 100 and norms[i] <= 1.05 * norms[-1]
    ]
    return Phases(
        epochs[memorised].item(),
        epochs[last_high].item() if last_high < len(losses) - 1 else None,
        epochs[clean[0]].item() if clean else None,
    )
