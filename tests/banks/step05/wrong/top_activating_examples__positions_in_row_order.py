"""wrong: leaves the positions in the order of the rows. Fails: 05.top_activating_examples."""

def top_activating_examples(h, count):
    strongest, position = h.max(1)
    activation, row = strongest.topk(min(count, len(h)))
    active = activation > 0
    row, position, activation = row[active], position[: len(active)][active], activation[active]
    return Examples(row, position, activation)
