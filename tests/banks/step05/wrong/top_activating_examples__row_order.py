"""wrong: leaves the examples in the order of the rows. Fails: 05.top_activating_examples."""

def top_activating_examples(h, count):
    strongest, position = h.max(1)
    activation, row = strongest.topk(min(count, len(h)))
    active = activation > 0
    row, position, activation = row[active], position[row][active], activation[active]
    order = row.argsort()
    row, position, activation = row[order], position[order], activation[order]
    return Examples(row, position, activation)
