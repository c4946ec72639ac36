"""wrong: returns the dimensionality of the features. Fails: 01.example_dimensionality."""

def example_dimensionality(W, x):
    return feature_dimensionality(W)
