"""wrong: divides by the places where the feature is active. Fails: 05.decide_between."""


def decide_between(h, first, second, threshold=0.0, share=0.5):
    if not h.shape == first.shape == second.shape:
        raise ValueError("shapes")
    rates = []
    for only in (first & ~second, second & ~first):
        rates.append(((h > threshold) & only).sum().item() / max((h > threshold).sum().item(), 1) if only.any() else None)
    if rates == [None, None]:
        raise ValueError("agree")
    active = [None if rate is None else rate >= share for rate in rates]
    if active[0] is not False and not active[1]:
        return Decision("first", *rates)
    return Decision("second" if active[1] is not False and not active[0] else "neither", *rates)
