"""right: precision and recall of each latent, one after another."""


def absorption(h, parent, child):
    parent, child = parent.tolist(), child.tolist()
    if any(c and not p for p, c in zip(parent, child)):
        raise ValueError("a child without its parent")
    special = [i for i, c in enumerate(child) if c]
    plain = [i for i, (p, c) in enumerate(zip(parent, child)) if p and not c]
    others = [i for i, (p, c) in enumerate(zip(parent, child)) if not p and not c]
    if not special or not plain:
        raise ValueError("both kinds of samples are needed")
    best, chosen = -1.0, 0
    for latent in range(h.shape[1]):
        on = (h[:, latent] > 0).tolist()
        hits, alarms = sum(on[i] for i in plain), sum(on[i] for i in others)
        if hits:
            precision, recall = hits / (hits + alarms), hits / len(plain)
            f1 = 2 * precision * recall / (precision + recall)
        else:
            f1 = 0.0
        if f1 > best + 1e-12:
            best, chosen = f1, latent
    on = (h[:, chosen] > 0).tolist()
    return Absorption(chosen, sum(on[i] for i in plain) / len(plain), sum(on[i] for i in special) / len(special))
