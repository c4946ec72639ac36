"""wrong: expects 32 units. Fails: 00.first_layer_filters."""

def first_layer_filters(W1):
    return W1.reshape(32, 28, 28)
