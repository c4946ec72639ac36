"""wrong: puts the weakest first. Fails: 05.top_activating_examples."""

def top_activating_examples(h, count):
    strongest, position = h.max(1)
    activation, row = strongest.topk(min(count, len(h)))
    active = activation > 0
    row, position, activation = row[active], position[row][active], activation[active]
    return Examples(row.flip(0), position.flip(0), activation.flip(0))
