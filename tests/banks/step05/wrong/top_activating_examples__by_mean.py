"""wrong: ranks rows by their mean. Fails: 05.top_activating_examples."""

def top_activating_examples(h, count):
    row = h.mean(1).topk(min(count, len(h))).indices
    activation, position = h[row].max(1)
    active = activation > 0
    return Examples(row[active], position[active], activation[active])
