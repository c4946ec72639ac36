"""right: unflattens."""

def first_layer_filters(W1):
    return W1.unflatten(1, (28, 28))
