"""right: looks at the records one by one."""

def training_phases(epochs, test_loss, excluded):
    losses, top = test_loss.tolist(), max(test_loss.tolist())
    last_high = max(i for i, value in enumerate(losses) if value >= top / 2)
    window = excluded.tolist()[: last_high + 1]
    memorised = window.index(min(window))
    low = [i for i in range(last_high + 1, len(losses)) if losses[i] <= top / 100]
    return Phases(
        epochs[memorised].item(),
        epochs[last_high].item() if last_high < len(losses) - 1 else None,
        epochs[low[0]].item() if low else None,
    )
