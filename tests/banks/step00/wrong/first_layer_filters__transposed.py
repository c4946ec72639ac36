"""wrong: swaps rows and columns. Fails: 00.first_layer_filters."""

def first_layer_filters(W1):
    return W1.reshape(-1, 28, 28).mT
