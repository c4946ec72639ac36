"""wrong: gives the first active place of a row. Fails: 05.top_activating_examples."""

def top_activating_examples(h, count):
    strongest, position = h.max(1)
    activation, row = strongest.topk(min(count, len(h)))
    active = activation > 0
    row, position, activation = row[active], position[row][active], activation[active]
    return Examples(row, (h > 0).int().argmax(1)[row], activation)
