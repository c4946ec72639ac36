"""right: active rows first, then a descending argsort."""

def top_activating_examples(h, count):
    row = (h > 0).any(dim=1).nonzero().squeeze(1)
    position = h[row].argmax(dim=1) if len(row) else row
    activation = h[row, position]
    order = activation.argsort(descending=True)[:count]
    return Examples(row=row[order], position=position[order], activation=activation[order])
