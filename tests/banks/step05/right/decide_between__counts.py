"""right: counts places of each kind, in plain Python."""


def decide_between(h, first, second, threshold=0.0, share=0.5):
    if len({tuple(x.shape) for x in (h, first, second)}) > 1:
        raise ValueError("one shape is asked")
    count, active = [0, 0], [0, 0]
    for value, a, b in zip(h.flatten().tolist(), first.flatten().tolist(), second.flatten().tolist()):
        if a != b:
            count[int(b)] += 1
            active[int(b)] += value > threshold
    if not any(count):
        raise ValueError("they are the same description")
    rates = [a / n if n else None for a, n in zip(active, count)]
    excluded = [False, False]
    for which, rate in enumerate(rates):
        if rate is not None:
            excluded[which if rate < share else 1 - which] = True
    fits = "neither" if all(excluded) else "second" if excluded[0] else "first"
    return Decision(second=rates[1], first=rates[0], fits=fits)
