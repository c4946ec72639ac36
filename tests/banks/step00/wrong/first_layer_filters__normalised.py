"""wrong: normalises each filter. Fails: 00.first_layer_filters."""

def first_layer_filters(W1):
    return (W1 / W1.norm(dim=1, keepdim=True)).reshape(-1, 28, 28)
