"""wrong: rows in which the feature is not active are examples too. Fails: 05.top_activating_examples."""

def top_activating_examples(h, count):
    strongest, position = h.max(1)
    activation, row = strongest.topk(min(count, len(h)))
    active = activation >= 0
    row, position, activation = row[active], position[row][active], activation[active]
    return Examples(row, position, activation)
