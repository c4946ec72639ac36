"""wrong: takes the strongest places, several of a row. Fails: 05.top_activating_examples."""

def top_activating_examples(h, count):
    activation, place = h.flatten().topk(min(count, h.numel()))
    active = activation > 0
    return Examples(place[active] // h.shape[1], place[active] % h.shape[1], activation[active])
