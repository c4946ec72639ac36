"""wrong: centres over units. Fails: 00.first_layer_filters."""

def first_layer_filters(W1):
    return (W1 - W1.mean(0)).reshape(-1, 28, 28)
