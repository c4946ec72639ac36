"""wrong: asks only about the places of the description itself. Fails: 05.decide_between."""


def decide_between(h, first, second, threshold=0.0, share=0.5):
    if not h.shape == first.shape == second.shape:
        raise ValueError("shapes")
    rates = []
    for only in (first & ~second, second & ~first):
        rates.append((h[only] > threshold).double().mean().item() if only.any() else None)
    if rates == [None, None]:
        raise ValueError("agree")
    active = [None if rate is None else rate >= share for rate in rates]
    if active[0]:
        return Decision("first", *rates)
    return Decision("second" if active[1] else "neither", *rates)
