"""wrong: says "first" for descriptions that agree everywhere. Fails: 05.decide_between."""


def decide_between(h, first, second, threshold=0.0, share=0.5):
    if not h.shape == first.shape == second.shape:
        raise ValueError("shapes")
    rates = []
    for only in (first & ~second, second & ~first):
        rates.append((h[only] > threshold).double().mean().item() if only.any() else None)
    if rates == [None, None]:
        return Decision("first", None, None)
    active = [None if rate is None else rate >= share for rate in rates]
    if active[0] is not False and not active[1]:
        return Decision("first", *rates)
    return Decision("second" if active[1] is not False and not active[0] else "neither", *rates)
