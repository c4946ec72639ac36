"""wrong: takes the description with the higher share, so that there is always one. Fails: 05.decide_between."""


def decide_between(h, first, second, threshold=0.0, share=0.5):
    if not h.shape == first.shape == second.shape:
        raise ValueError("shapes")
    rates = []
    for only in (first & ~second, second & ~first):
        rates.append((h[only] > threshold).double().mean().item() if only.any() else None)
    if rates == [None, None]:
        raise ValueError("agree")
    active = [None if rate is None else rate >= share for rate in rates]
    return Decision("first" if (rates[0] or 0) >= (rates[1] or 0) else "second", *rates)
