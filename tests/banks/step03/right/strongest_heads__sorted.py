"""right: sorts a list."""

def strongest_heads(scores, count):
    heads = [(layer, head, scores[layer, head].item()) for layer in range(scores.shape[0]) for head in range(scores.shape[1])]
    if count > len(heads):
        raise ValueError("too many")
    return sorted(heads, key=lambda entry: -entry[2])[:count]
