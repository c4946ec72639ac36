"""right: says of every entry which token it is about."""

def half_losses(loss, half):
    width = loss.shape[1]
    if width != 2 * half and width != 2 * half - 1:
        raise ValueError("wrong width")
    total = width + 1
    token = [i + 1 - (total - 2 * half) for i in range(width)]  # 0 is the first ordinary token
    columns = loss.double().mean(0).tolist()
    first = [x for x, n in zip(columns, token) if n < half]
    second = [x for x, n in zip(columns, token) if n > half]
    return HalfLosses(sum(first) / len(first), sum(second) / len(second))
