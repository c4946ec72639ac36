"""right: as somebody wrote it from the stub alone."""

def decide_between(h, first, second, threshold=0.0, share=0.5):
    if h.shape != first.shape or h.shape != second.shape:
        raise ValueError("h, first and second must have the same shape")
    values, one, two = h.flatten().tolist(), first.flatten().tolist(), second.flatten().tolist()
    if one == two:
        raise ValueError("the descriptions agree everywhere")
    only_first = [v > threshold for v, a, b in zip(values, one, two) if a and not b]
    only_second = [v > threshold for v, a, b in zip(values, one, two) if b and not a]
    s1 = sum(only_first) / len(only_first) if only_first else None
    s2 = sum(only_second) / len(only_second) if only_second else None
    if (s1 is None or s1 >= share) and (s2 is None or s2 < share):
        fits = "first"
    elif (s2 is None or s2 >= share) and (s1 is None or s1 < share):
        fits = "second"
    else:
        fits = "neither"
    return Decision(fits, s1, s2)
